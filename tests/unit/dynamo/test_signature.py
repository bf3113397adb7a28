"""Requests are signed as botocore signs them."""

from __future__ import annotations

import datetime
from unittest import mock

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from pgddb.dynamo.signature import signed_headers

NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=40)


@given(
    body=st.binary(max_size=200),
    access_key=NAMES,
    secret_key=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1),
    token=st.none() | NAMES,
    host=st.sampled_from(["dynamodb.eu-central-1.amazonaws.com", "127.0.0.1:8000", "[::1]:8000"]),
    seconds=st.integers(0, 4_000_000_000),
    operation=st.sampled_from(["GetItem", "TransactWriteItems"]),
)
def test_a_signature_is_the_one_of_botocore(
    *, body: bytes, access_key: str, secret_key: str, token: str | None, host: str, seconds: int, operation: str
) -> None:
    target = f"DynamoDB_20120810.{operation}"
    ours = signed_headers(
        target,
        body,
        host=host,
        region="eu-central-1",
        access_key=access_key,
        secret_key=secret_key,
        token=token,
        seconds=seconds,
    )
    request = AWSRequest(
        "POST",
        f"http://{host}/",
        {"content-type": "application/x-amz-json-1.0", "x-amz-target": target},
        body,
    )
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
        SigV4Auth(Credentials(access_key, secret_key, token), "dynamodb", "eu-central-1").add_auth(request)
    assert ours["authorization"] == request.headers["Authorization"]
    assert ours["x-amz-date"] == request.headers["X-Amz-Date"]
    assert ours.get("x-amz-security-token") == request.headers.get("X-Amz-Security-Token")


def test_credentials_add_no_line_to_a_request() -> None:
    headers = signed_headers("t", b"", host="h", region="r", access_key="a\r\nx: y", secret_key="s", token="t\r\nx: y")
    assert not any("\r" in value or "\n" in value for value in headers.values())
