"""Hold a plan as EXPLAIN shows it, and write it as psql's users know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from msgspec import Struct

from pgddb.sql.options import ExplainOptions

EVERYTHING = "*"
"""Stands in `PlanNode.checked` for all that a statement asks of a table's rows."""

Shown: TypeAlias = "str | float | int | bool | Sequence[Shown] | Mapping[str, Shown]"


class Detail(Struct, frozen=True):
    """One fact of a node.

    Attributes:
        label: its name, in the JSON too.
        value: what the JSON says; None keeps it out.
        text: what the text says; None takes the value, "" keeps it out.
    """

    label: str
    value: Shown | None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a node takes: read units until its first row and in all, rows that it gives, bytes of one."""

    startup: float = 0.0
    total: float = 0.0
    rows: float = 1.0
    width: int = 0


class Actual(Struct, frozen=True):
    """What a node has taken: milliseconds until its end, None where nobody looked, and the rows it gave."""

    milliseconds: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One step of a plan.

    Attributes:
        title: as the text names it: "Hash Left Join", "DynamoDB Scan on reviews".
        node_type: as the JSON names it, empty where that is the title.
        label: what stands over the step where it is no plain input: "CTE a".
        feed: of a leaf that reads DynamoDB.
        checked: conditions of its rows that hold already, so that the engine's filter says nothing new.
    """

    title: str
    cost: Cost = field(default_factory=Cost)
    details: tuple[Detail, ...] = ()
    children: tuple[PlanNode, ...] = ()
    node_type: str = ""
    label: str = ""
    feed: str = ""
    checked: frozenset[str] = frozenset()
    actual: Actual | None = None

    def walk(self) -> Iterator[PlanNode]:
        """Give the node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def with_details(self, *details: Detail) -> PlanNode:
        return replace(self, details=(*self.details, *details))


@dataclass(frozen=True, slots=True)
class Explained:
    """A whole plan, with what is said of the statement below it."""

    root: PlanNode
    summary: tuple[Detail, ...] = ()


def text_lines(explained: Explained, options: ExplainOptions) -> tuple[str, ...]:
    """Write a plan as PostgreSQL's FORMAT TEXT does."""
    lines = [*_node_lines(explained.root, 0, options)]
    lines += (_detail_line(detail) for detail in explained.summary if detail.text != "")
    return tuple(lines)


def _node_lines(node: PlanNode, depth: int, options: ExplainOptions) -> Iterator[str]:
    """Indent as PostgreSQL: two columns and an arrow for the first level, six more for each further one."""
    indent = "  " + "      " * (depth - 1) if depth else ""
    if node.label:
        yield f"{indent}{node.label}"
        indent += "  "
    yield f"{indent}{'->  ' if depth else ''}{node.title}{_measures(node, options)}"
    inner = "  " + "      " * depth + ("  " if node.label else "")
    for detail in node.details:
        if detail.text != "":
            yield f"{inner}{_detail_line(detail)}"
    for child in node.children:
        for line in _node_lines(child, depth + 1, options):
            yield f"  {line}" if node.label else line


def _measures(node: PlanNode, options: ExplainOptions) -> str:
    cost, text = node.cost, ""
    if options.costs:
        text = f"  (cost={cost.startup:.2f}..{cost.total:.2f} rows={max(1, round(cost.rows))} width={cost.width})"
    if node.actual is None:
        return text
    gap = " " if text else "  "
    if node.actual.milliseconds is None or options.timing is False:
        return f"{text}{gap}(actual rows={node.actual.rows} loops=1)"
    return f"{text}{gap}(actual time=0.000..{node.actual.milliseconds:.3f} rows={node.actual.rows} loops=1)"


def _detail_line(detail: Detail) -> str:
    if detail.text is not None:
        return f"{detail.label}: {detail.text}" if detail.label else detail.text
    value = detail.value
    if isinstance(value, (list, tuple)):
        return f"{detail.label}: {', '.join(map(str, value))}"
    return f"{detail.label}: {value}"


def price_text(dollars: float) -> str:
    """Write a price for people: three figures of a small one, cents of a large one.

    >>> [price_text(dollars) for dollars in (0, 6.25e-8, 0.0000035, 0.016384, 0.2, 1.5, 1638.4)]
    ['$0', '< $0.000001', '$0.0000035', '$0.0164', '$0.20', '$1.50', '$1,638.40']
    """
    if dollars <= 0:
        return "$0"
    if dollars < 1e-6:
        return "< $0.000001"
    if dollars >= 0.1:
        return f"${dollars:,.2f}"
    figures = f"{dollars:.2e}"
    digits = 2 - int(figures.partition("e")[2])
    text = f"{dollars:.{digits}f}".rstrip("0")
    return f"${text}"


def units_text(units: float) -> str:
    """Write read units: halves count, larger numbers have commas.

    >>> [units_text(units) for units in (0.5, 1, 131072, 10.26)]
    ['0.5 read units', '1 read unit', '131,072 read units', '10.3 read units']
    """
    text = f"{units:,.1f}".removesuffix(".0")
    return f"{text} read unit{'' if text == '1' else 's'}"


def counted(number: float, noun: str) -> str:
    """Write a number of things.

    >>> counted(1, "item"), counted(1234.4, "request")
    ('1 item', '1,234 requests')
    """
    return f"{number:,.0f} {noun}{'' if round(number) == 1 else 's'}"


def seconds_text(seconds: float) -> str:
    """Write a time for people.

    >>> [seconds_text(seconds) for seconds in (0.0004, 0.5, 12.34, 200, 9000)]
    ['< 0.01 s', '0.50 s', '12.3 s', '3 min 20 s', '2 h 30 min']
    """
    if seconds < 0.01:
        return "< 0.01 s"
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"
