"""Read what definitions are made of: names, option lists, columns with their types.

Source: https://www.postgresql.org/docs/15/sql-commands.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct
from sqlglot import exp

from pgddb.errors import DuplicateObject, FeatureNotSupported, SqlSyntaxError, UndefinedObject
from pgddb.sql.lexer import Kind, Lexeme
from pgddb.sql.parse import parse_tree
from pgddb.sql.reader import Reader
from pgddb.sql.type_names import DUCKDB_TYPES, type_modifier, type_name
from pgddb.sql.words import words

T = TypeVar("T")

Options = tuple[tuple[str, str], ...]
"""Names and values, in the order of the statement."""


class WrittenRelation(Struct, frozen=True):
    """A relation as a definition names it, folded; `position` is 1-based.

    Attributes:
        quoted: the name stood in double quotes, so that it is exact.
    """

    schema: str | None
    name: str
    quoted: bool = False
    position: int | None = None

    @property
    def shown(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema is not None else self.name


class OptionChange(Struct, frozen=True):
    """One part of OPTIONS (ADD a 'x', SET b 'y', DROP c) of an ALTER."""

    action: str
    name: str
    value: str | None = None


class ColumnType(Struct, frozen=True):
    """A type as format_type spells it, with its modifier (-1 for none)."""

    name: str
    modifier: int = -1


class WrittenColumn(Struct, frozen=True):
    """A column of a definition; `position` is that of its name."""

    name: str
    type: ColumnType
    options: Options = ()
    not_null: bool = False
    primary_key: bool = False
    position: int | None = None


def position_here(reader: Reader) -> int | None:
    """Give the 1-based position of what stands at the reader's place."""
    lexeme = reader.current
    return None if lexeme is None else lexeme.start + 1


def relation(reader: Reader) -> WrittenRelation:
    """Read a name with an optional schema; a database before it is refused."""
    position = position_here(reader)
    parts: list[tuple[str, bool]] = []
    while True:
        lexeme = reader.current
        parts.append((reader.name(), lexeme is not None and lexeme.kind is Kind.QUOTED))
        if not reader.accept_sign("."):
            break
    if len(parts) > 2:
        shown = ".".join(name for name, _ in parts)
        raise FeatureNotSupported(f'cross-database references are not implemented: "{shown}"', position=position)
    name, quoted = parts[-1]
    return WrittenRelation(parts[0][0] if len(parts) == 2 else None, name, quoted, position)


def listed(reader: Reader, read: Callable[[Reader], T]) -> tuple[T, ...]:
    """Read one or more of something, with commas between."""
    found = [read(reader)]
    while reader.accept_sign(","):
        found.append(read(reader))
    return tuple(found)


def bracketed(reader: Reader, read: Callable[[Reader], T]) -> tuple[T, ...]:
    """Read a list in parentheses."""
    reader.expect_sign("(")
    found = listed(reader, read)
    reader.expect_sign(")")
    return found


def if_not_exists(reader: Reader) -> bool:
    """Pass IF NOT EXISTS where it stands."""
    return reader.accept("IF", "NOT", "EXISTS")


def if_exists(reader: Reader) -> bool:
    """Pass IF EXISTS where it stands."""
    return reader.accept("IF", "EXISTS")


def cascade(reader: Reader) -> bool:
    """Pass CASCADE or RESTRICT where one stands; True for CASCADE."""
    return reader.accept_any("CASCADE", "RESTRICT") == "CASCADE"


def options(reader: Reader) -> Options:
    """Read OPTIONS (name 'value', ...) where it stands.

    Raises:
        DuplicateObject: an option is given twice.
    """
    if not reader.accept("OPTIONS"):
        return ()
    found = bracketed(reader, _option)
    refuse_twice([name for name, _ in found])
    return found


def _option(reader: Reader) -> tuple[str, str]:
    return reader.name(), reader.string()


def option_changes(reader: Reader) -> tuple[OptionChange, ...]:
    """Read OPTIONS (...) of an ALTER; OPTIONS stands here."""
    reader.expect("OPTIONS")
    return bracketed(reader, _option_change)


def _option_change(reader: Reader) -> OptionChange:
    action = ""
    if reader.word() in ("ADD", "SET", "DROP"):
        action = reader.take().word
    name = reader.name()
    return OptionChange(action or "ADD", name, None if action == "DROP" else reader.string())


def refuse_twice(names: list[str]) -> None:
    """Refuse an option that is named more than once."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise DuplicateObject(f'option "{name}" provided more than once')


_AFTER_TYPE = words(
    """
    OPTIONS NOT NULL DEFAULT COLLATE PRIMARY CONSTRAINT CHECK UNIQUE REFERENCES GENERATED USING
    """
)


def column_type(reader: Reader) -> ColumnType:
    """Read the name of a type.

    Raises:
        UndefinedObject: there is no such type.
    """
    start = reader.current
    taken: list[Lexeme] = []
    depth = 0
    while (lexeme := reader.current) is not None:
        if depth == 0 and taken and (lexeme.word in _AFTER_TYPE or lexeme.value in (",", ")", ";")):
            break
        if lexeme.kind is Kind.PUNCTUATION:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(lexeme.value, 0)
        taken.append(reader.take())
    if start is None or not taken or taken[0].kind not in (Kind.WORD, Kind.QUOTED):
        raise reader.error()
    tree = _typed_null(reader.source, taken)
    name = type_name(tree)
    element = name.removesuffix("[]")
    if element not in DUCKDB_TYPES and element != "numeric":
        raise UndefinedObject(f'type "{element}" does not exist', position=start.start + 1)
    return ColumnType(name, type_modifier(tree))


def _typed_null(source: str, taken: list[Lexeme]) -> exp.Expr:
    at = taken[0].start
    lead = [Lexeme(Kind.WORD, "SELECT", at, at), Lexeme(Kind.WORD, "NULL", at, at)]
    tree = parse_tree(source, [*lead, Lexeme(Kind.PUNCTUATION, "::", at, at), *taken])
    cast = tree.expressions[0]
    if not isinstance(cast, exp.Cast):
        raise SqlSyntaxError(f'syntax error at or near "{taken[-1].value}"', position=taken[-1].start + 1)
    found: exp.Expr = cast.args["to"]
    return found


def column(reader: Reader) -> WrittenColumn:
    """Read a column with its type, options and constraints; a default or check is refused."""
    position = position_here(reader)
    name = reader.name()
    kind = column_type(reader)
    given = options(reader)
    not_null = primary_key = False
    while reader.current is not None and not reader.is_sign(",") and not reader.is_sign(")"):
        if reader.accept("CONSTRAINT"):
            reader.name()
        if reader.accept("NOT", "NULL"):
            not_null = True
        elif reader.accept("PRIMARY", "KEY"):
            primary_key = True
        elif reader.accept("COLLATE"):
            _collation(reader)
        elif not reader.accept("NULL"):
            refuse_constraint(reader)
    return WrittenColumn(name, kind, given, not_null, primary_key, position)


def _collation(reader: Reader) -> None:
    found = relation(reader)
    if found.name not in ("C", "POSIX", "default", "ucs_basic"):
        raise FeatureNotSupported(
            f'collation "{found.name}" is not supported',
            hint='DynamoDB orders strings by their bytes, as COLLATE "C" does.',
            position=found.position,
        )


_CONSTRAINTS = {
    "DEFAULT": "column defaults",
    "CHECK": "check constraints",
    "UNIQUE": "unique constraints",
    "REFERENCES": "foreign keys",
    "FOREIGN": "foreign keys",
    "GENERATED": "generated columns",
    "EXCLUDE": "exclusion constraints",
    "LIKE": "LIKE in a list of columns",
}


def refuse_constraint(reader: Reader) -> None:
    """Refuse, by name, what DynamoDB does not enforce.

    Raises:
        FeatureNotSupported: it is a constraint of PostgreSQL.
        SqlSyntaxError: it is none.
    """
    feature = _CONSTRAINTS.get(reader.word())
    if feature is None:
        raise reader.error()
    raise FeatureNotSupported(
        f"{feature} are not supported", hint="DynamoDB would not enforce it.", position=position_here(reader)
    )
