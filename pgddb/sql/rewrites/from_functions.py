"""Turn functions in FROM into subqueries that give their rows."""

from __future__ import annotations

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, SqlSyntaxError
from pgddb.sql.rewrites.json_operators import member_path
from pgddb.sql.rewrites.rule import call, call_name, cast_to, literal_text
from pgddb.sql.rewrites.set_returning import list_of
from pgddb.sql.type_names import DUCKDB_TYPES, data_type
from pgddb.sql.types.columns import ColumnType, set_type, type_of
from pgddb.sql.types.families import INTEGERS
from pgddb.sql.types.from_functions import ROW_TYPE, FromFunction, function_columns, inner_names, read_from_function
from pgddb.sql.types.signatures import PAIR_FUNCTIONS, SET_RETURNING, TABLE_COLUMNS

_RECORDS = frozenset(["json_to_record", "jsonb_to_record", "json_to_recordset", "jsonb_to_recordset"])


def expand_from(tree: exp.Expr) -> exp.Expr:
    """Rewrite every function in FROM, before the rules run.

    >>> from pgddb.sql.rewrites.example import rewritten
    >>> print(rewritten("SELECT * FROM unnest(ARRAY['a']) AS t"))
    SELECT * FROM LATERAL (SELECT unnest(['a']) AS "t") AS "t"
    >>> print(rewritten("SELECT * FROM generate_series(1, 3) AS s"))
    SELECT * FROM LATERAL (SELECT CAST("n" AS INT) AS "s" FROM generate_series(1, 3) AS "series"("n")) AS "s"
    """
    for item in [node for node in tree.find_all(exp.Table, exp.Unnest, exp.Lateral) if _stands_in_from(node)]:
        function = read_from_function(item)
        if function is not None:
            new = exp.Lateral(this=_subquery(function), alias=_alias(function.label))
            new.set("joins", item.args.get("joins"))
            item.replace(new)
    return tree


def _stands_in_from(node: exp.Expr) -> bool:
    if isinstance(node, exp.Unnest) and isinstance(node.parent, exp.Lateral):
        return False
    return isinstance(node.parent, exp.From | exp.Join) or (
        isinstance(node.parent, exp.Select) and node.arg_key == "laterals"
    )


def _alias(label: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(label, quoted=True))


def _subquery(function: FromFunction) -> exp.Subquery:
    columns = function_columns(function)
    if len(function.calls) > 1:
        return exp.Subquery(this=_side_by_side(function, columns))
    select = _select(function, columns)
    if function.ordinality:
        select = _numbered(select, columns)
    return exp.Subquery(this=select)


def _select(  # noqa: PLR0911 - one for each kind of function
    function: FromFunction, columns: list[ColumnType]
) -> exp.Select:
    (node,) = function.calls
    name = call_name(node)
    names = [column.name for column in columns]
    if name in _RECORDS or ROW_TYPE in node.meta:
        return _record(node, name, columns[: len(columns) - function.ordinality])
    if function.defined:
        raise SqlSyntaxError('a column definition list is only allowed for functions returning "record"')
    if name in PAIR_FUNCTIONS:
        return _pairs(node, name, names)
    if name == "pg_options_to_table":
        return _options(node, names)
    if name in ("aclexplode", "item_attributes"):
        return _records(node, names)
    if name == "generate_series" and type_of(node) in INTEGERS:
        return _series(node, names[0])
    if name in SET_RETURNING:
        return exp.Select(expressions=[output(call("unnest", list_of(node)), names[0])])
    return exp.Select(expressions=[output(node.copy(), names[0])])


def output(value: exp.Expr, column: str) -> exp.Expr:
    """Give a value the name of a column; calls in it stay as they are."""
    for node in value.find_all(exp.Anonymous):
        node.meta["in_from"] = True
    return exp.Alias(this=value, alias=exp.to_identifier(column, quoted=True))


def _series(node: exp.Expr, name: str) -> exp.Select:
    """Count in DuckDB's own table function, which makes rows as they are asked for."""
    kind = type_of(node) or "bigint"
    number = exp.column("n", quoted=True)
    series = call("generate_series", *(argument.copy() for argument in node.expressions))
    series.meta["in_from"] = True
    alias = exp.TableAlias(this=exp.to_identifier("series", quoted=True), columns=[exp.to_identifier("n", quoted=True)])
    return exp.Select(expressions=[output(cast_to(number, DUCKDB_TYPES[kind]), name)]).from_(
        exp.Table(this=series, alias=alias)
    )


def _numbered(select: exp.Select, columns: list[ColumnType]) -> exp.Select:
    """Count the rows in the order in which they come."""
    number = exp.Window(this=call("row_number"), over="OVER")
    names = [exp.column(column.name, quoted=True) for column in columns[:-1]]
    inner = exp.Subquery(this=select, alias=_alias("rows"))
    return exp.Select(expressions=[*names, output(number, columns[-1].name)]).from_(inner)


def _side_by_side(function: FromFunction, columns: list[ColumnType]) -> exp.Select:
    """Make `SELECT unnest(l1) AS a, unnest(l2) AS b`, which fills the shorter ones with NULLs."""
    lists: list[exp.Expr] = []
    for node in function.calls:
        if call_name(node) not in SET_RETURNING or call_name(node) in PAIR_FUNCTIONS:
            raise FeatureNotSupported(f"ROWS FROM with {call_name(node)} is not supported")
        lists.append(list_of(node))
    names = inner_names(columns)
    outputs = [
        output(call("unnest", _typed(part.copy(), node)), name)
        for part, node, name in zip(lists, function.calls, names, strict=False)
    ]
    if function.ordinality:
        longest = [call("coalesce", call("len", part.copy()), 0) for part in lists]
        count = longest[0] if len(longest) == 1 else call("greatest", *longest)
        outputs.append(output(call("unnest", call("generate_series", 1, count)), names[-1]))
    return exp.Select(expressions=outputs)


def _typed(listed: exp.Expr, node: exp.Expr) -> exp.Expr:
    kind = type_of(node)
    if call_name(node) == "generate_series" and kind in ("integer", "smallint"):
        return cast_to(listed, f"{DUCKDB_TYPES[kind]}[]")
    return listed


def _pairs(node: exp.Expr, name: str, names: list[str]) -> exp.Select:
    """Make the key and value rows of json_each."""
    source = _json(node.expressions[0])
    if name.startswith("json_"):
        return _written_pairs(source, name, names)
    extract = "pg_json_extract_path_text" if name.endswith("_text") else "pg_json_extract_path"
    inner = exp.Select(
        expressions=[
            output(source, "document"),
            output(call("unnest", call("pg_json_object_keys", source.copy())), "name"),
        ]
    )
    path = exp.Array(expressions=[exp.column("name", quoted=True)])
    return exp.Select(
        expressions=[
            output(exp.column("name", quoted=True), names[0]),
            output(call(extract, exp.column("document", quoted=True), path), names[1]),
        ]
    ).from_(exp.Subquery(this=inner, alias=_alias("pairs")))


def _records(node: exp.Expr, names: list[str]) -> exp.Select:
    """Take apart the records that a function lists; they have their fields in the order of the columns."""
    inner = exp.Select(expressions=[output(call("unnest", list_of(node)), "one")])
    fields = [name for name, _ in TABLE_COLUMNS[call_name(node)]]
    outputs = [
        output(call("struct_extract", exp.column("one", quoted=True), exp.Literal.string(field)), name)
        for field, name in zip(fields, names, strict=True)
    ]
    return exp.Select(expressions=outputs).from_(exp.Subquery(this=inner, alias=_alias("records")))


def _options(node: exp.Expr, names: list[str]) -> exp.Select:
    """Cut each name=value of an array of options at its first sign."""
    inner = exp.Select(expressions=[output(call("unnest", node.expressions[0].copy()), "option")])
    option = exp.column("option", quoted=True)
    sign = call("strpos", option.copy(), "=")
    return exp.Select(
        expressions=[
            output(
                call("substr", option.copy(), 1, exp.Sub(this=sign.copy(), expression=exp.Literal.number(1))), names[0]
            ),
            output(call("substr", option.copy(), exp.Add(this=sign, expression=exp.Literal.number(1))), names[1]),
        ]
    ).from_(exp.Subquery(this=inner, alias=_alias("options")))


def _written_pairs(source: exp.Expr, name: str, names: list[str]) -> exp.Select:
    """Make the rows of json_each as the text has them: in its order, values as they were written."""
    pairs = call("unnest", call("pgddb_json_raw_pairs", cast_to(source, "VARCHAR")))
    inner = exp.Select(expressions=[output(pairs, "pair")])
    key, value = (
        exp.Bracket(this=exp.column("pair", quoted=True), expressions=[exp.Literal.number(place)]) for place in (1, 2)
    )
    written: exp.Expr = cast_to(value, "JSON")
    if name.endswith("_text"):
        written = call("pg_json_extract_path_text", written, cast_to(exp.Array(expressions=[]), "VARCHAR[]"))
    return exp.Select(expressions=[output(key, names[0]), output(written, names[1])]).from_(
        exp.Subquery(this=inner, alias=_alias("pairs"))
    )


def _json(value: exp.Expr) -> exp.Expr:
    text = literal_text(value)
    return cast_to(exp.Literal.string(text), "JSON") if text is not None else value.copy()


def _record(node: exp.Expr, name: str, columns: list[ColumnType]) -> exp.Select:
    """Make columns of the members of an object, or of each object of an array."""
    if not columns:
        raise SqlSyntaxError('a column definition list is required for functions returning "record"')
    source = _json(node.expressions[-1])
    if name.endswith("set"):
        source = call("unnest", call("pg_json_array_elements", source))
    inner = exp.Select(expressions=[output(source, "document")])
    outputs = [output(_member(column), column.name) for column in columns]
    return exp.Select(expressions=outputs).from_(exp.Subquery(this=inner, alias=_alias("records")))


def _member(column: ColumnType) -> exp.Expr:
    path = exp.Array(expressions=[exp.Literal.string(column.name)])
    document = exp.column("document", quoted=True)
    kind = column.type_name or "text"
    if kind == "json":
        return call("json_extract", document, member_path(column.name))
    if kind == "jsonb":
        return call("pg_json_extract_path", document, path)
    if kind.endswith("[]"):
        member: exp.Expr = call("pg_json_array_text", call("pg_json_extract_path", document, path))
    else:
        member = call("pg_json_extract_path_text", document, path)
    set_type(member, "text")
    return exp.Cast(this=member, to=data_type(kind))
