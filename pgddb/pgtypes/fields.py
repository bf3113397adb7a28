"""Name, type and origin of one column of a result, as RowDescription tells the client."""

from __future__ import annotations

from dataclasses import dataclass

from pgddb.pgtypes.registry import PgType


@dataclass(frozen=True, slots=True)
class ResultField:
    """One column of a result.

    Attributes:
        type_modifier: as atttypmod; -1 when the type has none.
        table_oid: the relation that the column comes from, or 0.
        attribute_number: the column's attnum in that relation, or 0.
    """

    name: str
    type: PgType
    type_modifier: int = -1
    table_oid: int = 0
    attribute_number: int = 0
