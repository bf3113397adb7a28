"""Give a PostgreSQL tree its meaning in DuckDB's words, by rules in a fixed order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from pgddb.sql.context import SessionContext
from pgddb.sql.rewrites import (
    aggregates,
    aligned_scales,
    arithmetic,
    arrays,
    bits,
    bound_arguments,
    calls,
    casts,
    catalog_names,
    comma_joins,
    concatenation,
    exact_outputs,
    from_functions,
    json_operators,
    matching,
    network,
    outputs,
    pairs,
    qualified_names,
    quantified,
    refusals,
    rows,
    session_values,
    set_operations,
    set_places,
    set_returning,
    sort_keys,
    special_syntax,
    styled_texts,
    text_numerics,
    ties,
    wanted_types,
)
from pgddb.sql.rewrites.rule import PASS, Rewriting, Rule
from pgddb.sql.tree_copy import copied
from pgddb.sql.types import Relations, annotate
from pgddb.sql.types.annotate import set_type, type_of
from pgddb.sql.types.columns import MODIFIER

__all__ = ["REWRITES", "Rewriting", "Rule", "rewrite"]

REWRITES: tuple[Rule, ...] = (
    refusals.RULE,
    qualified_names.RULE,
    session_values.RULE,
    catalog_names.RULE,
    network.RULE,
    bits.RULE,
    casts.RULE,
    arithmetic.RULE,
    matching.RULE,
    quantified.RULE,
    concatenation.RULE,
    json_operators.RULE,
    arrays.RULE,
    rows.RULE,
    aggregates.RULE,
    special_syntax.RULE,
    pairs.RULE,
    set_returning.RULE,
    set_operations.RULE,
    calls.RULE,
    aligned_scales.RULE,
)
"""Rules for single nodes, tried in this order; the first answer wins. Children are done before parents."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """A step on a whole tree before the rules, for trees with a node of one of these types."""

    types: frozenset[type[exp.Expr]]
    apply: Callable[[exp.Expr, SessionContext], exp.Expr]


PREPARATIONS: tuple[Preparation, ...] = (
    Preparation(frozenset({exp.Anonymous}), lambda tree, _context: set_places.check_sets(tree)),
    Preparation(frozenset({exp.Cast, exp.TryCast}), casts.note_date_order),
    Preparation(frozenset({exp.Fetch}), lambda tree, _context: ties.keep_ties(tree)),
    Preparation(frozenset({exp.Join}), lambda tree, _context: comma_joins.join_conditions(tree)),
    Preparation(frozenset({exp.Select, exp.Values}), lambda tree, _context: outputs.name_nested_outputs(tree)),
    Preparation(
        frozenset({exp.Table, exp.Unnest, exp.Lateral}), lambda tree, _context: from_functions.expand_from(tree)
    ),
)
"""Steps in their order; none brings in a type that a later one starts from."""


def rewrite(
    tree: exp.Expr, context: SessionContext, relations: Relations | None = None, *, owned: bool = False
) -> exp.Expr:
    """Rewrite a copy of the tree, or the tree itself if the caller gives it away (`owned`).

    `relations` gives the columns of the tables that the tree refers to. Without it,
    operators whose meaning depends on the type of a column are taken as those of text
    and numbers.

    Raises:
        SqlError: what the tree asks for does not exist, or is not supported.
    """
    tree = tree if owned else copied(tree)
    columns = annotate(tree, relations)
    tree = _prepared(tree, context)
    rewriting = Rewriting(context)
    nodes = list(tree.bfs())
    rewritten = _with_text_numerics if text_numerics.concerns(nodes) else _rewritten
    for node in reversed(nodes):
        new = rewritten(node, rewriting)
        if new is node:
            continue
        if type_of(new) is None:
            set_type(new, type_of(node))
        if type_of(node) == "character" and MODIFIER in node.meta:
            new.meta[MODIFIER] = node.meta[MODIFIER]
        if node is tree:
            tree = new
        else:
            node.replace(new)
    tree = exact_outputs.write_exact_outputs(tree, columns)
    styled_texts.style_texts(tree, context)
    tree = bound_arguments.bind_subqueries(tree)
    catalog_names.search_path(tree, context)
    return tree


def _prepared(tree: exp.Expr, context: SessionContext) -> exp.Expr:
    nodes = list(tree.walk())
    kinds = set(map(type, nodes))
    if wanted_types.cast_wanted(nodes):
        kinds.add(exp.Cast)
    if sort_keys.takes_part(nodes):
        tree = sort_keys.compare_by_keys(tree)
        kinds = set(map(type, tree.walk()))
    for preparation in PREPARATIONS:
        if not preparation.types.isdisjoint(kinds):
            tree = preparation.apply(tree, context)
    return tree


def _rules_by_type() -> dict[type[exp.Expr], tuple[Rule, ...]]:
    types = {kind for rule in REWRITES for kind in rule.types}
    return {kind: tuple(rule for rule in REWRITES if kind in rule.types) for kind in types}


_BY_TYPE = _rules_by_type()


def _with_text_numerics(node: exp.Expr, rewriting: Rewriting) -> exp.Expr:
    if type(node) in text_numerics.UNTOUCHED:
        return _rewritten(node, rewriting)
    new = text_numerics.reckon(node)
    return text_numerics.settle(node, new if isinstance(new, exp.Expr) else _rewritten(node, rewriting))


def _rewritten(node: exp.Expr, rewriting: Rewriting) -> exp.Expr:
    for rule in _BY_TYPE.get(type(node), ()):
        new = rule.apply(node, rewriting)
        if new is not PASS:
            assert isinstance(new, exp.Expr)
            return new
    return node
