"""Hold a statement that defines something, read or only recognised."""

from __future__ import annotations

from msgspec import Struct

from pgddb.errors import FeatureNotSupported
from pgddb.sql.definitions.registry import Definition
from pgddb.sql.lexer import Lexeme


class DefinitionStatement(Struct, frozen=True):
    """A statement that changes the catalog: its tag ("CREATE FOREIGN TABLE"), text and lexemes.

    Attributes:
        definition: what it defines; None for what pgddb does not carry out.
        refusal: why it is not, where that depends on more than the tag.
    """

    text: str
    command_tag: str
    source: str
    lexemes: tuple[Lexeme, ...]
    definition: Definition | None = None
    refusal: FeatureNotSupported | None = None
