"""Turn DynamoDB-typed JSON into the texts PostgreSQL shows: jsonb as jsonb_out prints it, and what `->>` gives."""

from __future__ import annotations

import pyarrow as pa


def items_to_json(items: pa.Array) -> pa.Array:
    """Turn whole items `{"a":{"S":"x"},...}` into canonical jsonb text, as a string array; NULL stays NULL."""
    raise NotImplementedError


def values_to_json(values: pa.Array) -> pa.Array:
    """Turn single typed attribute values `{"L":[...]}` into canonical jsonb text; NULL stays NULL."""
    raise NotImplementedError


def values_to_text(values: pa.Array) -> pa.Array:
    """Turn single typed attribute values into what `->>` gives; the attribute value NULL becomes SQL NULL."""
    raise NotImplementedError
