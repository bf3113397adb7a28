"""Turn the engine's plan into PostgreSQL's operators, over the reads of DynamoDB as leaves.

The engine plans an outline of the statement: one relation for each feed. Whatever is its own business, as
projections and internal names, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pgddb.planner.explain import EVERYTHING, Cost, Detail, PlanNode
from pgddb.planner.explain_expressions import PREFIX, ExpressionTexts

_ROWS_OF_A_FILTER = 1 / 3
_ROWS_OF_A_GROUP = 200.0
"""What is guessed where nothing is known, as PostgreSQL guesses."""
_FUNCTION_ROWS = 1000.0

_JOINS = {
    "HASH_JOIN": "Hash",
    "NESTED_LOOP_JOIN": "Nested Loop",
    "BLOCKWISE_NL_JOIN": "Nested Loop",
    "CROSS_PRODUCT": "Nested Loop",
    "LEFT_DELIM_JOIN": "Hash",
    "RIGHT_DELIM_JOIN": "Hash",
    "PIECEWISE_MERGE_JOIN": "Merge",
    "IE_JOIN": "Merge",
    "ASOF_JOIN": "Merge",
    "POSITIONAL_JOIN": "Merge",
}
_JOIN_KINDS = {
    "LEFT": "Left Join",
    "RIGHT": "Right Join",
    "OUTER": "Full Join",
    "FULL": "Full Join",
    "SEMI": "Semi Join",
    "RIGHT_SEMI": "Right Semi Join",
    "ANTI": "Anti Join",
    "RIGHT_ANTI": "Right Anti Join",
    "MARK": "Semi Join",
    "SINGLE": "Left Join",
}
_AGGREGATES = {
    "HASH_GROUP_BY": "HashAggregate",
    "PERFECT_HASH_GROUP_BY": "HashAggregate",
    "PARTITIONED_AGGREGATE": "GroupAggregate",
    "UNGROUPED_AGGREGATE": "Aggregate",
    "SIMPLE_AGGREGATE": "Aggregate",
    "STREAMING_AGGREGATE": "Aggregate",
}
_FILTERED_HERE = ("DynamoDB", "Seq Scan", "CTE Scan", "Function Scan", "Values Scan", "HashAggregate", "Aggregate")
_INTERNAL_NAME = "__"
_TABLE_NAME = re.compile(r'"?([^".]+)"?\Z')

Operator = Mapping[str, Any]


def operator_tree(
    plan: Sequence[Operator], leaves: Mapping[str, PlanNode], texts: ExpressionTexts, functions: frozenset[str]
) -> PlanNode:
    """Give the tree; reads that the engine does not look at stand below the top, for they are fetched all the same."""
    reader = _Reader(leaves, texts, functions)
    root = reader.node(plan[0])
    unseen = [leaf for feed, leaf in leaves.items() if feed not in reader.seen]
    if not unseen:
        return root
    cost = replace(root.cost, total=root.cost.total + sum(leaf.cost.total for leaf in unseen))
    return replace(root, cost=cost, children=(*root.children, *unseen))


@dataclass(slots=True)
class _Reader:
    """Reads one plan; `seen` are the feeds that it has met."""

    leaves: Mapping[str, PlanNode]
    texts: ExpressionTexts
    functions: frozenset[str]
    seen: set[str] = field(default_factory=set)
    _tables: dict[str, str] = field(default_factory=dict)

    def node(self, operator: Operator) -> PlanNode:
        name: str = operator["name"].strip()
        if name in _JOINS:
            return self._join(name, operator)
        if name in _AGGREGATES:
            return self._aggregate(_AGGREGATES[name], operator)
        if name in _READERS:
            return _READERS[name](self, operator)
        children = self._children(operator)
        if len(children) == 1:  # a step of the engine's own
            return children[0]
        if children:
            return _step("Append", children)
        return self._leaf(name)

    def _children(self, operator: Operator) -> tuple[PlanNode, ...]:
        return tuple(self.node(child) for child in operator["children"])

    def _only(self, operator: Operator) -> PlanNode:
        children = self._children(operator)
        return children[0] if children else PlanNode("Result")

    # Leaves -----------------------------------------------------------------------------------------------

    def _leaf(self, name: str) -> PlanNode:
        function = name.lower()
        if function in self.functions:
            return PlanNode(f"Function Scan on {function}", Cost(rows=_FUNCTION_ROWS), node_type="Function Scan")
        return PlanNode("Function Scan", Cost(rows=_FUNCTION_ROWS))

    def read(self, operator: Operator) -> PlanNode:
        """Give the leaf of the feed whose columns a scan names."""
        for column in _list(operator["extra_info"].get("Projections")):
            feed = _feed_of(column)
            if feed in self.leaves:
                self.seen.add(feed)
                return self._filtered(self.leaves[feed], operator["extra_info"].get("Filters"))
        return PlanNode("Function Scan", Cost(rows=_FUNCTION_ROWS))

    def relation(self, operator: Operator) -> PlanNode:
        """Give a relation of the system catalogs, which the engine holds."""
        extra = operator["extra_info"]
        table = _TABLE_NAME.search(str(extra.get("Table", "")))
        name = table[1] if table is not None else "relation"
        node = PlanNode(f"Seq Scan on {name}", Cost(rows=100.0), node_type="Seq Scan")
        if extra.get("Table"):
            node = node.with_details(Detail("Relation Name", name, ""))
        return self._filtered(node, extra.get("Filters"))

    def nothing(self, operator: Operator) -> PlanNode:  # noqa: ARG002 - as every reader
        return PlanNode("Result", Cost(rows=0.0), (Detail("One-Time Filter", "false"),))

    def one_row(self, operator: Operator) -> PlanNode:  # noqa: ARG002 - as every reader
        return PlanNode("Result")

    def values(self, operator: Operator) -> PlanNode:  # noqa: ARG002 - as every reader
        return PlanNode("Values Scan")

    # One input --------------------------------------------------------------------------------------------

    def filter(self, operator: Operator) -> PlanNode:
        child = self._only(operator)
        return self._filtered(child, operator["extra_info"].get("Expression"))

    def _filtered(self, child: PlanNode, expression: object) -> PlanNode:
        """Put a condition to what it filters, without the parts that a read answers."""
        parts: list[tuple[str, str]] = []
        for one in _list(expression):
            found = self.texts.parts(one)
            if found is None:
                return child
            parts += found
        shown = [] if EVERYTHING in child.checked else [text for text, bare in parts if bare not in child.checked]
        if not shown:
            return child
        detail = Detail("Filter", " AND ".join(shown), " AND ".join(map(_bracketed, shown)))
        if child.feed:
            return _with_filter(child, detail)
        cost = replace(child.cost, rows=max(1.0, child.cost.rows * _ROWS_OF_A_FILTER))
        if child.title.startswith(_FILTERED_HERE) or child.title.endswith(("Join", "Nested Loop")):
            return replace(child.with_details(detail), cost=cost)
        return PlanNode("Subquery Scan", cost, (detail,), (child,))

    def sort(self, operator: Operator) -> PlanNode:
        return self._sorted(self._only(operator), operator)

    def _sorted(self, child: PlanNode, operator: Operator) -> PlanNode:
        cost = replace(child.cost, startup=child.cost.total)
        keys = self.texts.keys(_list(operator["extra_info"].get("Order By")))
        details = (Detail("Sort Key", keys),) if keys else ()
        return PlanNode("Sort", cost, details, (child,))

    def top(self, operator: Operator) -> PlanNode:
        return self._limited(self._sorted(self._only(operator), operator), operator["extra_info"].get("Top"))

    def limit(self, operator: Operator) -> PlanNode:
        return self._limited(self._only(operator), operator["extra_info"].get("Limit"))

    @staticmethod
    def _limited(child: PlanNode, count: object) -> PlanNode:
        rows = min(child.cost.rows, float(count)) if isinstance(count, str) and count.isdigit() else child.cost.rows
        return PlanNode("Limit", replace(child.cost, rows=rows), (), (child,))

    def window(self, operator: Operator) -> PlanNode:
        return _step("WindowAgg", self._children(operator))

    def unnest(self, operator: Operator) -> PlanNode:
        return _step("ProjectSet", self._children(operator))

    def projection(self, operator: Operator) -> PlanNode:
        return self._only(operator)

    def _aggregate(self, title: str, operator: Operator) -> PlanNode:
        child = self._only(operator)
        groups = _list(operator["extra_info"].get("Groups"))
        inputs: list[str] = []
        if operator["children"] and operator["children"][0]["name"].strip() == "PROJECTION":
            inputs = _list(operator["children"][0]["extra_info"].get("Projections"))
        keys = self.texts.keys(groups, inputs) if groups else None
        rows = min(child.cost.rows, _ROWS_OF_A_GROUP) if groups else 1.0
        cost = replace(child.cost, startup=child.cost.total, rows=rows)
        return PlanNode(title, cost, (Detail("Group Key", keys),) if keys else (), (child,))

    # Several inputs ---------------------------------------------------------------------------------------

    def append(self, operator: Operator) -> PlanNode:
        return _step("Append", self._children(operator))

    def _join(self, name: str, operator: Operator) -> PlanNode:
        outer, inner = self._children(operator)[:2]
        kind = _JOIN_KINDS.get(str(operator["extra_info"].get("Join Type", "")), "Join")
        way = _JOINS[name]
        title = way if way == "Nested Loop" and kind == "Join" else f"{way} {kind}"
        sides = self._aliases(outer), self._aliases(inner)
        texts = _list(operator["extra_info"].get("Conditions"))
        conditions = [self.texts.join_condition(one, *sides) for one in texts]
        known = [one for one in conditions if one is not None]
        label = {"Hash": "Hash Cond", "Merge": "Merge Cond"}.get(way, "Join Filter")
        details: tuple[Detail, ...] = ()
        if known and len(known) == len(conditions):
            details = (Detail(label, " AND ".join(known), " AND ".join(map(_bracketed, known))),)
        total = outer.cost.total + inner.cost.total
        rows = outer.cost.rows * inner.cost.rows if name == "CROSS_PRODUCT" else max(outer.cost.rows, inner.cost.rows)
        startup = inner.cost.total + outer.cost.startup if way == "Hash" else outer.cost.startup
        cost = Cost(startup, total, rows, outer.cost.width + inner.cost.width)
        if way == "Hash":
            inner = PlanNode("Hash", replace(inner.cost, startup=inner.cost.total), (), (inner,))
        return PlanNode(title, cost, details, (outer, inner))

    def _aliases(self, node: PlanNode) -> frozenset[str]:
        """Give the aliases of the tables below a node."""
        feeds = {leaf.feed for leaf in node.walk() if leaf.feed}
        named = self.texts.columns.items()
        return frozenset(column.alias for name, column in named if _feed_of(name) in feeds)

    def kept(self, operator: Operator) -> PlanNode:
        """Give WITH ... AS MATERIALIZED: what it keeps hangs below the statement that reads it."""
        extra = operator["extra_info"]
        name = self._name_of(extra)
        kept, main = self._children(operator)[:2]
        label = f"CTE {name}" if not str(extra.get("CTE Name", "")).startswith(_INTERNAL_NAME) else "SubPlan"
        cost = replace(main.cost, total=main.cost.total + kept.cost.total, startup=main.cost.startup)
        return replace(main, cost=cost, children=(replace(kept, label=label), *main.children))

    def recursive(self, operator: Operator) -> PlanNode:
        self._name_of(operator["extra_info"])
        return _step("Recursive Union", self._children(operator))

    def _name_of(self, extra: Mapping[str, Any]) -> str:
        """Note how a common table expression is called before its readers are met."""
        name, number = str(extra.get("CTE Name", "")), str(extra.get("Table Index", ""))
        shown = "subplan" if name.startswith((_INTERNAL_NAME, "kept_pgddb")) else name
        self._tables[number] = shown
        return shown

    def kept_scan(self, operator: Operator) -> PlanNode:
        name = self._tables.get(str(operator["extra_info"].get("CTE Index", "")), "subplan")
        return PlanNode(f"CTE Scan on {name}", Cost(rows=_ROWS_OF_A_GROUP), node_type="CTE Scan")

    def working_scan(self, operator: Operator) -> PlanNode:
        name = self._tables.get(str(operator["extra_info"].get("CTE Index", "")), "subplan")
        return PlanNode(f"WorkTable Scan on {name}", Cost(rows=_ROWS_OF_A_GROUP), node_type="WorkTable Scan")


_READERS: dict[str, Callable[[_Reader, Operator], PlanNode]] = {
    "PYTHON_ARROW_SCAN": _Reader.read,
    "ARROW_SCAN": _Reader.read,
    "SEQ_SCAN": _Reader.relation,
    "EMPTY_RESULT": _Reader.nothing,
    "DUMMY_SCAN": _Reader.one_row,
    "COLUMN_DATA_SCAN": _Reader.values,
    "FILTER": _Reader.filter,
    "ORDER_BY": _Reader.sort,
    "TOP_N": _Reader.top,
    "LIMIT": _Reader.limit,
    "STREAMING_LIMIT": _Reader.limit,
    "LIMIT_PERCENT": _Reader.limit,
    "WINDOW": _Reader.window,
    "STREAMING_WINDOW": _Reader.window,
    "UNNEST": _Reader.unnest,
    "INOUT_FUNCTION": _Reader.unnest,
    "PROJECTION": _Reader.projection,
    "UNION": _Reader.append,
    "CTE": _Reader.kept,
    "CTE_SCAN": _Reader.kept_scan,
    "REC_CTE": _Reader.recursive,
    "RECURSIVE_CTE": _Reader.recursive,
    "REC_CTE_SCAN": _Reader.working_scan,
    "RECURSIVE_CTE_SCAN": _Reader.working_scan,
    "DELIM_SCAN": _Reader.kept_scan,
}


def _feed_of(column: str) -> str:
    """Give the feed that a column of an outline belongs to."""
    return column.removeprefix(PREFIX).rpartition("_")[0] if column.startswith(PREFIX) else ""


def _step(title: str, children: Sequence[PlanNode]) -> PlanNode:
    """Give a step that passes on the rows of all its inputs."""
    costs = [child.cost for child in children]
    cost = Cost(
        min((cost.startup for cost in costs), default=0.0),
        sum(cost.total for cost in costs),
        sum(cost.rows for cost in costs),
        max((cost.width for cost in costs), default=0),
    )
    return PlanNode(title, cost, (), tuple(children))


def _with_filter(leaf: PlanNode, shown: Detail) -> PlanNode:
    """Put the engine's filter of a read before its price, behind those that it has already."""
    earlier = next((one for one in leaf.details if one.label == "Filter"), None)
    if earlier is not None:
        joined = Detail("Filter", f"{earlier.value} AND {shown.value}", f"{earlier.text} AND {shown.text}")
        return replace(leaf, details=tuple(joined if one is earlier else one for one in leaf.details))
    place = next((place for place, one in enumerate(leaf.details) if one.label == "Estimate"), len(leaf.details))
    return replace(leaf, details=(*leaf.details[:place], shown, *leaf.details[place:]))


def _list(value: object) -> list[str]:
    """Give a value of the engine's plan as texts: it writes a list of one as the one."""
    if isinstance(value, str):
        return [value] if value else []
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else []


def _bracketed(text: str) -> str:
    return text if text.startswith("(") and text.endswith(")") and _is_closed(text[1:-1]) else f"({text})"


def _is_closed(text: str) -> bool:
    """Say whether brackets are balanced all the way, outside of strings."""
    depth = 0
    for piece in text.split("'")[::2]:
        for letter in piece:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth < 0:
                return False
    return depth == 0
