"""Find the table and the columns that a statement writes to, and what its parameters must be for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pgddb.access.table import Carrier, Column, TableSchema
from pgddb.errors import (
    AmbiguousColumn,
    DuplicateColumn,
    FeatureNotSupported,
    SqlSyntaxError,
    UndefinedColumn,
    UndefinedTable,
)
from pgddb.planner.bindings import GIVEN_FEED, RAW_ITEM, folded, is_quoted, position_of
from pgddb.planner.from_clause import SYSTEM_SCHEMAS
from pgddb.planner.plan_nodes import CatalogSnapshot
from pgddb.sql.references import parameter_number

OWN_SCHEMA = "pgddb"
"""Schema of the relations that pgddb itself fills."""
_NUMBERS = frozenset({Carrier.INTEGER, Carrier.DECIMAL, Carrier.DIGITS})


def target_table(node: exp.Table, catalog: CatalogSnapshot) -> TableSchema:
    """Find the table that a statement writes to.

    Raises:
        UndefinedTable: there is none of this name.
        FeatureNotSupported: it is a relation of the system catalogs.
    """
    schema = folded(node.args["db"]) if node.args.get("db") is not None else None
    name = folded(node.this)
    if schema in SYSTEM_SCHEMAS or (schema is None and catalog.system_relation(None, name) is not None):
        raise FeatureNotSupported(f'cannot change system relation "{name}"', position=position_of(node))
    if schema == OWN_SCHEMA:
        raise FeatureNotSupported(f'cannot change relation "{schema}.{name}"', position=position_of(node))
    if catalog.view(schema, node.this.name, is_quoted(node.this)) is not None:
        raise FeatureNotSupported(
            f'cannot change view "{name}"', hint="Write to the table that it reads.", position=position_of(node)
        )
    table = catalog.table(schema, node.this.name, is_quoted(node.this))
    if table is None:
        shown = f"{schema}.{name}" if schema else name
        raise UndefinedTable(f'relation "{shown}" does not exist', position=position_of(node))
    return table


def target_column(table: TableSchema, identifier: exp.Expr) -> Column:
    """Find the column that an identifier names in a list of columns or in SET.

    Raises:
        UndefinedColumn: there is none; the hint tells how to write an attribute that no column shows.
        AmbiguousColumn: several answer to an unquoted name.
    """
    wanted = folded(identifier)
    exact = [column for column in table.columns if column.name == wanted]
    alike = [column for column in table.columns if column.name.lower() == wanted]
    found = exact if is_quoted(identifier) else alike
    if len(found) > 1:
        names = " or ".join(f'"{column.name}"' for column in found)
        raise AmbiguousColumn(
            f'column reference "{wanted}" is ambiguous',
            detail=f"It could be {names}.",
            hint="Write the name in double quotes, exactly as it is.",
            position=position_of(identifier),
        )
    if not found:
        raise UndefinedColumn(
            f'column "{wanted}" of relation "{table.name}" does not exist',
            hint=_new_attribute_hint(table, wanted),
            position=position_of(identifier),
        )
    return found[0]


def _new_attribute_hint(table: TableSchema, name: str) -> str | None:
    document = next((column.name for column in table.columns if column.carrier is Carrier.DOCUMENT), None)
    if document is None:
        return None
    return f"To write an attribute that no column shows, put it into {document}: jsonb_build_object('{name}', ...)."


def check_distinct(columns: Sequence[Column], nodes: Sequence[exp.Expr], *, listed: bool = False) -> None:
    """Refuse to write one column twice: `listed` before VALUES, or else assigned."""
    for place, column in enumerate(columns):
        if column in columns[:place]:
            if listed:
                message = f'column "{column.name}" specified more than once'
                raise DuplicateColumn(message, position=position_of(nodes[place]))
            raise SqlSyntaxError(
                f'multiple assignments to same column "{column.name}"', position=position_of(nodes[place])
            )


def alias_of(node: exp.Table, table: TableSchema) -> str:
    """Give the name under which a statement knows its target."""
    alias = node.args.get("alias")
    return folded(alias.this) if isinstance(alias, exp.TableAlias) else table.name


def given_table(node: exp.Table, table: TableSchema, feed: str, alias: str | None = None) -> exp.Table:
    """Mention the target again, to be read from a feed that execution fills."""
    made = exp.Table(
        this=node.this.copy(),
        db=node.args["db"].copy() if node.args.get("db") is not None else None,
        alias=exp.TableAlias(this=exp.to_identifier(alias or alias_of(node, table), quoted=True)),
    )
    made.meta[GIVEN_FEED] = feed
    return made


def raw_item(alias: str) -> exp.Expr:
    """Name the raw item of a relation of the statement."""
    column = exp.Column(this=exp.to_identifier(RAW_ITEM, quoted=True), table=exp.to_identifier(alias, quoted=True))
    return exp.alias_(column, "item", quoted=True)


def written_type(column: Column) -> str:
    """Name the type that a parameter gets which is assigned to a column.

    A column that sampling made says what was seen, not what may be written: a bigint takes any number.
    """
    if column.carrier in _NUMBERS and not column.declared:
        return "numeric"
    return column.type_name


def note_parameter(types: dict[int, str], node: exp.Expr, column: Column) -> None:
    """Note the type of a parameter that stands alone where a value of the column is wanted."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Parameter):
        types.setdefault(parameter_number(node), written_type(column))


def key_columns(table: TableSchema) -> tuple[Column, ...]:
    """Give the columns of the primary key.

    Raises:
        FeatureNotSupported: the table was defined without one of them.
    """
    by_path = {column.path: column for column in table.columns if len(column.path) == 1}
    missing = [name for name in table.keys.names if (name,) not in by_path]
    if missing:
        raise FeatureNotSupported(f'table "{table.name}" has no column for its key attribute "{missing[0]}"')
    return tuple(by_path[name,] for name in table.keys.names)


def copy_columns(table: TableSchema, names: Sequence[str]) -> tuple[Column, ...]:
    """Find the columns of COPY; without a list all but the key as JSON.

    Raises:
        UndefinedColumn, SqlSyntaxError: a column does not exist, or is named twice.
    """
    if not names:
        return tuple(column for column in table.columns if column.carrier is not Carrier.KEY_JSON)
    found = []
    for name in names:
        exact = [column for column in table.columns if column.name == name]
        alike = exact or [column for column in table.columns if column.name.lower() == name.lower()]
        if len(alike) != 1:
            problem = "does not exist" if not alike else "is ambiguous"
            raise UndefinedColumn(f'column "{name}" of relation "{table.name}" {problem}')
        if alike[0] in found:
            raise SqlSyntaxError(f'column "{name}" specified more than once')
        found.append(alike[0])
    return tuple(found)
