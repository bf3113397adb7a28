"""Say in one line what is known of a table, an index or a column."""

from __future__ import annotations

from pgddb.access.table import Carrier, Column, Index, IndexProjection, TableSchema
from pgddb.catalog.facts import CatalogFacts, TableObject
from pgddb.catalog.sizes import pretty_size


def relation_comment(facts: CatalogFacts, one: TableObject) -> str | None:
    """Give what COMMENT ON says of a relation, else what is known of a table that was found."""
    said = facts.definitions.comment("relation", one.table.schema, one.table.name)
    if said is not None or one.definition is not None:
        return said
    return table_comment(one.table)


def shown_column_comment(facts: CatalogFacts, one: TableObject, number: int) -> str | None:
    """Give what COMMENT ON says of a column, counted from 1, else what is known of it."""
    column = one.table.columns[number - 1]
    said = facts.definitions.comment("column", one.table.schema, one.table.name, column.name)
    if said is not None or one.definition is not None:
        return said
    return column_comment(one.table, column) or None


def table_comment(table: TableSchema) -> str:
    """Describe a table: where it is, how much is in it, how it is paid for."""
    parts = ["DynamoDB table" if table.table_name == table.name else f'DynamoDB table "{table.table_name}"']
    region = table.source.region or _region(table.arn)
    if region:
        parts[0] += f" in {region}"
    parts += _amount(table.item_count, table.size_bytes)
    if table.billing_mode:
        parts.append(
            {"PAY_PER_REQUEST": "on demand", "PROVISIONED": "provisioned"}.get(table.billing_mode, table.billing_mode)
        )
    if table.arn:
        parts.append(table.arn)
    return ", ".join(parts)


def _region(arn: str | None) -> str | None:
    parts = (arn or "").split(":")
    return parts[3] if len(parts) > 3 and parts[3] else None


def _amount(item_count: int | None, size_bytes: int | None) -> list[str]:
    parts = []
    if item_count is not None:
        parts.append(f"about {item_count:,} item{'' if item_count == 1 else 's'}")
    if size_bytes is not None:
        parts.append(pretty_size(size_bytes))
    return parts


def index_comment(index: Index) -> str:
    """Describe a secondary index."""
    if index.projection is IndexProjection.INCLUDE:
        projection = f"projects keys and {', '.join(sorted(index.included))}"
    else:
        projection = "projects all attributes" if index.projection is IndexProjection.ALL else "projects keys only"
    state = [] if index.active else ["not active"]
    return ", ".join([index.kind.value, projection, *_amount(index.item_count, index.size_bytes), *state])


def column_comment(table: TableSchema, column: Column) -> str:
    """Describe a column: its part in keys, and the share of sampled items that have it; "" if nothing is known."""
    if column.carrier is Carrier.DOCUMENT:
        return "the whole item"
    if column.carrier is Carrier.KEY_JSON:
        return "the primary key"
    parts = _roles(table, column)
    if len(column.path) > 1 or (column.path and column.path[0] != column.name):
        parts.append("attribute " + ".".join(map(str, column.path)))
    if column.share is not None and column.share < 1:
        parts.append(f"in {column.share:.0%} of the sampled items")
    return ", ".join(parts)


def _roles(table: TableSchema, column: Column) -> list[str]:
    if len(column.path) != 1:
        return []
    attribute = column.path[0]
    keys = [("", table.keys), *((f" of {index.name}", index.keys) for index in table.indexes)]
    roles = []
    for where, key in keys:
        for kind, part in (("partition key", key.partition), ("sort key", key.sort)):
            if attribute in [one.name for one in part]:
                roles.append(kind + where)
    return roles
