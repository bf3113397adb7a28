"""Make columns of items that are of few shapes, out of the parts of their documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from pgddb.dynamo.document_columns import FEWEST_ROWS, ColumnConverter, SeenShapes

_TYPES = {"text": "S", "integer": "N", "digits": "N", "boolean": "BOOL"}
_INTEGER = "^-?[0-9]{1,18}$"
_string = msgspec.json.Decoder(str).decode


def shaped_columns(
    converter: ColumnConverter, items: pa.LargeBinaryArray, wanted: Sequence[tuple[str | None, str]]
) -> list[pa.Array] | None:
    """Do what `document.item_columns` does by a converter of whole columns."""
    if len(items) < FEWEST_ROWS or items.null_count:
        return None
    attributes = list(dict.fromkeys(attribute for attribute, _ in wanted if attribute is not None))
    seen = SeenShapes()
    document, *values = converter.convert(items, attributes, seen)
    if seen.walked:
        return None
    texts = dict(zip(attributes, values, strict=True))
    columns: list[pa.Array] = []
    for attribute, kind in wanted:
        if attribute is None:
            columns.append(document)
        elif kind == "json":
            columns.append(texts[attribute])
        elif seen.types.get(attribute, set()) <= {_TYPES[kind], "NULL"}:
            column = _MAKERS[kind](texts[attribute])
            if column is None:
                return None
            columns.append(column)
        else:
            return None
    return columns


def _text_column(quoted: pa.Array) -> pa.Array | None:
    inside = pc.binary_slice(quoted.cast(pa.binary()), 1, -1).cast(pa.string())
    escaped = pc.match_substring(quoted, "\\")
    if not pc.any(escaped).as_py():
        return inside
    texts = [_string(text) for text in quoted.filter(escaped).to_pylist()]
    if any("\x00" in text for text in texts):
        return None
    return pc.replace_with_mask(inside, pc.fill_null(escaped, False), pa.array(texts, pa.string()))  # noqa: FBT003 - NULL


def _integer_column(digits: pa.Array) -> pa.Array | None:
    if pc.all(pc.match_substring_regex(digits, _INTEGER)).as_py() is False:
        return None
    return digits.cast(pa.int64())


_MAKERS: Mapping[str, Callable[[pa.Array], pa.Array | None]] = {
    "text": _text_column,
    "integer": _integer_column,
    "digits": lambda digits: digits,
    "boolean": lambda truths: pc.equal(truths, "true"),
}
