"""Hold DuckDB text with holes for parameters and feeds, so that a cached plan runs by joining strings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from pgddb.planner.number_order import literal_sort_text

EMPTY_FEED = "(SELECT CAST(NULL AS VARCHAR) AS item WHERE false)"
"""A feed without rows, for asking DuckDB what a statement would return."""


class ParameterSlot(Struct, frozen=True):
    """Where the literal of $number goes; `stub` is a typed NULL that stands for it while describing.

    `ordered`: the number is compared with texts that sort as numbers do.
    """

    number: int
    stub: str
    ordered: bool = False

    def literal(self, parameters: Sequence[str]) -> str:
        """Choose from the literals of all parameters."""
        given = parameters[self.number - 1]
        return literal_sort_text(given) if self.ordered else given


class FeedSlot(Struct, frozen=True):
    """Where the relation of a feed is named; `before` and `after` make a relation of the table's rows of it."""

    feed: str
    before: str = ""
    after: str = ""


Segment = str | ParameterSlot | FeedSlot


class SqlTemplate(Struct, frozen=True):
    """DuckDB text cut at its holes."""

    segments: tuple[Segment, ...]

    def render(self, parameters: Sequence[str] = (), feeds: Mapping[str, str] | None = None) -> str:
        """Give the text to run.

        `parameters` are DuckDB literals (`literals.literal`), the first for $1. `feeds` says which relation
        to read for a feed, as DuckDB text; a feed that it does not name is read from the relation of its own name.
        """
        named = feeds or {}
        pieces: list[str] = []
        for segment in self.segments:
            if isinstance(segment, str):
                pieces.append(segment)
            elif isinstance(segment, ParameterSlot):
                pieces.append(segment.literal(parameters))
            else:
                relation = named.get(segment.feed) or f'"{segment.feed}"'
                pieces += (segment.before, relation, segment.after)
        return "".join(pieces)

    def render_stub(self) -> str:
        """Give a text with the same result columns that reads nothing and needs no parameters."""
        return "".join(_stub(segment) for segment in self.segments)

    def render_outline(self, parameters: Sequence[str], relations: Mapping[str, str]) -> str:
        """Give the text with a relation of decoded rows in the place of each feed: what EXPLAIN shows the plan of."""
        return "".join(
            segment
            if isinstance(segment, str)
            else segment.literal(parameters)
            if isinstance(segment, ParameterSlot)
            else relations[segment.feed]
            for segment in self.segments
        )

    def row_stubs(self) -> Mapping[str, str]:
        """Give a relation without rows that has the columns which the text reads of each feed."""
        return {segment.feed: _stub(segment) for segment in self.segments if isinstance(segment, FeedSlot)}

    @property
    def feeds(self) -> tuple[str, ...]:
        """Names of the feeds that the text reads, in its order."""
        return tuple(dict.fromkeys(segment.feed for segment in self.segments if isinstance(segment, FeedSlot)))


class LateTemplate:
    """A template that is written when it is first rendered: most queries for keys never run."""

    def __init__(self, write: Callable[[], SqlTemplate]) -> None:
        self._write: Callable[[], SqlTemplate] | None = write
        self._template = SqlTemplate(())

    def render(self, parameters: Sequence[str] = ()) -> str:
        """Give the text to run."""
        if self._write is not None:
            self._template, self._write = self._write(), None
        return self._template.render(parameters)


def _stub(segment: Segment) -> str:
    if isinstance(segment, str):
        return segment
    if isinstance(segment, ParameterSlot):
        return segment.stub
    return f"{segment.before}{EMPTY_FEED}{segment.after}"
