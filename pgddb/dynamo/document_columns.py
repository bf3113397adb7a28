r"""Convert many items of one shape at once: their parts are found, checked and put together by whole-array passes.

A shape is an item without the contents of its scalars: names, types, commas and brackets, in the order they arrive.
One item in canonical layout gives the shape; another one has it if its bytes between the scalars are the same, all of
them compared. What is not like that (a space, another shape, an odd number, an escape that jsonb_out would not print)
is left to the walk, so this can make an answer fast, never different.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pgddb.dynamo.document_shape import Numbers, Parts, Shape, ShapeWriter, Span
from pgddb.dynamo.document_walk import parts_json
from pgddb.dynamo.typed_strings import escaping_backslashes
from pgddb.pgtypes.numeric_digits import plain_numbers

FEWEST_ROWS = 48
"""Rows of one shape below which walking them takes less time (a shape costs about 0.2 ms for each block)."""

BLOCK_BYTES = 1024 * 1024
"""Rows are converted in blocks of about this size: the arrays of a block stay in the processor's cache."""

SHAPES_OF_A_LENGTH = 8
"""Shapes with as many quotes that are tried on a block."""

BLOCKS_OF_REST = 30
"""Blocks during which no shape is learnt from rows of a length that had too many of them."""

SHAPES_KEPT = 512
MOST_SCALARS = 400

_QUOTE = ord('"')
_SAME_IN_JSONB = np.isin(np.arange(256), list(b'"\\bfnrt'))
"""What follows a backslash in an escape that jsonb_out prints as it stands."""

_TRUE, _FALS = (int.from_bytes(word, "little") for word in (b"true", b"fals"))
_PADDING = bytes(8)
_NONE = pa.array([], pa.string())

Walk = Callable[[bytes], bytes | None]


class SeenShapes:
    """What the rows of one conversion were like: the types of each attribute, and whether some had to be walked."""

    def __init__(self) -> None:
        self.types: dict[str, set[str]] = {}
        self.walked = False

    def add(self, shape: Shape) -> None:
        for name, kind in shape.types.items():
            self.types.setdefault(name, set()).add(kind)


class ColumnConverter:
    """Convert arrays of one kind: whole items, or single values. Owns the shapes it has learnt; any thread may call."""

    def __init__(self, write: Callable[[ShapeWriter, Any], Parts], walk: Walk) -> None:
        self._write = write
        self._walk = walk
        self._shapes: OrderedDict[int, tuple[Shape, ...]] = OrderedDict()
        self._rests: dict[int, int] = {}

    def convert(
        self, texts: pa.LargeBinaryArray, attributes: Sequence[str] = (), seen: SeenShapes | None = None
    ) -> list[pa.Array]:
        """Give the canonical jsonb text of every row, NULL for NULL; then that of single attributes of items.

        An attribute that an item does not have, or that is DynamoDB's NULL, is NULL. `seen` gets what the rows are
        like.
        """
        seen = seen or SeenShapes()
        count = len(texts)
        if not count:
            return [_NONE] * (1 + len(attributes))
        if count == 1:  # a point lookup
            return self._walked(texts, attributes, seen)
        offsets = np.frombuffer(texts.buffers()[1], np.int64, count + 1, texts.offset * 8)
        converted: list[list[pa.Array]] = []
        start = 0
        while start < count:
            end = int(np.searchsorted(offsets, offsets[start] + BLOCK_BYTES))
            end = min(count, max(end, start + 1))
            converted.append(self._convert_block(texts.slice(start, end - start), attributes, seen))
            start = end
        return [_one_array(blocks) for blocks in zip(*converted, strict=True)]

    def _walked(self, texts: pa.LargeBinaryArray, attributes: Sequence[str], seen: SeenShapes) -> list[pa.Array]:
        seen.walked = True
        rows = texts.to_pylist()
        found = [_string_array([None if text is None else self._walk(text) for text in rows])]
        if attributes:
            parts = [(None,) * len(attributes) if text is None else parts_json(text, attributes) for text in rows]
            found += map(_string_array, map(list, zip(*parts, strict=True)))
        return found

    def _convert_block(self, texts: pa.LargeBinaryArray, attributes: Sequence[str], seen: SeenShapes) -> list[pa.Array]:
        left = np.arange(len(texts))
        pieces: list[list[pa.Array]] = []
        places: list[Numbers] = []
        if len(texts) >= FEWEST_ROWS and texts.buffers()[2] is not None:
            block = _Block(texts)
            for strings in block.frequent_lengths():
                for rows, piece in self._same_length(block, strings, attributes, seen):
                    places.append(rows)
                    pieces.append(piece)
            left = np.setdiff1d(left, np.concatenate(places), assume_unique=True) if places else left
        if len(left):
            pieces.append(self._walked(texts.take(pa.array(left)) if places else texts, attributes, seen))
            places.append(left)
        if len(pieces) == 1:
            return pieces[0]
        order = np.empty(len(texts), np.int64)
        order[np.concatenate(places)] = np.arange(len(texts))
        indices = pa.array(order)
        return [pc.take(_one_array(parts), indices, boundscheck=False) for parts in zip(*pieces, strict=True)]

    def _same_length(
        self, block: _Block, strings: int, attributes: Sequence[str], seen: SeenShapes
    ) -> list[tuple[Numbers, list[pa.Array]]]:
        """Convert the rows with this number of strings, as far as few shapes hold them."""
        found = []
        for shape in self._known_and_new(block, strings):
            taken, piece = block.convert(shape, attributes)
            if len(taken):
                found.append((taken, piece))
                seen.add(shape)
            if len(taken) >= FEWEST_ROWS:
                self._keep(shape)
            elif not self._is_known(shape):
                self._rests[strings] = BLOCKS_OF_REST
        return found

    def _known_and_new(self, block: _Block, strings: int) -> Iterator[Shape]:
        """Give the shapes known, then those of rows that none of them has, while enough rows are left."""
        for shape in self._shapes.get(strings, ()):
            if len(block.left(strings)) >= FEWEST_ROWS:
                yield shape
        if self._rests.get(strings):
            self._rests[strings] -= 1
            return
        for attempt in range(SHAPES_OF_A_LENGTH):
            rows = block.left(strings)
            if len(rows) < FEWEST_ROWS or self._rests.get(strings):
                return
            learnt = self._learn(block.text(rows[attempt * len(rows) // SHAPES_OF_A_LENGTH]), strings)
            if learnt is None:
                self._rests[strings] = BLOCKS_OF_REST
                return
            yield learnt

    def _is_known(self, shape: Shape) -> bool:
        return any(known is shape for known in self._shapes.get(shape.strings, ()))

    def _learn(self, text: bytes, strings: int) -> Shape | None:
        writer = ShapeWriter()
        try:
            shape = writer.shape(self._write(writer, msgspec.json.decode(text)))
        except (msgspec.DecodeError, ValueError, AttributeError, TypeError):
            return None
        return shape if shape.strings == strings and 0 < len(shape.is_number) <= MOST_SCALARS else None

    def _keep(self, shape: Shape) -> None:
        others = tuple(other for other in self._shapes.get(shape.strings, ()) if other is not shape)
        self._shapes[shape.strings] = (shape, *others[: SHAPES_OF_A_LENGTH - 1])
        self._shapes.move_to_end(shape.strings)
        while len(self._shapes) > SHAPES_KEPT:
            self._shapes.popitem(last=False)


class _Block:
    """Some rows as one run of bytes, with the places of the quotes that begin and end strings."""

    def __init__(self, texts: pa.LargeBinaryArray) -> None:
        count = len(texts)
        offsets = np.frombuffer(texts.buffers()[1], np.int64, count + 1, texts.offset * 8)
        self._bytes = b"".join((texts.buffers()[2].slice(offsets[0], offsets[-1] - offsets[0]), _PADDING))
        self._padded = np.frombuffer(self._bytes, np.uint8)
        self._offsets = offsets - offsets[0]
        content = self._padded[: -len(_PADDING)]
        is_quote = content == _QUOTE
        odd_rows = self._mark_escapes(content, is_quote)
        self._quotes = np.flatnonzero(is_quote)
        self._first_quotes = np.searchsorted(self._quotes, self._offsets)
        lengths = np.diff(self._first_quotes)
        lengths[odd_rows] = 1
        if texts.null_count:
            lengths[texts.is_null().to_numpy(zero_copy_only=False)] = 1
        if content.size and content.min() < 32:
            lengths[self._owners(np.flatnonzero(content < 32))] = 1
        self._lengths = lengths
        self._left: dict[int, Numbers] = {}

    def _mark_escapes(self, content: Any, is_quote: Any) -> Numbers:
        """Take the quotes that a backslash escapes out of `is_quote`; give the rows with escapes that would change."""
        escaping = escaping_backslashes(content)
        escaped = np.minimum(escaping + 1, len(content) - 1)
        is_quote[escaped] = False
        return self._owners(escaping[~_SAME_IN_JSONB[content[escaped]]])

    def _owners(self, places: Numbers) -> Numbers:
        return np.searchsorted(self._offsets, places, "right") - 1

    def frequent_lengths(self) -> list[int]:
        """Give the numbers of strings that enough rows have."""
        lengths, counts = np.unique(self._lengths, return_counts=True)
        return [int(quotes) // 2 for quotes in lengths[(counts >= FEWEST_ROWS) & (lengths % 2 == 0) & (lengths > 0)]]

    def left(self, strings: int) -> Numbers:
        """Give the rows with this number of strings that are not converted yet."""
        rows = self._left.get(strings)
        if rows is None:
            rows = self._left[strings] = np.flatnonzero(self._lengths == strings * 2)
        return rows

    def text(self, row: int) -> bytes:
        start, end = self._offsets[row : row + 2]
        return self._bytes[start:end]

    def convert(self, shape: Shape, attributes: Sequence[str]) -> tuple[Numbers, list[pa.Array]]:
        """Convert the rows that are left and have the shape; give which these are."""
        rows, texts = self._converted(shape, self.left(shape.strings), attributes)
        if len(rows):
            self._left[shape.strings] = np.setdiff1d(self._left[shape.strings], rows, assume_unique=True)
        return rows, texts

    def _converted(self, shape: Shape, rows: Numbers, attributes: Sequence[str]) -> tuple[Numbers, list[pa.Array]]:
        bounds = self._quotes[self._first_quotes[rows][:, None] + shape.quotes].reshape(len(rows), -1, 2)
        bounds[:, :, 0] += 1
        same = _place_booleans(shape, self._padded, bounds)
        begins = np.concatenate([self._offsets[rows][:, None], bounds[:, :, 1]], axis=1)
        ends = np.concatenate([bounds[:, :, 0], self._offsets[rows + 1][:, None]], axis=1)
        same &= ((ends - begins) == shape.lengths).all(axis=1)
        if not same.all():
            rows, begins, bounds = rows[same], begins[same], bounds[same]
        same = _same_words(shape, self._padded, begins)
        if not same.all():
            rows, bounds = rows[same], bounds[same]
        if not len(rows):
            return rows, []
        with_constants = pa.py_buffer(b"".join((self._bytes, *shape.constants)))
        scalars = _scalars(with_constants, bounds, len(self._bytes), shape.constants)
        plain = _plain_numbers(shape, scalars, len(rows))
        if plain is not None and not plain.all():
            rows = rows[plain]
            if not len(rows):
                return rows, []
            scalars = _scalars(with_constants, bounds[plain], len(self._bytes), shape.constants)
        return rows, _printed(shape, scalars, len(rows), attributes)


def _place_booleans(shape: Shape, padded: Any, bounds: Numbers) -> Any:
    """Set the bounds of true and false, which have no quotes; say which rows have nothing else there."""
    same = np.ones(len(bounds), bool)
    for number in np.flatnonzero(shape.is_boolean):
        start = bounds[:, number, 1] + 2
        word = _words_at(padded, start, np.uint32)
        is_false = word == _FALS
        bounds[:, number, 0] = start
        bounds[:, number, 1] = start + 4 + is_false
        same &= (word == _TRUE) | (is_false & (padded[np.minimum(start + 4, len(padded) - 1)] == ord("e")))
    return same


def _words_at(padded: Any, places: Numbers, word: Any) -> Any:
    """Read a word at any byte."""
    size = np.dtype(word).itemsize
    return np.ndarray((len(padded) - size + 1,), word, padded, strides=(1,))[places]


def _same_words(shape: Shape, padded: Any, begins: Numbers) -> Any:
    places = begins[:, shape.word_constants]
    places += shape.word_places
    found = _words_at(padded, places, np.uint64)
    found &= shape.word_masks
    return (found == shape.words).all(axis=1)


def _scalars(content: pa.Buffer, bounds: Numbers, size: int, constants: Sequence[bytes]) -> pa.Array:
    """Cut the bytes at the bounds: the even elements are the scalars, those after the last are the constants."""
    ends = size + np.cumsum([0, *map(len, constants)])
    offsets = np.concatenate([bounds.reshape(-1), ends]).astype(np.int32)
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), content])


def _printed(shape: Shape, scalars: pa.Array, rows: int, attributes: Sequence[str]) -> list[pa.Array]:
    """Put scalars and constants together; the taken parts stand side by side in memory, as the texts shall."""
    width, count = len(shape.quotes), len(shape.parts)
    steps = np.where(shape.part_is_scalar, width, 0)
    firsts = np.where(shape.part_is_scalar, shape.parts, shape.parts + rows * width)
    indices = (np.arange(rows)[:, None] * steps + firsts).reshape(-1)
    taken = pc.take(scalars, pa.array(indices), boundscheck=False)
    _, offset_buffer, content = taken.buffers()
    bounds = np.frombuffer(offset_buffer, np.int32, len(indices) + 1)
    whole = pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(bounds[::count].copy()), content])
    return [whole, *(_cut(shape.spans.get(name), bounds, content, rows, count) for name in attributes)]


def _cut(span: Span | None, bounds: Numbers, content: pa.Buffer, rows: int, count: int) -> pa.Array:
    """Cut the value of one attribute out of printed items of so many parts each."""
    if span is None:
        return pa.nulls(rows, pa.string())
    ends = np.empty((rows, 2), np.int32)
    for side, (part, after) in enumerate(span):
        ends[:, side] = bounds[part::count][:rows] + np.int32(after)
    pieces = pa.Array.from_buffers(pa.string(), rows * 2 - 1, [None, pa.py_buffer(ends), content])
    return pc.take(pieces, pa.array(np.arange(0, rows * 2, 2)), boundscheck=False)


def _plain_numbers(shape: Shape, scalars: pa.Array, rows: int) -> Any:
    """Say which rows have only numbers that numeric_out prints as they stand; None if there are no numbers."""
    numbers = np.flatnonzero(shape.is_number)
    if not len(numbers):
        return None
    indices = (np.arange(rows)[:, None] * len(shape.quotes) + numbers * 2).reshape(-1)
    taken = pc.take(scalars, pa.array(indices), boundscheck=False)
    offsets = np.frombuffer(taken.buffers()[1], np.int32, len(indices) + 1)
    content = np.frombuffer(taken.buffers()[2], np.uint8, offsets[-1])
    return plain_numbers(content, offsets).reshape(rows, -1).all(axis=1)


def walked(texts: pa.LargeBinaryArray, walk: Walk) -> pa.Array:
    """Convert row by row; NULL stays NULL."""
    return _string_array([None if text is None else walk(text) for text in texts.to_pylist()])


def _string_array(texts: list[bytes | None]) -> pa.Array:
    is_large = sum(map(len, filter(None, texts))) > np.iinfo(np.int32).max
    return pa.array(texts, pa.large_string() if is_large else pa.string())


def _one_array(arrays: Sequence[pa.Array]) -> pa.Array:
    if len(arrays) == 1:
        return arrays[0]
    is_long = sum(array.nbytes for array in arrays) > np.iinfo(np.int32).max
    if is_long or any(pa.types.is_large_string(array.type) for array in arrays):
        arrays = [array.cast(pa.large_string()) for array in arrays]
    return pa.concat_arrays(arrays)
