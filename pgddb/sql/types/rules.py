"""Say which type one expression has, from the types of its parts.

Source: https://www.postgresql.org/docs/15/typeconv.html
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from pgddb.sql.type_names import type_name
from pgddb.sql.types.families import (
    DOUBLE,
    INTEGERS,
    JSONS,
    MOMENTS,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    common,
    element_of,
    is_array,
    number_of,
)
from pgddb.sql.types.signatures import FLOAT_ONLY, RETURN_RULES

TypeOf = Callable[[exp.Expr | None], str | None]

_BIGGEST_INT4 = 2**31 - 1
_BIGGEST_INT8 = 2**63 - 1


def type_by_rule(node: exp.Expr, of: TypeOf) -> str | None:
    """Give the type of a node whose parts have theirs; None if no rule knows it."""
    if isinstance(node, exp.Anonymous):
        return _call(node, of)
    fixed = _FIXED.get(type(node))
    if fixed is not None:
        return fixed
    rule = _RULES.get(type(node))
    if rule is not None:
        return rule(node, of)
    if isinstance(node, exp.Predicate | exp.Connector):
        return "boolean"
    if isinstance(node, exp.AggFunc):
        return function_type(node.sql_name().lower(), [of(node.this)])
    return None


def _call(node: exp.Anonymous, of: TypeOf) -> str | None:
    name = str(node.this).lower()
    arguments = [of(_value(argument)) for argument in node.expressions]
    if name in _OPERATORS:
        return _operator_type(name, arguments)
    return function_type(name, arguments)


def _value(argument: exp.Expr) -> exp.Expr:
    """Give the expression behind an aggregate's DISTINCT and ORDER BY."""
    while isinstance(argument, exp.Order | exp.Distinct):
        argument = argument.expressions[0] if isinstance(argument, exp.Distinct) else argument.this
    return argument


_OPERATORS: dict[str, str | None] = {
    "->": None,
    "#>": None,
    "#-": "jsonb",
    "->>": "text",
    "#>>": "text",
    "@": None,
    **dict.fromkeys(["?", "?|", "?&", "@>", "<@", "&&", "^@", "@?", "@@", "-|-", "&<", "&>"], "boolean"),
}


def _operator_type(sign: str, arguments: list[str | None]) -> str | None:
    return _OPERATORS[sign] or (arguments[0] if arguments else None)


def function_type(name: str, arguments: list[str | None]) -> str | None:
    """Give what a function returns for arguments of these types."""
    rule = "=sum" if name == "sum" else RETURN_RULES.get(name)
    if rule is None or not rule.startswith("="):
        return rule
    return _RESULTS[rule](name, arguments)


def _json_kind(name: str, _arguments: list[str | None]) -> str:
    return "jsonb" if name.startswith("jsonb") else "json"


def _array_of(_name: str, arguments: list[str | None]) -> str | None:
    first = arguments[0] if arguments else None
    return None if first is None else f"{'text' if first == 'unknown' else first}[]"


def _first(name: str, arguments: list[str | None]) -> str | None:
    first = arguments[0] if arguments else None
    if name == "generate_series" and first == "date":
        return TIMESTAMPTZ
    if name in ("generate_series", "mod", "lag", "lead") and len(arguments) > 1:
        return common(arguments if name in ("generate_series", "mod") else arguments[:1])
    if name == "date_bin":
        return arguments[1] if len(arguments) > 1 else None
    return "text" if first == "unknown" else first


def _second(name: str, arguments: list[str | None]) -> str | None:
    second = arguments[1] if len(arguments) > 1 else None
    return TIMESTAMPTZ if name == "date_trunc" and second in ("date", "unknown") else second


def _sum(_name: str, arguments: list[str | None]) -> str | None:
    argument = arguments[0] if arguments else None
    if argument in ("smallint", "integer"):
        return "bigint"
    return "numeric" if argument == "bigint" else argument


def _number(name: str, arguments: list[str | None]) -> str | None:
    known = [argument for argument in arguments if argument is not None]
    if len(known) != len(arguments) or not known:
        return None
    if "interval" in known:
        return "interval"
    if "numeric" in known and DOUBLE not in known and "real" not in known:
        return "numeric"
    whole = all(argument in INTEGERS for argument in known)
    if whole and (name not in FLOAT_ONLY or (len(known) == 2 and name in ("round", "trunc", "log"))):
        return "numeric"
    return DOUBLE


_RESULTS: dict[str, Callable[[str, list[str | None]], str | None]] = {
    "=0": _first,
    "=1": _second,
    "=sum": _sum,
    "=number": _number,
    "=json": _json_kind,
    "=array": _array_of,
    "=common": lambda _name, arguments: common(arguments),
    "=element": lambda _name, arguments: element_of(arguments[0] if arguments else None),
}


_SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


def _arithmetic(node: exp.Expr, of: TypeOf) -> str | None:
    left, right = of(node.this), of(node.args["expression"])
    if left is None or right is None:
        return _half_known(left or right)
    left, right = _literal_types(left, right)
    number = number_of(left, right)
    if number is not None:
        return number
    sign = _SIGNS.get(type(node), "%")
    return _TEMPORAL.get((left, sign, right)) or (left if left in JSONS else None)


def _half_known(known: str | None) -> str | None:
    return known if known in (TIMESTAMP, TIMESTAMPTZ) else None


def _literal_types(left: str, right: str) -> tuple[str, str]:
    """Give an untyped literal the type of the other side."""
    if left == "unknown":
        return right, right
    return (left, left) if right == "unknown" and left not in JSONS else (left, right)


def _temporal() -> dict[tuple[str, str, str], str]:
    table: dict[tuple[str, str, str], str] = {
        ("date", "+", "integer"): "date",
        ("integer", "+", "date"): "date",
        ("date", "-", "integer"): "date",
        ("date", "-", "date"): "integer",
        ("date", "+", TIME): TIMESTAMP,
        (TIME, "+", "date"): TIMESTAMP,
        (TIME, "-", TIME): "interval",
        ("interval", "+", "interval"): "interval",
        ("interval", "-", "interval"): "interval",
    }
    for left in MOMENTS:
        for right in MOMENTS:
            table.setdefault((left, "-", right), "interval")
    for moment in (*MOMENTS, TIME, TIMETZ):
        result = TIMESTAMP if moment == "date" else moment
        table[moment, "+", "interval"] = table["interval", "+", moment] = table[moment, "-", "interval"] = result
    for number in ("smallint", "integer", "bigint", "numeric", "real", DOUBLE):
        table["interval", "*", number] = table[number, "*", "interval"] = table["interval", "/", number] = "interval"
    return table


_TEMPORAL = _temporal()


def _literal(node: exp.Expr, _of: TypeOf) -> str:
    if node.args.get("is_string"):
        return "unknown"
    text = str(node.this)
    if not text.isdigit():
        return "numeric"
    number = int(text)
    if number <= _BIGGEST_INT4:
        return "integer"
    return "bigint" if number <= _BIGGEST_INT8 else "numeric"


def _pipe(node: exp.Expr, of: TypeOf) -> str | None:
    left, right = of(node.this), of(node.args["expression"])
    for side in (left, right):
        if is_array(side) or side in ("jsonb", "bytea", "bit", "bit varying"):
            return side
    return "text" if left is not None or right is not None else None


def _case(node: exp.Expr, of: TypeOf) -> str | None:
    branches = [branch.args["true"] for branch in node.args["ifs"]]
    default = node.args.get("default")
    return common(of(branch) for branch in [*([default] if default is not None else []), *branches])


def _bracket(node: exp.Expr, of: TypeOf) -> str | None:
    inner = of(node.this)
    if inner == "jsonb":
        return "jsonb"
    return inner if any(isinstance(part, exp.Slice) for part in node.expressions) else element_of(inner)


def _array(node: exp.Expr, of: TypeOf) -> str | None:
    types = [of(part) for part in node.expressions]
    inner = common(types) if types else None
    return inner if inner is None or inner.endswith("[]") else f"{inner}[]"


def _zone(node: exp.Expr, of: TypeOf) -> str | None:
    return {TIMESTAMPTZ: TIMESTAMP, "unknown": TIMESTAMP, TIMESTAMP: TIMESTAMPTZ, "date": TIMESTAMP}.get(
        of(node.this) or ""
    )


def _power(node: exp.Expr, of: TypeOf) -> str | None:
    left, right = of(node.this), of(node.args["expression"])
    if left is None or right is None:
        return None
    return "numeric" if "numeric" in (left, right) and not {DOUBLE, "real"} & {left, right} else DOUBLE


def _first_part(node: exp.Expr, of: TypeOf) -> str | None:
    return of(node.this)


def _within_group(node: exp.Expr, of: TypeOf) -> str | None:
    name = str(node.this.this).lower() if isinstance(node.this, exp.Anonymous) else ""
    ordered = of(node.args["expression"].expressions[0].this)
    if name == "percentile_cont":
        return "interval" if ordered == "interval" else DOUBLE
    return ordered if name in ("mode", "percentile_disc") else of(node.this)


def _cast(node: exp.Expr, _of: TypeOf) -> str:
    return type_name(node.args["to"])


def _common_of_all(node: exp.Expr, of: TypeOf) -> str | None:
    return common([of(node.this), *(of(part) for part in node.expressions)])


def _qualified(node: exp.Expr, of: TypeOf) -> str | None:
    """Give the type of a call behind the name of its schema."""
    return of(node.args["expression"]) if isinstance(node.args["expression"], exp.Func) else None


def _nullif(node: exp.Expr, of: TypeOf) -> str | None:
    first = of(node.this)
    return "text" if first == "unknown" else first


_RULES: dict[type[exp.Expr], Callable[[exp.Expr, TypeOf], str | None]] = {
    exp.Literal: _literal,
    exp.Add: _arithmetic,
    exp.Sub: _arithmetic,
    exp.Mul: _arithmetic,
    exp.Div: _arithmetic,
    exp.Mod: _arithmetic,
    exp.Pow: _power,
    exp.DPipe: _pipe,
    exp.Case: _case,
    exp.Bracket: _bracket,
    exp.Array: _array,
    exp.AtTimeZone: _zone,
    exp.Cast: _cast,
    exp.Coalesce: _common_of_all,
    exp.Greatest: _common_of_all,
    exp.Least: _common_of_all,
    exp.Nullif: _nullif,
    exp.Dot: _qualified,
    exp.WithinGroup: _within_group,
    **dict.fromkeys(
        [
            exp.Paren,
            exp.Alias,
            exp.Neg,
            exp.BitwiseNot,
            exp.Filter,
            exp.Window,
            exp.Collate,
            exp.IgnoreNulls,
            exp.BitwiseAnd,
            exp.BitwiseOr,
            exp.BitwiseXor,
            exp.BitwiseLeftShift,
            exp.BitwiseRightShift,
            exp.Order,
        ],
        _first_part,
    ),
}
_FIXED: dict[type[exp.Expr], str] = {
    exp.Null: "unknown",
    exp.Boolean: "boolean",
    exp.Not: "boolean",
    exp.Between: "boolean",
    exp.In: "boolean",
    exp.Is: "boolean",
    exp.Exists: "boolean",
    exp.Overlaps: "boolean",
    exp.Escape: "boolean",
    exp.SimilarTo: "boolean",
    exp.RegexpLike: "boolean",
    exp.RegexpILike: "boolean",
    exp.Extract: "numeric",
    exp.Substring: "text",
    exp.Trim: "text",
    exp.Overlay: "text",
    exp.StrPosition: "integer",
    exp.CurrentDate: "date",
    exp.CurrentTime: TIMETZ,
    exp.CurrentTimestamp: TIMESTAMPTZ,
    exp.Localtime: TIME,
    exp.Localtimestamp: TIMESTAMP,
    exp.CurrentUser: "name",
    exp.CurrentRole: "name",
    exp.SessionUser: "name",
    exp.CurrentCatalog: "name",
    exp.CurrentSchema: "name",
    exp.BitString: "bit",
    exp.HexString: "bit",
    exp.Sqrt: DOUBLE,
    exp.Cbrt: DOUBLE,
    exp.Count: "bigint",
    exp.Tuple: "record",
}
