"""Send requests for items past botocore's layers and aiohttp's.

Credentials stay those of aiobotocore's session (renewed before they end), errors those of botocore's parser. What is
left out is the endpoint's rules, its events, its signer and its serializer. Where botocore sends is observed, not
computed: the direct way opens when botocore itself has sent a request for items. Connections are our own where those of
aiobotocore's HTTP session would be plain ones; through a proxy or with a client's certificate they stay that session's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.parsers import create_parser

from pgddb import __version__
from pgddb.dynamo.compressed_answers import ACCEPTED, unpacked
from pgddb.dynamo.http_connections import DEFAULT_PORTS, HttpConnections
from pgddb.dynamo.http_exchange import HttpAnswer
from pgddb.dynamo.signature import signed_headers

AWS_RESPONSE_BODY = "Body"
REQUEST_BODY = "PgddbBody"
"""A parameter that stands for the whole request; it never reaches botocore's serializer."""

USER_AGENT = f"pgddb/{__version__}"
TARGET_PREFIX = "DynamoDB_20120810."
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
"""What may be sent twice when nobody knows whether it has arrived."""


class DirectCalls:
    """Requests for items to one endpoint, with the credentials of one session."""

    def __init__(self, url: str, *, client: Any, http: Any, credentials: Any, gzip: bool = False) -> None:
        """`url` is where botocore sends; `http` its HttpConnections, or the client's HTTP session.

        With `gzip` answers to reads may come compressed.
        """
        address = urlsplit(url)
        self._url = f"{address.scheme}://{address.netloc}/"
        self._host = _host_header(url)
        self._region: str = client.meta.region_name
        self._models = client.meta.service_model
        self._http = http
        self._credentials = credentials
        self._gzip = gzip

    async def call(self, operation: str, request: Mapping[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """Send one request; give the answer as the client gives it whose bodies are kept.

        Raises:
            TimeoutError: it has taken so many seconds.
            ClientError: DynamoDB refuses it.
            BotoCoreError: it did not arrive, or no answer came.
            ChecksumMismatch: a compressed answer is not what was sent.
        """
        body = request.get(REQUEST_BODY)
        if body is None:
            body = msgspec.json.encode(request)  # binary values become base64, as the API wants them
        headers = await self._signed(operation, body)
        if self._gzip and operation in READS:
            headers |= ACCEPTED
        http = self._http
        if isinstance(http, HttpConnections):
            head = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
            answer = await http.post(head, body, may_repeat=operation in READS, seconds=seconds)
        else:
            async with asyncio.timeout(seconds):
                answer = await self._sent_by_session(headers, body)
        if self._gzip:
            content, kept = await unpacked(answer.content, answer.headers)
            answer = HttpAnswer(answer.status, kept, content)
        if answer.status >= 300:
            raise self._refusal(operation, answer)
        return {
            AWS_RESPONSE_BODY: answer.content,
            "ResponseMetadata": {"HTTPStatusCode": answer.status, "HTTPHeaders": answer.headers},
        }

    async def _sent_by_session(self, headers: dict[str, str], body: bytes) -> HttpAnswer:
        request = AWSPreparedRequest("POST", self._url, headers, body, False)  # noqa: FBT003 - it has no names
        response = await self._http.send(request)
        return HttpAnswer(response.status_code, response.headers, await response.content)

    async def _signed(self, operation: str, body: bytes) -> dict[str, str]:
        if self._credentials is None:
            raise NoCredentialsError
        keys = await self._credentials.get_frozen_credentials()
        headers = signed_headers(
            TARGET_PREFIX + operation,
            body,
            host=self._host,
            region=self._region,
            access_key=keys.access_key,
            secret_key=keys.secret_key,
            token=keys.token,
        )
        headers["user-agent"] = USER_AGENT
        return headers

    def _refusal(self, operation: str, response: HttpAnswer) -> ClientError:
        """Read an error as botocore does, with what the model of its code adds."""
        answer = {"status_code": response.status, "headers": response.headers, "body": response.content, "context": {}}
        parser = create_parser("json")
        parsed = parser.parse(answer, None)
        shape = self._models.shape_for_error_code(parsed.get("Error", {}).get("Code"))
        if shape is not None:
            parsed.update(parser.parse(answer, shape))
        return ClientError(parsed, operation)


def direct_calls_suit(url: str) -> bool:
    """Say whether a request can be sent to the root of this address."""
    address = urlsplit(url)
    return address.scheme in DEFAULT_PORTS and address.path in ("", "/") and not address.query


def _host_header(url: str) -> str:
    """Name the host as HTTP clients do: without the scheme's own port, without a user."""
    address = urlsplit(url)
    host = address.hostname or ""
    name = f"[{host}]" if ":" in host else host
    if address.port is None or address.port == DEFAULT_PORTS.get(address.scheme):
        return name
    return f"{name}:{address.port}"
