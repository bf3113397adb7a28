"""Check every request that any test lets the store send, to whatever endpoint: an illegal one fails that test.

Emulators accept much that DynamoDB refuses. In this process a fixture of every test looks; a server in a process of its
own is started through this module, and ends with an exit code of its own if it sent something illegal.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from pgddb.dynamo.direct_calls import REQUEST_BODY
from pgddb.dynamo.sender import Sender
from tests.fakes.read_rules import READS, Description, broken_read_rules, indexes_of, keys_of
from tests.fakes.request_rules import broken_rules, expression_faults, service_faults
from tests.fakes.write_rules import WRITES, broken_write_rules, tables_of

ILLEGAL_EXIT_CODE = 86
FAULTS: list[str] = []
"""What was illegal since somebody looked."""
DESCRIPTIONS: dict[str, Description] = {}
"""The tables as DynamoDB described them last, by name."""


def note_request(operation: str, request: Mapping[str, Any]) -> None:
    """Check one request; a table that was never described is checked without its keys."""
    content = json.loads(request[REQUEST_BODY]) if REQUEST_BODY in request else request
    found = _read_faults(operation, content) if operation in READS else _write_faults(operation, content)
    FAULTS.extend(f"{operation} {content}: {fault}"[:1000] for fault in found)


def _read_faults(operation: str, request: Mapping[str, Any]) -> list[str]:
    name = request.get("TableName") or next(iter(request["RequestItems"]))
    table = DESCRIPTIONS.get(name)
    if table is None:
        parts = request["RequestItems"].values() if operation == "BatchGetItem" else [request]
        return [*service_faults(operation, request), *(fault for part in parts for fault in expression_faults(part))]
    keys: dict[str | None, set[str]] = {None: set(keys_of(table))}
    keys |= {index: set(keys_of(holder)) for index, (holder, _) in indexes_of(table).items()}
    return [*broken_rules(operation, request, keys), *broken_read_rules(operation, request, table)]


def _write_faults(operation: str, request: Mapping[str, Any]) -> list[str]:
    if operation not in WRITES:
        return service_faults(operation, request)
    names = tables_of(operation, request)
    faults = broken_rules(operation, request, {})
    if names <= DESCRIPTIONS.keys():
        faults += broken_write_rules(operation, request, {name: set(keys_of(DESCRIPTIONS[name])) for name in names})
    return faults


def install() -> None:
    """Look at all requests of this process from now on."""
    send, carry, ask = Sender.send, Sender.carry, Sender.ask

    async def checked_send(self: Sender, operation: str, request: Any, *more: Any, **named: Any) -> Any:
        note_request(operation, request)
        return await send(self, operation, request, *more, **named)

    async def checked_carry(self: Sender, trial: Any) -> Any:
        note_request(trial.operation, trial.request)
        return await carry(self, trial)

    async def checked_ask(self: Sender, operation: str, request: Any, *more: Any, **named: Any) -> Any:
        note_request(operation, request)
        answer = await ask(self, operation, request, *more, **named)
        if operation == "DescribeTable":
            DESCRIPTIONS[request["TableName"]] = answer["Table"]
        return answer

    wrapped: dict[str, Callable[..., Any]] = {"send": checked_send, "carry": checked_carry, "ask": checked_ask}
    for name, method in wrapped.items():
        setattr(Sender, name, method)


@pytest.fixture(scope="session", autouse=True)
def request_checks() -> None:
    """Look at the requests of all tests."""
    install()


@pytest.fixture(autouse=True)
def only_legal_requests(request_checks: None) -> Iterator[None]:
    """Fail a test that let an illegal request be sent."""
    yield
    faults = FAULTS.copy()
    FAULTS.clear()
    assert faults == []


def _exit_with_faults() -> None:
    if FAULTS:
        sys.stderr.write("".join(f"illegal request: {fault}\n" for fault in FAULTS))
        sys.stderr.flush()
        os._exit(ILLEGAL_EXIT_CODE)


if __name__ == "__main__":
    from pgddb.cli import compiling, main

    compiling.START_AFTER_SECONDS = 24 * 3600.0  # two seconds of CPU a server; what it compiles has tests of its own
    install()
    atexit.register(_exit_with_faults)
    main()
