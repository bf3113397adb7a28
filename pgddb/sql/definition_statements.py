"""Recognise by name the statements that define things, and those that are not carried out.

Source: https://www.postgresql.org/docs/15/sql-commands.html
"""

from __future__ import annotations

from pgddb.errors import FeatureNotSupported
from pgddb.sql.definitions import read_definition
from pgddb.sql.reader import Reader
from pgddb.sql.statements import DefinitionStatement, OtherStatement, ParsedStatement

_OBJECTS = (
    "ACCESS METHOD",
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "DATABASE",
    "DEFAULT PRIVILEGES",
    "DOMAIN",
    "EVENT TRIGGER",
    "EXTENSION",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "FUNCTION",
    "GROUP",
    "INDEX",
    "LANGUAGE",
    "LARGE OBJECT",
    "MATERIALIZED VIEW",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "OPERATOR",
    "OWNED",
    "POLICY",
    "PROCEDURE",
    "PUBLICATION",
    "ROLE",
    "ROUTINE",
    "RULE",
    "SCHEMA",
    "SEQUENCE",
    "SERVER",
    "STATISTICS",
    "SUBSCRIPTION",
    "SYSTEM",
    "TABLE",
    "TABLESPACE",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "TRANSFORM",
    "TRIGGER",
    "TYPE",
    "USER MAPPING",
    "USER",
    "VIEW",
)
_MODIFIERS = frozenset(
    [
        "OR",
        "REPLACE",
        "TEMP",
        "TEMPORARY",
        "LOCAL",
        "GLOBAL",
        "UNLOGGED",
        "UNIQUE",
        "RECURSIVE",
        "CONSTRAINT",
        "TRUSTED",
        "PROCEDURAL",
        "DEFAULT",
    ]
)
_TAG_OF_OBJECT = {"USER": "ROLE", "GROUP": "ROLE"}

_WHOLE = {
    "COMMENT": "COMMENT",
    "GRANT": "GRANT",
    "REVOKE": "REVOKE",
    "TRUNCATE": "TRUNCATE TABLE",
    "REASSIGN": "REASSIGN OWNED",
    "SECURITY": "SECURITY LABEL",
}
_OTHERS = {
    "ANALYZE": "ANALYZE",
    "ANALYSE": "ANALYZE",
    "CALL": "CALL",
    "CHECKPOINT": "CHECKPOINT",
    "CLUSTER": "CLUSTER",
    "DO": "DO",
    "LOAD": "LOAD",
    "REINDEX": "REINDEX",
    "VACUUM": "VACUUM",
}


def read(parsed: ParsedStatement) -> DefinitionStatement | OtherStatement:
    """Recognise a statement by its first words.

    Raises:
        SqlSyntaxError: no statement begins so.
    """
    reader = Reader(parsed)
    first = reader.word()
    if first in _OTHERS:
        return OtherStatement(parsed.text, _OTHERS[first])
    if first in _WHOLE:
        return _definition(parsed, _WHOLE[first])
    if first == "REFRESH":
        reader.expect("REFRESH", "MATERIALIZED", "VIEW")
        return _definition(parsed, "REFRESH MATERIALIZED VIEW")
    if first == "IMPORT":
        reader.expect("IMPORT", "FOREIGN", "SCHEMA")
        return _definition(parsed, "IMPORT FOREIGN SCHEMA")
    if first in ("CREATE", "ALTER", "DROP"):
        reader.take()
        return _definition(parsed, f"{first} {_object(reader, first)}")
    raise reader.error()


def _definition(parsed: ParsedStatement, tag: str) -> DefinitionStatement:
    try:
        definition = read_definition(Reader(parsed), tag)
    except FeatureNotSupported as refusal:  # no syntax error: earlier statements of the same text run before it
        return DefinitionStatement(parsed.text, tag, parsed.source, parsed.lexemes, refusal=refusal)
    return DefinitionStatement(parsed.text, tag, parsed.source, parsed.lexemes, definition)


def _object(reader: Reader, verb: str) -> str:
    """Read which kind of object the statement is about."""
    while True:
        for name in _OBJECTS:
            if reader.accept(*name.split()):
                return _tag(reader, verb, name)
        if reader.word() not in _MODIFIERS:
            raise reader.error()
        reader.take()


def _tag(reader: Reader, verb: str, name: str) -> str:
    if verb == "CREATE" and name == "TABLE" and _selects(reader):
        return "TABLE AS"
    return _TAG_OF_OBJECT.get(name, name)


def _selects(reader: Reader) -> bool:
    """Say whether a CREATE TABLE takes its rows from a query."""
    words = [lexeme.word for lexeme in reader.rest]
    return any(
        word == "AS" and following in ("SELECT", "WITH", "VALUES", "TABLE", "EXECUTE", "")
        for word, following in zip(words, [*words[1:], ""], strict=True)
    )
