"""Refuse by name what has no meaning here yet, so that nothing is answered wrongly."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, UndefinedObject, WrongObjectType
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call_name
from pgddb.sql.type_names import type_name
from pgddb.sql.types.places import position_of
from pgddb.sql.words import words

_FUNCTIONS = words(
    """
    xmlagg xmlelement xmlforest xmlparse xmlconcat xmltable xpath to_tsvector to_tsquery plainto_tsquery ts_rank
    ts_headline numrange tsrange tstzrange daterange lower_inf upper_inf range_merge
    json_populate_record jsonb_populate_record json_populate_recordset
    jsonb_populate_recordset query_to_xml table_to_xml lo_import lo_export dblink
    pg_read_file pg_ls_dir crosstab current_query
    """
)
_TYPES = words(
    """
    xml tsvector tsquery int4range int8range numrange tsrange tstzrange daterange int4multirange nummultirange
    money regconfig regdictionary regoper regoperator
    point line lseg box path polygon circle pg_lsn hstore
    """
)


_RANGES = frozenset(["int4range", "int8range"])
"""Made for clients that ask whether they can read them: there is nothing else to do with a range."""


def _refuse_inside(node: exp.Expr, name: str) -> None:
    if name in _RANGES and not _is_output(node):
        raise FeatureNotSupported(f"{name} inside an expression is not supported")


def _is_output(node: exp.Expr) -> bool:
    """Say whether an expression is an output of the whole query."""
    whole = node.parent if isinstance(node.parent, exp.Dot | exp.Alias) else node
    whole = whole.parent if isinstance(whole.parent, exp.Alias) else whole
    return isinstance(whole.parent, exp.Select) and whole.parent.parent is None and whole.arg_key == "expressions"


def refuse(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Raise for what is not supported.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> rewritten("SELECT xmlagg(x)")
    Traceback (most recent call last):
    pgddb.errors.FeatureNotSupported: function xmlagg is not supported
    """
    if isinstance(node, exp.Anonymous):
        name = call_name(node)
        _refuse_inside(node, name)
        if name in _FUNCTIONS:
            raise FeatureNotSupported(f"function {name} is not supported")
        return PASS
    if isinstance(node, exp.Cast):
        _refuse_type(node)
        return PASS
    if isinstance(node, exp.Dot) and isinstance(node.args["expression"], exp.Star):
        raise FeatureNotSupported("expanding a composite value with .* is not supported")
    if isinstance(node, exp.TableSample):
        _refuse_sample(node)
    if isinstance(node, exp.Count) and node.this is None:
        raise WrongObjectType(
            "count(*) must be used to call a parameterless aggregate function", position=position_of(node)
        )
    return PASS


def _refuse_sample(node: exp.TableSample) -> None:
    method = str(node.args.get("method") or "").lower()
    if method not in ("bernoulli", "system"):
        raise UndefinedObject(f"tablesample method {method} does not exist")
    if node.args.get("seed") is not None:
        raise FeatureNotSupported("TABLESAMPLE REPEATABLE is not supported")


def _refuse_type(node: exp.Cast) -> None:
    function = call_name(node.parent) if node.parent is not None else ""
    if function in _FUNCTIONS:
        raise FeatureNotSupported(f"function {function} is not supported here")
    name = type_name(node.args["to"]).removesuffix("[]")
    if name in _TYPES:
        raise FeatureNotSupported(f"type {name} is not supported")


RULE = Rule((exp.Anonymous, exp.Cast, exp.Count, exp.Dot, exp.TableSample), refuse)
