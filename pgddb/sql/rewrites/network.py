"""Give operators and functions of network addresses their functions of texts."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported
from pgddb.sql.functions.casts import array_elements
from pgddb.sql.functions.network import read
from pgddb.sql.rewrites.rule import PASS, Answer, Rewriting, Rule, call, call_name, cast_to, literal_text
from pgddb.sql.type_names import type_name
from pgddb.sql.types.annotate import type_of
from pgddb.sql.types.families import ADDRESSES, INTEGERS, MACS, TEXTS, is_array

_TESTS: dict[type[exp.Expr], str] = {exp.BitwiseLeftShift: "<<", exp.BitwiseRightShift: ">>"}
_TEST_SIGNS = frozenset(["<<=", ">>=", "&&"])
_COMBINED: dict[type[exp.Expr], str] = {exp.BitwiseAnd: "&", exp.BitwiseOr: "|"}
_TEXTS_OF = frozenset(["host", "network", "broadcast", "netmask", "hostmask", "text", "inet", "cidr", "abbrev"])
_NUMBERS_OF = frozenset(["masklen", "family"])


def address_operation(node: exp.Expr, _rewriting: Rewriting) -> Answer:
    """Rewrite what has an address for its operand or argument.

    >>> from pgddb.sql.rewrites.example import show
    >>> show("inet '10.1.2.3' << '10.0.0.0/8'")
    pgddb_network_test('<<', CAST('10.1.2.3' AS TEXT), CAST('10.0.0.0/8' AS TEXT))
    >>> show("host(inet '10.1.2.3/8')")
    pgddb_network_text('host', CAST('10.1.2.3/8' AS TEXT))
    """
    if isinstance(node, exp.Cast):
        return _cast(node)
    if isinstance(node, exp.Anonymous):
        return _called(node, call_name(node), node.expressions)
    kinds = {type_of(node.this), type_of(node.args.get("expression"))}
    if kinds & MACS:
        return _of_macs(node)
    return _of_addresses(node) if kinds & ADDRESSES else PASS


def _of_addresses(node: exp.Expr) -> Answer:
    if isinstance(node, exp.BitwiseNot):
        return call("pgddb_network_text", "~", node.this)
    left, right = node.this, node.args["expression"]
    if type(node) in _TESTS:
        return call("pgddb_network_test", _TESTS[type(node)], left, right)
    if type(node) in _COMBINED:
        return call("pgddb_network_combined", _COMBINED[type(node)], left, right)
    return _moved(node, left, right)


def _of_macs(node: exp.Expr) -> Answer:
    if isinstance(node, exp.BitwiseNot):
        return call("pgddb_mac_changed", "~", node.this)
    sign = _COMBINED.get(type(node))
    return PASS if sign is None else call("pgddb_mac_combined", sign, node.this, node.args["expression"])


def _moved(node: exp.Expr, left: exp.Expr, right: exp.Expr) -> Answer:
    if type_of(node) == "bigint":
        return call("pgddb_network_distance", left, right)
    if type_of(left) in INTEGERS:
        left, right = right, left
    number = cast_to(right, "BIGINT")
    return call("pgddb_network_moved", left, exp.Neg(this=number) if isinstance(node, exp.Sub) else number)


def _called(  # noqa: PLR0911 - one for each kind
    node: exp.Expr, name: str, arguments: list[exp.Expr]
) -> Answer:
    kind = type_of(arguments[0]) if arguments else None
    if kind in MACS:
        changes = name in ("trunc", "macaddr", "macaddr8", "macaddr8_set7bit")
        return call("pgddb_mac_changed", name, arguments[0]) if changes else PASS
    if kind not in ADDRESSES:
        return PASS
    if name in _TEST_SIGNS or name == "inet_same_family":
        return call("pgddb_network_test", "same" if name == "inet_same_family" else name, *arguments)
    if name in _NUMBERS_OF:
        return call("pgddb_network_number", name, arguments[0])
    if name == "set_masklen":
        return call("pgddb_network_masked", *arguments, str(type_of(node)))
    if name == "inet_merge":
        return call("pgddb_network_combined", "merge", *arguments)
    form = "abbrev cidr" if (name, kind) == ("abbrev", "cidr") else name
    return call("pgddb_network_text", form, arguments[0]) if name in _TEXTS_OF else PASS


def address_literal(text: str, target: str) -> exp.Expr:
    """Read a literal of an address now."""
    return cast_to(exp.Literal.string(read(text, target)), "VARCHAR")


def _cast(node: exp.Cast) -> Answer:
    """Cast to or from an address, and read arrays of them."""
    inner, source, target = node.this, type_of(node.this), type_name(node.args["to"])
    text = literal_text(inner)
    if target.removesuffix("[]") not in ADDRESSES | MACS:
        is_text = source in ADDRESSES and target in TEXTS and not node.args["to"].expressions
        return call("pgddb_network_text", "text", inner) if is_text else PASS
    if text is not None:
        return _array(text, target) if is_array(target) else PASS
    if is_array(target) or source == target:
        return PASS
    if source in ADDRESSES and target in ADDRESSES:
        return call("pgddb_network_text", target, inner)
    if source in MACS and target in MACS:
        return call("pgddb_mac_changed", target, inner)
    return call("pgddb_network", inner, target) if source is None or source in TEXTS else PASS


def _array(text: str, target: str) -> Answer:
    elements = array_elements(text)
    if any(isinstance(element, list) for element in elements):
        raise FeatureNotSupported(f"an array of type {target} with several dimensions is not supported")
    parts = [exp.Null() if one is None else address_literal(str(one), target.removesuffix("[]")) for one in elements]
    return cast_to(exp.Array(expressions=parts), "VARCHAR[]")


RULE = Rule(
    (exp.Cast, exp.Anonymous, exp.Add, exp.Sub, exp.BitwiseNot, *_TESTS, *_COMBINED),
    address_operation,
)
