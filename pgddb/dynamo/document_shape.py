"""Write down the shape of an item: what stands between its scalars, and how jsonb prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from pgddb.dynamo.document_walk import key_rank, quoted

Parts: TypeAlias = list[bytes | int]
"""What prints an item: constants, and scalars by number."""

Numbers: TypeAlias = Any
"""An array of whole numbers; numpy's stubs make more of it than these lines can bear."""

Place: TypeAlias = tuple[int, int]
"""A place in an output: bytes after the beginning of a part."""

Span: TypeAlias = tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands between the scalars of an item, and how to print them.

    Attributes:
        strings: strings that an item has, names and types included.
        quotes: two for each scalar, those around its text; for a BOOL those of its type.
        is_boolean, is_number: by scalar.
        lengths: of the constants before, between and after the scalars.
        word_constants, word_places, word_masks, words: the constants cut into words of eight bytes: in which
            constant, where in it, which bytes count, and what they are.
        parts: of the output: scalars, and constants counted from `first_constant` on.
        constants: of the output.
        spans: of the output: where the value of each attribute begins and ends. None for DynamoDB's NULL.
        types: of each attribute: S, N and so on.
    """

    strings: int
    quotes: Numbers
    is_boolean: Numbers
    is_number: Numbers
    lengths: Numbers
    word_constants: Numbers
    word_places: Numbers
    word_masks: Numbers
    words: Numbers
    part_is_scalar: Numbers
    parts: Numbers
    constants: tuple[bytes, ...]
    spans: Mapping[str, Span | None]
    types: Mapping[str, str]


class ShapeWriter:
    """Write down the shape of one item or value."""

    def __init__(self) -> None:
        self._constants: list[bytearray] = [bytearray()]
        self._strings = 0
        self._texts: list[int] = []
        self._kinds: list[str] = []
        self._spans: dict[str, tuple[int, int] | None] = {}
        self._types: dict[str, str] = {}

    def item(self, attributes: dict[str, dict[str, Any]]) -> Parts:
        """Note an object of attributes and give what it prints as."""
        printed: dict[str, Parts] = {}
        self._constant(b"{")
        for number, (name, value) in enumerate(attributes.items()):
            self._constant((b"," if number else b"") + quoted(name) + b":", strings=1)
            printed[name] = self.value(value)
        self._constant(b"}")
        parts: Parts = [b"{"]
        spans: dict[str, tuple[int, int] | None] = {}
        for number, name in enumerate(sorted(printed, key=key_rank)):
            parts.append((b", " if number else b"") + quoted(name) + b": ")
            start = len(parts)
            parts += printed[name]
            spans[name] = None if printed[name] == [b"null"] else (start, len(parts))
        self._spans = spans  # those of the outermost object are the last
        self._types = {name: next(iter(value)) for name, value in attributes.items()}
        return [*parts, b"}"]

    def value(self, value: dict[str, Any]) -> Parts:
        """Note a typed value and give what it prints as."""
        ((tag, content),) = value.items()
        self._constant(b'{"' + tag.encode() + b'":', strings=1)
        parts = self._content(tag, content)
        self._constant(b"}")
        return parts

    def _content(self, tag: str, content: Any) -> Parts:
        match tag:
            case "S" | "B" | "N":
                return self._string(tag)
            case "BOOL":
                return [self._scalar("boolean", self._strings - 1)]
            case "NULL":
                self._constant(b"true")
                return [b"null"]
            case "M":
                return self.item(content)
            case "L":
                return self._list(content, self.value)
            case "SS" | "NS" | "BS":
                return self._list(content, lambda _: self._string(tag[0]))
            case _:
                raise ValueError(tag)

    def _string(self, tag: str) -> Parts:
        self._constant(b'"')
        scalar = self._scalar("number" if tag == "N" else "text", self._strings)
        self._constant(b'"', strings=1)
        return [scalar] if tag == "N" else [b'"', scalar, b'"']

    def _list(self, elements: Sequence[Any], write: Callable[[Any], Parts]) -> Parts:
        parts: Parts = [b"["]
        self._constant(b"[")
        for number, element in enumerate(elements):
            if number:
                self._constant(b",")
                parts.append(b", ")
            parts += write(element)
        self._constant(b"]")
        return [*parts, b"]"]

    def _constant(self, text: bytes, *, strings: int = 0) -> None:
        self._constants[-1] += text
        self._strings += strings

    def _scalar(self, kind: str, text: int) -> int:
        self._kinds.append(kind)
        self._texts.append(text)
        self._constants.append(bytearray())
        return len(self._texts) - 1

    def shape(self, printed: Parts) -> Shape:
        """Give the shape; `printed` is what the whole prints as."""
        constants, places, masks, words = _words_of(self._constants)
        joined, bounds = _joined(printed)
        outputs = [part for part in joined if isinstance(part, bytes)]
        numbers = iter(range(len(outputs)))
        return Shape(
            strings=self._strings,
            quotes=np.array([place for text in self._texts for place in (text * 2, text * 2 + 1)]),
            is_boolean=np.array([kind == "boolean" for kind in self._kinds]),
            is_number=np.array([kind == "number" for kind in self._kinds]),
            lengths=np.array([len(constant) for constant in self._constants]),
            word_constants=np.array(constants),
            word_places=np.array(places),
            word_masks=np.array(masks, np.uint64),
            words=np.array(words, np.uint64),
            part_is_scalar=np.array([isinstance(part, int) for part in joined]),
            parts=np.array([part * 2 if isinstance(part, int) else next(numbers) for part in joined]),
            constants=tuple(outputs),
            spans={
                name: None if span is None else (bounds[span[0]], bounds[span[1]]) for name, span in self._spans.items()
            },
            types=self._types,
        )


def _words_of(constants: Sequence[bytearray]) -> tuple[list[int], list[int], list[int], list[int]]:
    """Cut constants into words; the last of each overlaps its neighbour, a short one counts only in part."""
    found: tuple[list[int], list[int], list[int], list[int]] = ([], [], [], [])
    for number, constant in enumerate(constants):
        length = len(constant)
        for place in [*range(0, length - 8, 8), max(0, length - 8)] if length else []:
            word = bytes(constant[place : place + 8])
            mask = (1 << 8 * len(word)) - 1
            for column, entry in zip(found, (number, place, mask, int.from_bytes(word, "little")), strict=True):
                column.append(entry)
    return found


def _joined(printed: Parts) -> tuple[Parts, list[Place]]:
    """Join constants that meet; also say where each part has come to stand."""
    joined: Parts = []
    places: list[Place] = []
    for part in printed:
        if isinstance(part, bytes) and joined and isinstance(joined[-1], bytes):
            places.append((len(joined) - 1, len(joined[-1])))
            joined[-1] += part
        else:
            places.append((len(joined), 0))
            joined.append(part)
    return joined, [*places, (len(joined), 0)]
