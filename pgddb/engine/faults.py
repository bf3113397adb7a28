"""Turn the engine's errors into PostgreSQL's: the one place that reads its messages."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb
from msgspec import Struct

from pgddb import errors
from pgddb.engine.type_names import argument_list, postgres_name
from pgddb.errors import FeatureNotSupported, InternalError, OutOfMemory, QueryCanceled, SqlError

MISFIT_MARK = "pgddb.misfit|"
"""Begins the text of `error()` in a decode subquery: `pgddb.misfit|schema|table|column|<typed value>`."""

_CODED = re.compile(r"pgddb\.error\|([0-9A-Z]{5})\|(.*)", re.DOTALL)
_NO_NUMBER = re.compile(r"Could not convert string '(.*)' to INT64", re.DOTALL)
"""What the engine says of a cast that stands for `error()`."""
_EXCERPT = re.compile(r"\n\nLINE \d+: .*", re.DOTALL)
_PREFIX = re.compile(r"^(?:[A-Z][A-Za-z-]*(?: [A-Za-z][A-Za-z-]*){0,3} Error|INTERNAL Error): ")
_OURS_ALONE = re.compile(
    r"duckdb|python|\budf\b|pragma|\bset [a-z_]+\s*=|exception|vector|try_cast|macro", re.IGNORECASE
)
_ENGINE_WORDS = re.compile(
    r"\b(?:VARCHAR|BLOB|U?HUGEINT|U?BIGINT|U?SMALLINT|U?TINYINT|DOUBLE|TUPLE|STRUCT|LISTs?|MAP|\w+_LITERAL|DECIMAL|CAST)\b"
    r"|\bT\[\]|from expression|because it is not a struct|list_\w+"
)
"""Types and expressions as only the engine writes them."""
_CAST_HINT = (
    "No {kind} matches the given name and argument types. You might need to add explicit type casts."  # as PostgreSQL
)

CLASS_BY_SQLSTATE: dict[str, type[SqlError]] = {
    error.sqlstate: error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, SqlError) and error.severity == "ERROR" and error is not SqlError
}


class ColumnMisfit(FeatureNotSupported):
    """A value that its column's type cannot hold; execution widens the column and runs the statement again.

    Attributes:
        text: what the decode subquery said: `schema|table|column|<typed value>`.
    """

    def __init__(self, text: str) -> None:
        super().__init__("cached plan must not change result type")
        self.text = text


def coded_error(sqlstate: str, message: str) -> SqlError:
    """Make the error that a function asked for by `pgddb.error|sqlstate|message`."""
    known = CLASS_BY_SQLSTATE.get(sqlstate)
    if known is not None:
        return known(message)
    error = SqlError(message)
    error.sqlstate = sqlstate
    return error


def coded_text(error: SqlError) -> str:
    """Write an error so that `translate` finds it again in the engine's text."""
    return f"pgddb.error|{error.sqlstate}|{error.message}"


def translate(error: Exception) -> SqlError:
    """Say in PostgreSQL's words what went wrong.

    A UnicodeDecodeError holds a message of the engine that quotes one byte of a character.
    """
    if isinstance(error, SqlError):
        return error
    said = error.object.decode(errors="replace") if isinstance(error, UnicodeDecodeError) else str(error)
    text = _EXCERPT.sub("", said)
    return _marked(text) or _limited(error, text) or _ruled(_PREFIX.sub("", text.strip())) or _unknown(error, text)


def _marked(text: str) -> SqlError | None:
    """Read what our own functions and decode subqueries say through `error()`, or through a cast that fails."""
    cast = _NO_NUMBER.search(text)
    text = text if cast is None else cast[1]
    misfit = text.find(MISFIT_MARK)
    if misfit >= 0:
        return ColumnMisfit(text[misfit + len(MISFIT_MARK) :])
    coded = _CODED.search(text)
    return coded_error(coded[1], coded[2]) if coded else None


def _limited(error: Exception, text: str) -> SqlError | None:
    if isinstance(error, duckdb.InterruptException) or "INTERRUPT Error" in text:
        return QueryCanceled("canceling statement due to user request")
    if isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory Error" in text:
        return _out_of_memory()
    return None


def _ruled(plain: str) -> SqlError | None:
    found = ((rule, rule.pattern.search(plain)) for rule in RULES)
    return next((rule.make(match) for rule, match in found if match), None)


def _out_of_memory() -> SqlError:
    return OutOfMemory(
        "out of memory",
        detail="The statement needs more memory than the server gives to all statements together.",
        hint="Select fewer columns or rows, or start the server with a larger memory limit.",
    )


def _unknown(error: Exception, text: str) -> SqlError:
    kind = next((made for base, made in FALLBACKS if isinstance(error, base)), InternalError)
    line = _PREFIX.sub("", text.strip()).partition("\n")[0].rstrip("!. ")
    if not line or _OURS_ALONE.search(line) or _ENGINE_WORDS.search(line):
        return kind(PLAIN_WORDS.get(kind, "internal error while running the statement"))
    return kind(line if line[1:2].isupper() else line[:1].lower() + line[1:])


class Rule(Struct, frozen=True):
    """A message of the engine and the error it becomes."""

    pattern: re.Pattern[str]
    make: Callable[[re.Match[str]], SqlError]


def _rule(pattern: str, sqlstate: str, message: str | Callable[[re.Match[str]], str], hint: str | None = None) -> Rule:
    def make(found: re.Match[str]) -> SqlError:
        made = coded_error(sqlstate, found.expand(message) if isinstance(message, str) else message(found))
        made.hint = hint
        return made

    return Rule(re.compile(pattern, re.DOTALL), make)


def _no_function(found: re.Match[str]) -> SqlError:
    name, arguments = found[1].strip('"').removeprefix("pgddb_"), argument_list(found[2])
    if re.fullmatch(r"[\w.]+", name):
        hint = _CAST_HINT.format(kind="function")
        return errors.UndefinedFunction(f"function {name}({', '.join(arguments)}) does not exist", hint=hint)
    sides = f"{arguments[0]} {name} {arguments[1]}" if len(arguments) == 2 else f"{name} {', '.join(arguments)}"
    return errors.UndefinedFunction(f"operator does not exist: {sides}", hint=_CAST_HINT.format(kind="operator"))


def _bad_text(found: re.Match[str]) -> SqlError:
    """Tell a text that is no number from one whose number is too large."""
    text, name = found["text"], postgres_name(found["type"])
    if name in {"smallint", "integer", "bigint"} and re.fullmatch(r"\s*[+-]?\d+\s*", text):
        return errors.NumericValueOutOfRange(f'value "{text}" is out of range for type {name}')
    made = errors.InvalidDatetimeFormat if name == "interval" else errors.InvalidTextRepresentation
    return made(f'invalid input syntax for type {name}: "{text}"')


def _out_of_range(type_name: str) -> str:
    name = postgres_name(type_name)
    if name == "numeric":
        return "numeric field overflow"
    return f"{name} out of range"


def _beyond_smallest(number: str) -> str:
    """Name the type of the smallest number of a type, whose opposite there is none."""
    name = {2**15: "smallint", 2**31: "integer", 2**63: "bigint"}.get(-int(number), "value")
    return f"{name} out of range"


def _datetime(found: re.Match[str], name: str) -> str:
    return f'invalid input syntax for type {name}: "{found[1]}"'


_NO_TEXT_OF_TYPE = re.compile(
    r"""Could not convert string (['"])(?P<text>.*)\1 to (?P<type>(?:(?! when casting)[\w \[\]])+)""", re.DOTALL
)
_NO_FUNCTION = re.compile(r"No function matches the given name and argument types '(.+?)\((.*?)\)'\.", re.DOTALL)
_NO_BEST_FUNCTION = re.compile(r'candidate function for the function call "(.+?)\((.*?)\)"\.', re.DOTALL)

RULES: tuple[Rule, ...] = (
    _rule(r"^Division by zero|[Mm]odulo by zero", "22012", "division by zero"),
    Rule(_NO_TEXT_OF_TYPE, _bad_text),
    _rule(r"Type VARCHAR with value '(.*)' can't be cast to the destination type .+?\[\]", "22P02",
          r'malformed array literal: "\1"'),
    _rule(r"value is out of range for the destination type (\w+)", "22003", lambda found: _out_of_range(found[1])),
    _rule(r"[Ff]ailed to cast decimal value .* to type (\w+)", "22003", lambda found: _out_of_range(found[1])),
    _rule(r"to type DECIMAL\(\d+,\d+\) failed: value is out of range", "22003", "numeric field overflow"),
    _rule(r"Could not cast value .* to DECIMAL", "22003", "numeric field overflow"),
    _rule(r"Overflow in \w+ of (\w+)", "22003", lambda found: _out_of_range(found[1])),
    _rule(r"^Overflow (?:on|in) [^-]*(-\d+)", "22003", lambda found: _beyond_smallest(found[1])),
    _rule(r"^Overflow (?:on|in) ", "22003", "value out of range"),
    _rule(r'invalid date field format: "(.*?)"', "22007", lambda found: _datetime(found, "date")),
    _rule(r'invalid timestamp field format: "(.*?)"', "22007", lambda found: _datetime(found, "timestamp")),
    _rule(r'time field value out of range: "(\D*)"', "22007", lambda found: _datetime(found, "time")),
    _rule(r'(?:date|time|timestamp) field value out of range: "(.*?)"', "22008",
          r'date/time field value out of range: "\1"'),
    _rule(r"Date out of range: (\S+)", "22008", r"date field value out of range: \1"),
    _rule(r"not in timestamp range|timestamp.* out of range|[Dd]ate out of range", "22008", "timestamp out of range"),
    _rule(r"Could not parse string .* according to format", "22007", "invalid value for the format of a date or time"),
    _rule(r'extract specifier "(.*?)" not recognized', "22023", r'unit "\1" not recognized'),
    _rule(r"Invalid character encountered in string -> bit conversion: '(\w)'", "22P02",
          r'"\1" is not a valid binary digit'),
    _rule(r"string -> bit conversion", "22P02", "invalid input syntax for type bit"),
    _rule(r"[Ii]nvalid escape string", "22025", "invalid escape string",
          "Escape string must be empty or one character."),
    _rule(r"hex escape code", "22P02", "invalid input syntax for type bytea"),
    _rule(r"Malformed JSON", "22P02", "invalid input syntax for type json"),
    _rule(r"square root of a negative", "2201F", "cannot take square root of a negative number"),
    _rule(r"logarithm of (zero|a negative number)", "2201E", r"cannot take logarithm of \1"),
    _rule(r"zero raised to a negative power", "2201F", "zero raised to a negative power is undefined"),
    _rule(r"More than one row returned by a subquery", "21000",
          "more than one row returned by a subquery used as an expression"),
    _rule(r"^(?:missing|invalid|bad|unexpected|no argument|trailing|duplicate|nothing|pattern)\b[^\n]*: \S", "2201B",
          "invalid regular expression"),
    _rule(r"^(?:Scalar|Aggregate|Scalar or aggregate|Table) Function with name \"?(\S+?)\"? does not exist", "42883",
          r"function \1 does not exist", _CAST_HINT.format(kind="function")),
    Rule(_NO_FUNCTION, _no_function),
    Rule(_NO_BEST_FUNCTION, _no_function),
    _rule(r"Cannot compare values of type (.+?) and (?:type )?(.+?)(?: in | -|$)", "42883",
          lambda found: f"operator does not exist: {postgres_name(found[1])} = {postgres_name(found[2])}",
          _CAST_HINT.format(kind="operator")),
    _rule(r"Unimplemented type for cast \((.+) -> (.+)\)", "42846",
          lambda found: f"cannot cast type {postgres_name(found[1])} to {postgres_name(found[2])}"),
    _rule(r'^Referenced column "(.*?)" (?:was )?not found', "42703", r'column "\1" does not exist'),
    _rule(r'^(?:Table|Values list) "(.*?)" does not have a column named "(.*?)"', "42703",
          r"column \1.\2 does not exist"),
    _rule(r'^Column "(.*?)" does not exist on (left|right) side of join', "42703",
          r'column "\1" specified in USING clause does not exist in \2 table'),
    _rule(r'^Referenced table "(.*?)" not found', "42P01", r'missing FROM-clause entry for table "\1"'),
    _rule(r'^Table with name "?([^\s"]+)"? does not exist', "42P01", r'relation "\1" does not exist'),
    _rule(r"^Type with name \"?(\S+?)\"? does not exist", "42704", r'type "\1" does not exist'),
    _rule(r'^Ambiguous reference to column name "(.*?)"', "42702", r'column reference "\1" is ambiguous'),
    _rule(r'^column "(.*?)" must appear in the GROUP BY', "42803",
          r'column "\1" must appear in the GROUP BY clause or be used in an aggregate function'),
    _rule(r"^(?:pgddb_|pg_)?(\w+) is not an aggregate function", "42809",
          r"OVER specified, but \1 is not a window function nor an aggregate function"),
    _rule(r"because it is not a struct", "42809", "column notation applied to a type that is not a composite type"),
    _rule(r"GROUPING statement cannot be used", "42803",
          "arguments to GROUPING must be grouping expressions of the associated query level"),
    _rule(r"aggregate function calls cannot be nested", "42803", "aggregate function calls cannot be nested"),
    _rule(r"^aggregate functions are not allowed in (FILTER|window definitions)", "42803",
          r"aggregate functions are not allowed in \1"),
    _rule(r"^LATERAL join cannot contain aggregates", "42803",
          "aggregate functions are not allowed in FROM clause of their own query level"),
    _rule(r"combining JOIN type must be INNER or LEFT for a LATERAL", "42P10", "invalid reference to FROM-clause entry",
          "The combining JOIN type must be INNER or LEFT for a LATERAL reference."),
    _rule(r"^window functions are not allowed in window definitions", "42P20",
          "window functions are not allowed in window definitions"),
    _rule(r'^window "(.*?)" is already defined', "42P20", r'window "\1" is already defined'),
    _rule(r'^[Uu]nsupported comparison ".*" for ANY/ALL', "42809",
          "op ANY/ALL (array) requires operator to yield boolean"),
    _rule(r"^A\w+ is undefined outside", "22003", "input is out of range"),
    _rule(r"^([A-Z ]+?) clause cannot contain aggregates", "42803", r"aggregate functions are not allowed in \1"),
    _rule(r"^([A-Z ]+?) clause cannot contain window functions", "42P20", r"window functions are not allowed in \1"),
    _rule(r"[Ii]n a DISTINCT aggregate, ORDER BY", "42P10",
          "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list"),
    _rule(r"LIMIT/OFFSET cannot be negative", "2201W", "LIMIT must not be negative"),
    _rule(r"^Set operations can only apply", "42601", "each UNION query must have the same number of columns"),
    _rule(r"^(ORDER|GROUP) (?:BY )?term out of range", "42P10", r"\1 BY position is not in select list"),
    _rule(r"^Subquery returns \d+ columns", "42601", "subquery must return only one column"),
    _rule(r"^interval cannot be 0", "22023", "step size cannot equal zero"),
    _rule(r"^Argument for ntile", "22014", "argument of ntile must be greater than zero"),
    _rule(r"DECIMAL type width must be", "0A000", "numeric with more than 38 digits of precision is not supported"),
    _rule(r"[Mm]ax(?:imum)? expression depth", "54001", "stack depth limit exceeded"),
    _rule(r'syntax error at or near "(.*?)"', "42601", r'syntax error at or near "\1"'),
    _rule(r"[Uu]nknown TimeZone '(.*?)'", "22023", r'time zone "\1" not recognized'),
    _rule(r"^Window \w+ (PRECEDING|FOLLOWING) expression cannot be negative", "22013", lambda found:
          f"frame {'starting' if found[1] == 'PRECEDING' else 'ending'} offset must not be negative"),
    _rule(r"a feed was read twice", "0A000", "a subquery at this place of the statement is not supported",
          "Move it into WITH ... AS MATERIALIZED."),
    _rule(r"ORDER BY window expressions cannot be volatile", "0A000",
          "a subquery as a sort key of a window is not supported", "Name it as an output of a subquery in FROM."),
    _rule(r"Invalid UTF8 [Cc]odepoint", "54000", "requested character not valid for encoding"),
)  # fmt: skip
"""The messages that people meet, each with PostgreSQL's own SQLSTATE and words; the first that matches wins."""

FALLBACKS: tuple[tuple[type[Exception], type[SqlError]], ...] = (
    (duckdb.NotImplementedException, FeatureNotSupported),
    (duckdb.PermissionException, errors.AccessDenied),
    (duckdb.ParserException, errors.SqlSyntaxError),
    (duckdb.BinderException, errors.DatatypeMismatch),
    (duckdb.CatalogException, errors.UndefinedObject),
    (duckdb.ConversionException, errors.InvalidTextRepresentation),
    (duckdb.TypeMismatchException, errors.DatatypeMismatch),
    (duckdb.OutOfRangeException, errors.NumericValueOutOfRange),
    (duckdb.InvalidInputException, errors.InvalidParameterValue),
    (UnicodeDecodeError, errors.InvalidTextRepresentation),
)
"""What an unknown message becomes; anything else is a bug of ours, XX000."""

PLAIN_WORDS: dict[type[SqlError], str] = {
    FeatureNotSupported: "this form of the statement is not supported",
    errors.AccessDenied: "permission denied",
    errors.SqlSyntaxError: "syntax error",
    errors.DatatypeMismatch: "the types of an expression do not fit together",
    errors.UndefinedObject: "an object that the statement names does not exist",
    errors.InvalidTextRepresentation: "a value is not valid input for its type",
    errors.NumericValueOutOfRange: "value out of range",
    errors.InvalidParameterValue: "invalid argument",
}
"""What is said when the engine's own words would name its parts."""
