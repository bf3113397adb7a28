"""Offer moto's DynamoDB to the tests, in a process of its own, with its slow serializer replaced for reads.

Its comparisons of values of two types, which fail the request, are made false as in DynamoDB.

moto accepts much that DynamoDB refuses: `request_rules` checks the requests that `dynamodb_endpoint` gets.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

START_TIMEOUT_SECONDS = 30.0
FAST_READS = ("GetItem", "BatchGetItem", "Query", "Scan")
COMPARISONS = ("OpLessThan", "OpLessThanOrEqual", "OpGreaterThan", "OpGreaterThanOrEqual", "FuncBetween")

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}


def _without_failing(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(self: Any, item: Any) -> bool:
        try:
            return compare(self, item)
        except TypeError:
            return False

    return compared


def _leave_out(find: Any) -> Any:
    """Leave out of a projection what is not there: moto fails where a path leads through NULL or nothing."""

    def found(*arguments: Any) -> Any:
        try:
            return find(*arguments)
        except (AttributeError, KeyError, TypeError):
            return {}

    return found


def serve() -> None:
    """Serve until the parent closes our standard input; print the port first."""
    import orjson  # noqa: PLC0415  # only the child process needs these
    from moto.dynamodb import comparisons  # noqa: PLC0415
    from moto.dynamodb.models import dynamo_type  # noqa: PLC0415
    from moto.dynamodb.responses import DynamoHandler  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    from pgddb.demo import moto_repairs  # noqa: PLC0415

    slow = DynamoHandler.serialized
    vars(dynamo_type)["find_nested_key"] = _leave_out(vars(dynamo_type)["find_nested_key"])

    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        return value.to_regular_json() if hasattr(value, "to_regular_json") else value.to_json()

    def serialized(self: Any, action_result: Any) -> Any:
        if self._get_action() not in FAST_READS or not isinstance(action_result.result, dict):
            return slow(self, action_result)
        body = orjson.dumps(action_result.result, default=plain).decode()
        return 200, {"Content-Type": "application/x-amz-json-1.0", **self.response_headers}, body

    moto_repairs.install()
    for kind in COMPARISONS:
        compared = getattr(comparisons, kind)
        compared.expr = _without_failing(compared.expr)
    DynamoHandler.serialized = serialized  # type: ignore[method-assign]  # the patch that this file is about
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=START_TIMEOUT_SECONDS).close()
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def aws_credentials() -> Iterator[None]:
    """Give the whole run made-up credentials, so that nobody's real ones are used."""
    before = {name: os.environ.get(name) for name in CREDENTIALS}
    os.environ.update(CREDENTIALS)
    yield
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def dynamodb_endpoint(aws_credentials: None) -> Iterator[str]:
    """Start moto and give its URL. Tests share it: use table names of your own."""
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | CREDENTIALS,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            url = f"http://127.0.0.1:{int(process.stdout.readline())}"
            _wait_until_it_answers(url)
            yield url
        finally:
            process.stdin.close()
            process.wait(60)


if __name__ == "__main__":
    serve()
