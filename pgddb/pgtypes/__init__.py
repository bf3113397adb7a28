"""PostgreSQL's types: their names and oids, their text and binary forms, and DataRow messages from Arrow batches."""

from pgddb.pgtypes.arrow import default_type, default_type_modifier
from pgddb.pgtypes.batch_encoder import RowEncoder, encode_batch
from pgddb.pgtypes.binary import NAME_SEPARATOR
from pgddb.pgtypes.copy_encoder import CopyBinaryEncoder, CopyEncoder, CopyLineEncoder
from pgddb.pgtypes.copy_text import CsvFormat, LineFormat, TextFormat
from pgddb.pgtypes.datetime_values import Date, Interval, Time, Timestamp, TimestampTz, TimeTz
from pgddb.pgtypes.fields import ResultField
from pgddb.pgtypes.parameters import decode_parameter, parameter_text
from pgddb.pgtypes.registry import PgType, array_of, element_of, type_by_name, type_by_oid
from pgddb.pgtypes.single_row import RowShape, SingleRow, ValueKind, encode_single
from pgddb.pgtypes.style import DEFAULT_STYLE, OutputStyle

__all__ = [
    "DEFAULT_STYLE",
    "NAME_SEPARATOR",
    "CopyBinaryEncoder",
    "CopyEncoder",
    "CopyLineEncoder",
    "CsvFormat",
    "Date",
    "Interval",
    "LineFormat",
    "OutputStyle",
    "PgType",
    "ResultField",
    "RowEncoder",
    "RowShape",
    "SingleRow",
    "TextFormat",
    "Time",
    "TimeTz",
    "Timestamp",
    "TimestampTz",
    "ValueKind",
    "array_of",
    "decode_parameter",
    "default_type",
    "default_type_modifier",
    "element_of",
    "encode_batch",
    "encode_single",
    "parameter_text",
    "type_by_name",
    "type_by_oid",
]
