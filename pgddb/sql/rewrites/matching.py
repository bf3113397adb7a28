"""Match text with LIKE, SIMILAR TO and regular expressions as PostgreSQL does."""

from __future__ import annotations

from sqlglot import exp

from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, literal_text

_ESCAPE = "\\"


def match_text(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    r"""Give a match its default escape, and a pattern its meaning.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("a LIKE b")
    "a" LIKE "b" ESCAPE '\'
    >>> show("a ILIKE 'x%'")
    "a" ILIKE 'x%'
    >>> show("a ~* 'y'")
    pgddb_regexp_like("a", 'y', 'i')
    >>> show("a SIMILAR TO 'z'")
    pgddb_similar("a", 'z', '\')
    """
    if isinstance(node, exp.Like | exp.ILike):
        return _like(node)
    if isinstance(node, exp.SimilarTo):
        return _similar(node)
    flags = "i" if isinstance(node, exp.RegexpILike) else ""
    pattern = node.args["expression"]
    if isinstance(pattern, exp.Any | exp.All):
        return PASS
    return call("pgddb_regexp_like", node.this, pattern, flags)


def _like(node: exp.Expr) -> Answer:
    pattern = node.args["expression"]
    if isinstance(pattern, exp.Any | exp.All):
        negated = bool(node.args.get("negate"))  # NOT LIKE ALL: none of them matches
        quantifier = "any" if isinstance(pattern, exp.Any) != negated else "all"
        kind = "ilike" if isinstance(node, exp.ILike) else "like"
        array = pattern.this.this if isinstance(pattern.this, exp.Paren) else pattern.this
        matched: exp.Expr = call(f"pg_{quantifier}_{kind}", node.this, array)
        return exp.Not(this=matched) if negated else matched
    if isinstance(node.parent, exp.Escape):
        return PASS
    text = literal_text(pattern)
    if text is not None and _ESCAPE not in text:
        return PASS
    return exp.Escape(this=node.copy(), expression=exp.Literal.string(_ESCAPE))


def _similar(node: exp.Expr) -> Answer:
    if isinstance(node.parent, exp.Escape):
        return PASS
    return call("pgddb_similar", node.this, node.args["expression"], _ESCAPE)


def _escape(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    if isinstance(node, exp.Escape) and isinstance(node.this, exp.SimilarTo):
        return call("pgddb_similar", node.this.this, node.this.args["expression"], node.args["expression"])
    return PASS


def _either(node: exp.Expr, rewriting: Rewriting) -> Answer:
    return _escape(node, rewriting) if isinstance(node, exp.Escape) else match_text(node, rewriting)


RULE = Rule((exp.Like, exp.ILike, exp.SimilarTo, exp.RegexpLike, exp.RegexpILike, exp.Escape), _either)
