"""Look for objects of the catalog as this session does: on its search path, and by names as users write them."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.context import SessionContext
from pgddb.sql.rewrites.matching import match_text
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, call_name, cast_to, literal_text
from pgddb.sql.types.annotate import type_of

_SUFFIX = "_is_visible"


def catalog_name(node: exp.Expr, rewriting: Rewriting) -> Answer:
    """Give visibility the session's search path, and psql's patterns for one name the way that FROM finds tables.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("pg_table_is_visible(x)")
    pgddb_relation_is_visible(CAST("x" AS BIGINT), 'public')
    >>> show("pg_type_is_visible(x)")
    pgddb_object_is_visible('type', CAST("x" AS BIGINT), 'public')
    """
    if isinstance(node, exp.RegexpLike):
        return _one_name(node, rewriting)
    name = call_name(node)
    if not name.startswith("pg_") or not name.endswith(_SUFFIX) or len(node.expressions) != 1:
        return PASS
    path = ",".join(rewriting.session.search_path)
    oid = cast_to(node.expressions[0], "BIGINT")
    kind = name.removeprefix("pg_").removesuffix(_SUFFIX)
    if kind == "table":
        return call("pgddb_relation_is_visible", oid, path)
    return call("pgddb_object_is_visible", kind, oid, path)


def _one_name(node: exp.RegexpLike, rewriting: Rewriting) -> Answer:
    """Read `relname ~ '^(reviews)$'`: psql folds a name that is not quoted, so it means the table Reviews too."""
    pattern = literal_text(node.args["expression"])
    is_name = isinstance(node.this, exp.Column) and node.this.name == "relname" and type_of(node.this) == "name"
    if not is_name or pattern is None or not pattern.startswith("^(") or not pattern.endswith(")$"):
        return PASS
    if pattern != pattern.lower():
        return PASS
    return match_text(exp.RegexpILike(this=node.this, expression=node.args["expression"]), rewriting)


REGCLASS = frozenset({"to_regclass", "pg_regclass", "pg_regclass_text"})
"""Functions that find and show relations by their bare names; a second argument is the search path."""


def search_path(tree: exp.Expr, context: SessionContext) -> None:
    """Let regclass find and show relations on the session's search path where that is another than a new session's.

    >>> from pgddb.sql.context import SessionContext
    >>> from pgddb.sql.rewrites.example import rewritten
    >>> print(rewritten("SELECT to_regclass('a')", context=SessionContext(search_path=("s", "public"))))
    SELECT to_regclass('a', 's,public') AS "to_regclass"
    """
    calls = [
        node for node in tree.find_all(exp.Anonymous) if call_name(node) in REGCLASS and len(node.expressions) == 1
    ]
    if not calls:  # so that the plan does not depend on who asks
        return
    if not set(context.search_path) - {context.user, "public"}:
        return
    path = ",".join(context.search_path)
    for node in calls:
        node.append("expressions", exp.Literal.string(path))


RULE = Rule((exp.Anonymous, exp.RegexpLike), catalog_name)
