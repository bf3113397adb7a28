"""Find what depends on an object, and drop it with it or refuse to.

Source: reportDependentObjects in src/backend/catalog/dependency.c of PostgreSQL 15.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pgddb.access.view import View
from pgddb.catalog.definitions.objects import DefinedObject, Definitions, ForeignTable, Key, Schema, Server, UserMapping
from pgddb.catalog.definitions.objects import key_of as key_of  # noqa: PLC0414 - given on to others
from pgddb.catalog.definitions.place import Note
from pgddb.catalog.identifiers import qualified, quoted
from pgddb.errors import DependentObjectsStillExist

CASCADE_HINT = "Use DROP ... CASCADE to drop the dependent objects too."


def shown_name(one: DefinedObject) -> str:
    """Describe an object as PostgreSQL's messages do; schema public is searched and not shown."""
    match one:
        case View(schema=schema, name=name):
            return f"view {_relation(schema, name)}"
        case ForeignTable(schema=schema, name=name):
            return f"foreign table {_relation(schema, name)}"
        case UserMapping(user=user, server=server):
            return f"user mapping for {user} on server {server}"
        case Server(name=name):
            return f"server {name}"
        case Schema(name=name):
            return f"schema {name}"
        case _:
            return str(key_of(one)[-1])


def _relation(schema: str, name: str) -> str:
    return quoted(name) if schema == "public" else qualified(schema, name)


def direct_dependents(definitions: Definitions, one: DefinedObject) -> Iterator[DefinedObject]:
    """Give the objects that cannot be without this one."""
    for other in definitions.objects.values():
        if _depends(other, one):
            yield other


def _depends(other: DefinedObject, one: DefinedObject) -> bool:
    match one:
        case Schema(name=schema):
            return isinstance(other, View | ForeignTable) and other.schema == schema
        case Server(name=server):
            return isinstance(other, UserMapping | ForeignTable) and other.server == server
        case View(schema=schema, name=name) | ForeignTable(schema=schema, name=name):
            return reads_relation(other, schema, name)
        case _:
            return False


def reads_relation(other: DefinedObject, schema: str, name: str) -> bool:
    """Say whether an object is a view that reads a relation."""
    return isinstance(other, View) and any((read.schema, read.name) == (schema, name) for read in other.reads)


def dropped(definitions: Definitions, objects: Iterable[DefinedObject], *, cascade: bool, note: Note) -> Definitions:
    """Drop objects, and with `cascade` what depends on them.

    Raises:
        DependentObjectsStillExist: without `cascade` something depends on them.
    """
    targets = list(objects)
    wanted: set[Key] = {key_of(one) for one in targets}
    found: dict[Key, tuple[DefinedObject, DefinedObject]] = {}
    order: list[DefinedObject] = []

    def visit(one: DefinedObject) -> None:
        direct = [other for other in direct_dependents(definitions, one) if key_of(other) not in found]
        direct = sorted((other for other in direct if key_of(other) not in wanted), key=key_of)
        found.update({key_of(other): (other, one) for other in direct})
        for other in direct:
            order.append(other)
            visit(other)

    for target in targets:
        visit(target)
    if found and not cascade:
        lines = [
            f"{shown_name(other)} depends on {shown_name(one)}" for other, one in (found[key_of(one)] for one in order)
        ]
        refuse(shown_name(targets[0]) if len(targets) == 1 else None, lines)
    tell_cascade(order, note)
    return definitions.without(*wanted, *found)


def refuse(subject: str | None, lines: Iterable[str]) -> None:
    """Raise the error for what others depend on, as the lines say; None stands for several objects."""
    raise DependentObjectsStillExist(
        "cannot drop desired object(s) because other objects depend on them"
        if subject is None
        else f"cannot drop {subject} because other objects depend on it",
        detail="\n".join(lines),
        hint=CASCADE_HINT,
    )


def tell_cascade(dependents: list[DefinedObject], note: Note) -> None:
    """Say what goes with what is dropped."""
    lines = [f"drop cascades to {shown_name(one)}" for one in dependents]
    if len(lines) == 1:
        note(lines[0])
    elif lines:
        note(f"drop cascades to {len(lines)} other objects", detail="\n".join(lines))
