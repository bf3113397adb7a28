"""Read COMMENT ON.

Source: https://www.postgresql.org/docs/15/sql-comment.html
"""

from __future__ import annotations

from msgspec import Struct

from pgddb.errors import FeatureNotSupported
from pgddb.sql.definitions.parts import WrittenRelation, relation
from pgddb.sql.reader import Reader

KINDS = ("FOREIGN TABLE", "TABLE", "VIEW", "COLUMN", "SCHEMA", "SERVER", "INDEX")


class CommentOn(Struct, frozen=True):
    """COMMENT ON kind name IS 'text' | NULL; `column` is set for a column of `relation`."""

    kind: str
    relation: WrittenRelation
    text: str | None
    column: str | None = None


def comment_on(reader: Reader) -> CommentOn:
    """Read COMMENT ON."""
    reader.expect("COMMENT", "ON")
    kind = next((kind for kind in KINDS if reader.accept(*kind.split())), None)
    if kind is None:
        raise FeatureNotSupported(
            f"COMMENT ON {reader.word() or reader.take().value} is not supported",
            hint=f"Comments are kept of: {', '.join(kind.lower() for kind in KINDS)}.",
        )
    named, column = _column(reader) if kind == "COLUMN" else (relation(reader), None)
    reader.expect("IS")
    text = None if reader.accept("NULL") else reader.string()
    return CommentOn(kind.lower(), named, text, column)


def _column(reader: Reader) -> tuple[WrittenRelation, str]:
    parts: list[str] = []
    position = None if reader.current is None else reader.current.start + 1
    while True:
        parts.append(reader.name())
        if not reader.accept_sign("."):
            break
    if len(parts) not in (2, 3):
        raise reader.error()
    schema = parts[0] if len(parts) == 3 else None
    return WrittenRelation(schema, parts[-2], position=position), parts[-1]
