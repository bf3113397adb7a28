"""Read the definition of a view.

Source: https://www.postgresql.org/docs/15/sql-createview.html
"""

from __future__ import annotations

from msgspec import Struct
from sqlglot import exp

from pgddb.errors import FeatureNotSupported, SqlSyntaxError, UndefinedParameter
from pgddb.sql.definitions.parts import WrittenRelation, bracketed, relation
from pgddb.sql.lexer import Kind
from pgddb.sql.parse import parse_tree
from pgddb.sql.reader import Reader


class CreateView(Struct, frozen=True):
    """CREATE [OR REPLACE] VIEW name [(columns)] AS query.

    Attributes:
        text: of the query; `start` is where it begins in the source of the statement.
        tree: of the query.
    """

    relation: WrittenRelation
    columns: tuple[str, ...]
    text: str
    start: int
    tree: exp.Expr
    replaces: bool = False


def create_view(reader: Reader) -> CreateView:
    """Read CREATE VIEW."""
    reader.expect("CREATE")
    replaces = reader.accept("OR", "REPLACE")
    if reader.word() in ("TEMP", "TEMPORARY", "LOCAL", "GLOBAL"):
        raise FeatureNotSupported("temporary views are not supported")
    if reader.word() == "RECURSIVE":
        raise FeatureNotSupported("CREATE RECURSIVE VIEW is not supported", hint="Write WITH RECURSIVE in its query.")
    reader.expect("VIEW")
    name = relation(reader)
    columns = bracketed(reader, Reader.name) if reader.is_sign("(") else ()
    if reader.accept("WITH"):
        raise FeatureNotSupported("options of views are not supported")
    reader.expect("AS")
    lexemes = reader.rest
    if not lexemes:
        raise reader.error()
    words = [lexeme.word for lexeme in lexemes[-4:]]
    if words[-2:] == ["CHECK", "OPTION"]:
        raise FeatureNotSupported("WITH CHECK OPTION is not supported", hint="Views cannot be written to.")
    reader.take_all()
    tree = parse_tree(reader.source, lexemes)
    if not isinstance(tree, exp.Query | exp.Values):
        raise SqlSyntaxError("views must be made of a query", position=lexemes[0].start + 1)
    parameter = next((lexeme for lexeme in lexemes if lexeme.kind is Kind.PARAMETER), None)
    if parameter is not None:
        raise UndefinedParameter(f"there is no parameter ${parameter.value}", position=parameter.start + 1)
    text = reader.source[lexemes[0].start : lexemes[-1].end]
    return CreateView(name, columns, text, lexemes[0].start, tree, replaces)
