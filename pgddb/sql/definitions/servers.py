"""Read the definitions of extensions, servers and user mappings.

Source: https://www.postgresql.org/docs/15/sql-createserver.html, sql-createusermapping.html, sql-createextension.html
"""

from __future__ import annotations

from msgspec import Struct

from pgddb.sql.definitions.parts import (
    OptionChange,
    Options,
    cascade,
    if_exists,
    if_not_exists,
    listed,
    option_changes,
    options,
)
from pgddb.sql.lexer import Kind
from pgddb.sql.reader import Reader


class CreateExtension(Struct, frozen=True):
    """CREATE EXTENSION [IF NOT EXISTS] name [WITH SCHEMA ...]."""

    name: str
    if_not_exists: bool = False


class DropExtension(Struct, frozen=True):
    """DROP EXTENSION [IF EXISTS] names [CASCADE]."""

    names: tuple[str, ...]
    if_exists: bool = False
    cascade: bool = False


class CreateServer(Struct, frozen=True):
    """CREATE SERVER [IF NOT EXISTS] name [TYPE ...] [VERSION ...] FOREIGN DATA WRAPPER wrapper [OPTIONS (...)]."""

    name: str
    wrapper: str
    type: str | None = None
    version: str | None = None
    options: Options = ()
    if_not_exists: bool = False


class AlterServer(Struct, frozen=True):
    """ALTER SERVER name [VERSION ...] [OPTIONS (...)] or RENAME TO; `version` None leaves it as it is."""

    name: str
    version: str | None = None
    changes: tuple[OptionChange, ...] = ()
    new_name: str | None = None


class DropServer(Struct, frozen=True):
    """DROP SERVER [IF EXISTS] names [CASCADE]."""

    names: tuple[str, ...]
    if_exists: bool = False
    cascade: bool = False


class CreateUserMapping(Struct, frozen=True):
    """CREATE USER MAPPING [IF NOT EXISTS] FOR user SERVER server [OPTIONS (...)]; user "" is CURRENT_USER."""

    user: str
    server: str
    options: Options = ()
    if_not_exists: bool = False


class AlterUserMapping(Struct, frozen=True):
    """ALTER USER MAPPING FOR user SERVER server OPTIONS (...)."""

    user: str
    server: str
    changes: tuple[OptionChange, ...]


class DropUserMapping(Struct, frozen=True):
    """DROP USER MAPPING [IF EXISTS] FOR user SERVER server."""

    user: str
    server: str
    if_exists: bool = False


def create_extension(reader: Reader) -> CreateExtension:
    """Read CREATE EXTENSION; schema and version are accepted and mean nothing."""
    reader.expect("CREATE", "EXTENSION")
    quiet = if_not_exists(reader)
    name = reader.name()
    reader.accept("WITH")
    while reader.current is not None:
        if not reader.accept("CASCADE"):
            if not reader.accept_any("SCHEMA", "VERSION"):
                raise reader.error()
            _word_or_string(reader)
    return CreateExtension(name, quiet)


def drop_extension(reader: Reader) -> DropExtension:
    """Read DROP EXTENSION."""
    reader.expect("DROP", "EXTENSION")
    quiet = if_exists(reader)
    names = listed(reader, Reader.name)
    return DropExtension(names, quiet, cascade(reader))


def create_server(reader: Reader) -> CreateServer:
    """Read CREATE SERVER."""
    reader.expect("CREATE", "SERVER")
    quiet = if_not_exists(reader)
    name = reader.name()
    kind = reader.string() if reader.accept("TYPE") else None
    version = _word_or_string(reader) if reader.accept("VERSION") else None
    reader.expect("FOREIGN", "DATA", "WRAPPER")
    wrapper = reader.name()
    return CreateServer(name, wrapper, kind, version, options(reader), quiet)


def alter_server(reader: Reader) -> AlterServer:
    """Read ALTER SERVER; OWNER TO changes nothing, for one role owns everything."""
    reader.expect("ALTER", "SERVER")
    name = reader.name()
    if reader.accept("RENAME"):
        reader.expect("TO")
        return AlterServer(name, new_name=reader.name())
    if reader.accept("OWNER"):
        reader.expect("TO")
        reader.name()
        return AlterServer(name)
    version = _word_or_string(reader) if reader.accept("VERSION") else None
    changes = option_changes(reader) if reader.word() == "OPTIONS" or version is None else ()
    return AlterServer(name, version, changes)


def drop_server(reader: Reader) -> DropServer:
    """Read DROP SERVER."""
    reader.expect("DROP", "SERVER")
    quiet = if_exists(reader)
    names = listed(reader, Reader.name)
    return DropServer(names, quiet, cascade(reader))


def create_user_mapping(reader: Reader) -> CreateUserMapping:
    """Read CREATE USER MAPPING."""
    reader.expect("CREATE", "USER", "MAPPING")
    quiet = if_not_exists(reader)
    user, server = _mapped(reader)
    return CreateUserMapping(user, server, options(reader), quiet)


def alter_user_mapping(reader: Reader) -> AlterUserMapping:
    """Read ALTER USER MAPPING."""
    reader.expect("ALTER", "USER", "MAPPING")
    user, server = _mapped(reader)
    return AlterUserMapping(user, server, option_changes(reader))


def drop_user_mapping(reader: Reader) -> DropUserMapping:
    """Read DROP USER MAPPING."""
    reader.expect("DROP", "USER", "MAPPING")
    quiet = if_exists(reader)
    user, server = _mapped(reader)
    return DropUserMapping(user, server, quiet)


def _mapped(reader: Reader) -> tuple[str, str]:
    reader.expect("FOR")
    user = "" if reader.accept_any("USER", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER") else reader.name()
    reader.expect("SERVER")
    return user, reader.name()


def _word_or_string(reader: Reader) -> str:
    return reader.string() if reader.is_kind(Kind.STRING) else reader.name()
