"""Read COPY in its old and its new spelling.

Source: https://www.postgresql.org/docs/15/sql-copy.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from pgddb.errors import FeatureNotSupported, InvalidParameterValue, SqlSyntaxError
from pgddb.sql.lexer import Kind, Lexeme
from pgddb.sql.options import CopyOptions
from pgddb.sql.parse import parse_tree
from pgddb.sql.reader import Reader, fold
from pgddb.sql.session_statements import boolean_option, split_at_commas
from pgddb.sql.statements import (
    CopyFrom,
    CopyTo,
    DeleteStatement,
    InsertStatement,
    MergeStatement,
    ParsedStatement,
    SelectStatement,
    UpdateStatement,
)

_Rows = SelectStatement | InsertStatement | UpdateStatement | DeleteStatement | MergeStatement
_RowReader = Callable[[ParsedStatement], _Rows]


def copy(reader: Reader, read_rows: _RowReader) -> CopyTo | CopyFrom:
    """Read what follows COPY; `read_rows` parses a query in brackets."""
    if reader.is_sign("("):
        query = read_rows(reader.part(reader.in_parentheses()))
        reader.expect("TO")
        return _copy_to(reader, query)
    binary = reader.accept("BINARY")
    table = _table(reader)
    columns: tuple[exp.Identifier, ...] = ()
    if reader.is_sign("("):
        columns = tuple(_column(reader, part) for part in split_at_commas(reader.in_parentheses()))
    if reader.accept("TO"):
        whole = _copy_to(reader, _table_query(reader, table, columns))
        statement: CopyTo | CopyFrom = replace(whole, table=table, columns=tuple(map(_name, columns)))
    else:
        reader.expect("FROM")
        statement = _copy_from(reader, table, tuple(_name(column) for column in columns))
    if not binary:
        return statement
    if statement.options.format == "csv":
        raise SqlSyntaxError("conflicting or redundant options")
    return replace(statement, options=checked(replace(statement.options, format="binary"), explicit=frozenset()))


def _name(column: exp.Identifier) -> str:
    return str(column.this) if column.args.get("quoted") else str(column.this).lower()


def _table(reader: Reader) -> exp.Table:
    parts = [_identifier(reader.take(), reader)]
    while reader.accept_sign("."):
        parts.append(_identifier(reader.take(), reader))
    return exp.Table(this=parts[-1], db=parts[-2] if len(parts) > 1 else None)


def _identifier(lexeme: Lexeme, reader: Reader) -> exp.Identifier:
    if lexeme.kind not in (Kind.WORD, Kind.QUOTED):
        raise reader.error()
    identifier = exp.to_identifier(lexeme.value, quoted=lexeme.kind is Kind.QUOTED)
    identifier.meta["start"] = lexeme.start
    return identifier


def _column(reader: Reader, part: list[Lexeme]) -> exp.Identifier:
    if len(part) != 1:
        raise reader.error()
    return _identifier(part[0], reader)


def _table_query(reader: Reader, table: exp.Table, columns: tuple[exp.Identifier, ...]) -> SelectStatement:
    """Make the query that reads a table's columns."""
    outputs: list[exp.Expr] = [exp.Column(this=column) for column in columns] or [exp.Star()]
    return SelectStatement(reader.text, exp.Select(expressions=outputs).from_(table))


def _endpoint(reader: Reader, stream: str, other: str) -> tuple[str, bool]:
    """Read where to or from; STDIN and STDOUT mean the same to PostgreSQL."""
    program = reader.accept("PROGRAM")
    if reader.is_kind(Kind.STRING):
        return reader.string(), program
    if program or not reader.accept_any(stream, other):
        raise reader.error()
    return stream.lower(), False


def _copy_to(reader: Reader, query: _Rows) -> CopyTo:
    target, program = _endpoint(reader, "STDOUT", "STDIN")
    options = _options(reader)
    if options.header == "match":
        raise FeatureNotSupported('cannot use "match" with HEADER in COPY TO')
    for name, columns in (("not null", options.force_not_null), ("null", options.force_null)):
        if columns:
            raise FeatureNotSupported(f"COPY force {name} only available using COPY FROM")
    return CopyTo(reader.text, query, target, options, program)


def _copy_from(reader: Reader, table: exp.Table, columns: tuple[str, ...]) -> CopyFrom:
    source, program = _endpoint(reader, "STDIN", "STDOUT")
    options = _options(reader)
    if options.force_quote:
        raise FeatureNotSupported("COPY force quote only available using COPY TO")
    where: exp.Expr | None = None
    if reader.accept("WHERE"):
        select = Lexeme(Kind.WORD, "SELECT", 0, 0)
        condition = parse_tree(reader.source, [select, *reader.take_all()])
        where = condition.expressions[0]
    return CopyFrom(reader.text, table, columns, source, options, program, where)


def _options(reader: Reader) -> CopyOptions:
    if reader.word() == "USING" or reader.word() == "DELIMITERS":
        reader.accept("USING")
        reader.expect("DELIMITERS")
        return _legacy_options(reader, replace(CopyOptions(), delimiter=reader.string()))
    reader.accept("WITH")
    options = CopyOptions()
    if not reader.is_sign("("):
        return _legacy_options(reader, options)
    seen: set[str] = set()
    for part in split_at_commas(reader.in_parentheses()):
        if not part:
            raise reader.error()
        name = fold(part[0])
        if name in seen:
            raise SqlSyntaxError("conflicting or redundant options", position=part[0].start + 1)
        seen.add(name)
        options = _option(options, name, part)
    return checked(options, explicit=frozenset(seen))


def _option(options: CopyOptions, name: str, part: list[Lexeme]) -> CopyOptions:
    """Read one option of the bracketed list; `part` begins with its name."""
    values = part[1:]
    value = values[0].value if values else None
    match name:
        case "format":
            return _with_format(options, value, part[0])
        case "delimiter" | "null" | "quote" | "escape" | "encoding":
            if value is None:
                raise SqlSyntaxError(f"{name} requires a parameter", position=part[0].start + 1)
            return replace(options, **{name: value})  # type: ignore[arg-type]  # fields of str
        case "header":
            match_names = (value or "").lower() == "match"
            header = "match" if match_names else str(boolean_option(name, value and value.lower())).lower()
            return replace(options, header=header)
        case "freeze":
            return replace(options, freeze=boolean_option(name, value and value.lower()))
        case "force_quote" | "force_not_null" | "force_null":
            return replace(options, **{name: _column_list(name, values, part[0])})  # type: ignore[arg-type]  # fields of names
        case _:
            pass
    raise SqlSyntaxError(f'option "{name}" not recognized', position=part[0].start + 1)


def _with_format(options: CopyOptions, value: str | None, at: Lexeme) -> CopyOptions:
    if value is None:
        raise SqlSyntaxError("format requires a parameter", position=at.start + 1)
    if value.lower() not in ("text", "csv", "binary"):
        raise InvalidParameterValue(f'COPY format "{value.lower()}" not recognized', position=at.start + 1)
    return replace(options, format=value.lower())


def _column_list(name: str, values: list[Lexeme], at: Lexeme) -> tuple[str, ...]:
    if len(values) == 1 and values[0].value == "*":
        return ("*",)
    if len(values) < 3 or values[0].value != "(":
        raise InvalidParameterValue(
            f'argument to option "{name}" must be a list of column names', position=at.start + 1
        )
    return tuple(fold(value) for value in values[1:-1] if value.value != ",")


def _legacy_options(reader: Reader, options: CopyOptions) -> CopyOptions:
    """Read the options as PostgreSQL before 9.0 spelled them."""
    while reader.current is not None and reader.word() != "WHERE":
        options = _legacy_option(reader, options)
    return checked(options, explicit=frozenset())


def _legacy_option(reader: Reader, options: CopyOptions) -> CopyOptions:
    word = reader.accept_any(
        "BINARY", "FREEZE", "DELIMITER", "DELIMITERS", "NULL", "CSV", "HEADER", "QUOTE", "ESCAPE", "ENCODING", "FORCE"
    )
    match word:
        case "BINARY" | "CSV":
            return replace(options, format=word.lower())
        case "FREEZE":
            return replace(options, freeze=True)
        case "HEADER":
            return replace(options, header="true")
        case "DELIMITER" | "DELIMITERS" | "NULL" | "QUOTE" | "ESCAPE" | "ENCODING":
            reader.accept("AS")
            return replace(options, **{word.lower().removesuffix("s"): reader.string()})  # type: ignore[arg-type]  # as above
        case "FORCE":
            return _force(reader, options)
        case _:
            pass
    raise reader.error()


def _force(reader: Reader, options: CopyOptions) -> CopyOptions:
    for words, name in (
        (("QUOTE",), "force_quote"),
        (("NOT", "NULL"), "force_not_null"),
        (("NULL",), "force_null"),
    ):
        if reader.accept(*words):
            return replace(options, **{name: _bare_columns(reader)})  # type: ignore[arg-type]  # fields of names
    raise reader.error()


def _bare_columns(reader: Reader) -> tuple[str, ...]:
    if reader.accept_sign("*"):
        return ("*",)
    names = [reader.name()]
    while reader.accept_sign(","):
        names.append(reader.name())
    return tuple(names)


def checked(options: CopyOptions, *, explicit: frozenset[str]) -> CopyOptions:
    """Refuse options that do not go together, in PostgreSQL's order and with its messages."""
    if options.format == "binary":
        for name, value in (("DELIMITER", options.delimiter), ("NULL", options.null)):
            if value is not None:
                raise SqlSyntaxError(f"cannot specify {name} in BINARY mode")
    _check_delimiter(options)
    if options.format == "binary" and options.header != "false":
        raise FeatureNotSupported("cannot specify HEADER in BINARY mode")
    if options.format != "csv":
        _refuse_outside_csv(options, explicit)
    delimiter = options.delimiter or ("," if options.format == "csv" else "\t")
    if delimiter in (options.null or ""):
        raise FeatureNotSupported("COPY delimiter must not appear in the NULL specification")
    if options.format == "csv":
        _check_quotes(options, delimiter)
    return options


def _check_delimiter(options: CopyOptions) -> None:
    delimiter = options.delimiter
    if delimiter is not None:
        if len(delimiter.encode()) != 1:
            raise FeatureNotSupported("COPY delimiter must be a single one-byte character")
        if delimiter in "\r\n":
            raise InvalidParameterValue("COPY delimiter cannot be newline or carriage return")
    if options.null is not None and ("\r" in options.null or "\n" in options.null):
        raise InvalidParameterValue("COPY null representation cannot use newline or carriage return")
    if options.format != "csv" and delimiter is not None and delimiter in "\\.abcdefghijklmnopqrstuvwxyz0123456789":
        raise InvalidParameterValue(f'COPY delimiter cannot be "{delimiter}"')


def _refuse_outside_csv(options: CopyOptions, explicit: frozenset[str]) -> None:
    csv_only: tuple[tuple[str, object], ...] = (
        ("quote", options.quote),
        ("escape", options.escape),
        ("force quote", options.force_quote),
        ("force not null", options.force_not_null),
        ("force null", options.force_null),
    )
    for name, value in csv_only:
        if value or name in explicit:
            raise FeatureNotSupported(f"COPY {name} available only in CSV mode")


def _check_quotes(options: CopyOptions, delimiter: str) -> None:
    quote = '"' if options.quote is None else options.quote
    if len(quote.encode()) != 1:
        raise FeatureNotSupported("COPY quote must be a single one-byte character")
    if quote == delimiter:
        raise InvalidParameterValue("COPY delimiter and quote must be different")
    if options.escape is not None and len(options.escape.encode()) != 1:
        raise FeatureNotSupported("COPY escape must be a single one-byte character")
    if quote in (options.null or ""):
        raise FeatureNotSupported("CSV quote character must not appear in the NULL specification")
