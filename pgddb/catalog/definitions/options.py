"""Check and change options, and say what the options of servers and tables mean.

Source: https://www.postgresql.org/docs/15/postgres-fdw.html for the errors; the names are those of dynamodb_fdw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from pgddb.access.table import Source
from pgddb.catalog.definitions.objects import ForeignTable, Options, Server
from pgddb.errors import DuplicateObject, FdwInvalidAttributeValue, FdwInvalidOptionName, UndefinedObject

SERVER_OPTIONS = ("aws_region", "endpoint_url", "profile", "region", "role_arn", "wrapper")
TABLE_OPTIONS = ("aws_region", "parallel_scan_count", "table_name")
COLUMN_OPTIONS = (
    "ddb_document",
    "gsi_partition_key_gsi_name",
    "gsi_sort_key_gsi_name",
    "lsi_name",
    "mapped_attr",
    "partition_key",
    "sort_key",
)
IMPORT_OPTIONS = ("aws_region", "parallel_scan_count")
NO_OPTIONS: tuple[str, ...] = ()

_TRUTHS = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}
_MAX_SEGMENTS = 1_000_000
"""TotalSegments of a Scan: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html."""


def check_options(options: Options, valid: Sequence[str]) -> Options:
    """Refuse options that mean nothing, and values that an option cannot have.

    Raises:
        FdwInvalidOptionName, FdwInvalidAttributeValue: there is one.
    """
    for name, value in options:
        if name not in valid:
            known = f"Valid options in this context are: {', '.join(valid)}"
            raise FdwInvalidOptionName(
                f'invalid option "{name}"', hint=known if valid else "There are no valid options in this context."
            )
        _check_value(name, value)
    return options


def _check_value(name: str, value: str) -> None:
    if name in ("partition_key", "sort_key", "ddb_document") and value.lower() not in _TRUTHS:
        raise FdwInvalidAttributeValue(f'option "{name}" must be true or false, not "{value}"')
    if name == "parallel_scan_count" and not (value.isdecimal() and 0 < int(value) <= _MAX_SEGMENTS):
        raise FdwInvalidAttributeValue(f'option "{name}" must be a number from 1 to {_MAX_SEGMENTS}, not "{value}"')
    if name == "endpoint_url" and urlsplit(value).scheme not in ("http", "https"):
        raise FdwInvalidAttributeValue(f'option "{name}" must be an http or https address')
    if name != "wrapper" and not value:
        raise FdwInvalidAttributeValue(f'option "{name}" must not be empty')


def is_true(options: Options, name: str) -> bool:
    """Say whether a yes-or-no option says yes."""
    return _TRUTHS.get(dict(options).get(name, "false").lower(), False)


def changed_options(options: Options, changes: Iterable[tuple[str, str, str | None]], valid: Sequence[str]) -> Options:
    """Carry out OPTIONS (ADD ..., SET ..., DROP ...): action, name, value.

    Raises:
        DuplicateObject: an added one is there already.
        UndefinedObject: a changed or dropped one is not there.
    """
    found = dict(options)
    for action, name, value in changes:
        if action == "ADD" and name in found:
            raise DuplicateObject(f'option "{name}" provided more than once')
        if action != "ADD" and name not in found:
            raise UndefinedObject(f'option "{name}" not found')
        if value is None:
            del found[name]
        else:
            found[name] = value
    return check_options(tuple(found.items()), valid)


def server_source(server: Server, default: Source) -> Source:
    """Say where the tables of a server are; what its options leave open is as for the default source."""
    options = dict(server.options)
    region = options.get("aws_region", options.get("region"))
    endpoint = options.get("endpoint_url")
    if endpoint is None and (region is None or region == default.region or not _is_of_aws(default.endpoint_url)):
        endpoint = default.endpoint_url
    return Source(
        region or default.region,
        options.get("profile", default.profile),
        endpoint,
        options.get("role_arn", default.role_arn),
    )


def table_source(table: ForeignTable, server: Server, default: Source) -> Source:
    """Say where a foreign table is."""
    return in_region(server_source(server, default), dict(table.options).get("aws_region"))


def in_region(source: Source, region: str | None) -> Source:
    """Give the same place in another region; an endpoint of AWS belongs to its region."""
    if region is None or region == source.region:
        return source
    endpoint = None if _is_of_aws(source.endpoint_url) else source.endpoint_url
    return replace(source, region=region, endpoint_url=endpoint)


def _is_of_aws(endpoint_url: str | None) -> bool:
    host = urlsplit(endpoint_url).hostname if endpoint_url else None
    return host is not None and (host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")))
