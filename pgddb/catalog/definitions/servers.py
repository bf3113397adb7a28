"""Carry out the definitions of servers and user mappings."""

from __future__ import annotations

from dataclasses import replace

from pgddb.catalog.definitions.dependencies import dropped
from pgddb.catalog.definitions.objects import WRAPPERS, DefinedObject, Definitions, ForeignTable, Server, UserMapping
from pgddb.catalog.definitions.options import NO_OPTIONS, SERVER_OPTIONS, changed_options, check_options
from pgddb.catalog.definitions.place import Place
from pgddb.errors import DuplicateObject, UndefinedObject
from pgddb.sql.definitions.servers import (
    AlterServer,
    AlterUserMapping,
    CreateServer,
    CreateUserMapping,
    DropServer,
    DropUserMapping,
)


def find_server(definitions: Definitions, name: str) -> Server:
    """Find a server.

    Raises:
        UndefinedObject: there is none of this name.
    """
    found = definitions.server(name)
    if found is None:
        raise UndefinedObject(f'server "{name}" does not exist')
    return found


def create_server(definitions: Definitions, statement: CreateServer, place: Place) -> Definitions:
    """Add a server; one that every pgddb has may be defined anew."""
    before = definitions.server(statement.name)
    if before is not None and not before.predefined:
        if not statement.if_not_exists:
            raise DuplicateObject(f'server "{statement.name}" already exists')
        place.note(f'server "{statement.name}" already exists, skipping', sqlstate=DuplicateObject.sqlstate)
        return definitions
    if statement.wrapper not in WRAPPERS:
        raise UndefinedObject(
            f'foreign-data wrapper "{statement.wrapper}" does not exist',
            hint=f"There are: {', '.join(WRAPPERS)}.",
        )
    options = check_options(statement.options, SERVER_OPTIONS)
    return definitions.having(Server(statement.name, statement.wrapper, statement.type, statement.version, options))


def alter_server(definitions: Definitions, statement: AlterServer, place: Place) -> Definitions:  # noqa: ARG001
    """Change a server; its tables are looked for where it then says."""
    server = find_server(definitions, statement.name)
    if statement.new_name is not None:
        return _renamed(definitions, server, statement.new_name)
    changes = [(change.action, change.name, change.value) for change in statement.changes]
    options = changed_options(server.options, changes, SERVER_OPTIONS)
    version = server.version if statement.version is None else statement.version
    return definitions.having(replace(server, options=options, version=version, predefined=False))


def _renamed(definitions: Definitions, server: Server, name: str) -> Definitions:
    if definitions.server(name) is not None:
        raise DuplicateObject(f'server "{name}" already exists')
    moved: list[DefinedObject] = [
        replace(one, server=name)
        for one in definitions.objects.values()
        if isinstance(one, ForeignTable | UserMapping) and one.server == server.name
    ]
    mappings = [("user mapping", one.user, server.name) for one in moved if isinstance(one, UserMapping)]
    without = definitions.without(("server", server.name), *mappings)
    return without.having(replace(server, name=name, predefined=False), *moved)


def drop_servers(definitions: Definitions, statement: DropServer, place: Place) -> Definitions:
    """Drop servers, with CASCADE their tables and user mappings."""
    found: list[DefinedObject] = []
    for name in statement.names:
        one = definitions.server(name)
        if one is not None:
            found.append(one)
        elif statement.if_exists:
            place.note(f'server "{name}" does not exist, skipping')
        else:
            raise UndefinedObject(f'server "{name}" does not exist')
    return dropped(definitions, found, cascade=statement.cascade, note=place.note)


def create_user_mapping(definitions: Definitions, statement: CreateUserMapping, place: Place) -> Definitions:
    """Add a user mapping. It has no options: credentials are the server's, and no secret comes into the catalog."""
    user = statement.user or place.user
    find_server(definitions, statement.server)
    if ("user mapping", user, statement.server) in definitions.objects:
        problem = f'user mapping for "{user}" already exists for server "{statement.server}"'
        if not statement.if_not_exists:
            raise DuplicateObject(problem)
        place.note(f"{problem}, skipping", sqlstate=DuplicateObject.sqlstate)
        return definitions
    check_options(statement.options, NO_OPTIONS)
    return definitions.having(UserMapping(user, statement.server))


def alter_user_mapping(definitions: Definitions, statement: AlterUserMapping, place: Place) -> Definitions:
    """Refuse options of a user mapping."""
    user = statement.user or place.user
    find_server(definitions, statement.server)
    if ("user mapping", user, statement.server) not in definitions.objects:
        raise UndefinedObject(f'user mapping for "{user}" does not exist for server "{statement.server}"')
    changed_options((), [(one.action, one.name, one.value) for one in statement.changes], NO_OPTIONS)
    return definitions


def drop_user_mapping(definitions: Definitions, statement: DropUserMapping, place: Place) -> Definitions:
    """Drop a user mapping."""
    user = statement.user or place.user
    key = ("user mapping", user, statement.server)
    if key in definitions.objects:
        return definitions.without(key)
    if definitions.server(statement.server) is None:
        problem = f'server "{statement.server}" does not exist'
    else:
        problem = f'user mapping for "{user}" does not exist for server "{statement.server}"'
    if not statement.if_exists:
        raise UndefinedObject(problem)
    place.note(f"{problem}, skipping")
    return definitions
