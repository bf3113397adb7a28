"""Keep one aiobotocore client for each source: creating one takes 0.1 s, its first TLS request another 0.2 s.

Source: https://aiobotocore.aio-libs.org and the events of botocore (`before-parse`).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.credentials import AioAssumeRoleCredentialFetcher, AioDeferredRefreshableCredentials
from aiobotocore.httpsession import AIOHTTPSession
from aiobotocore.session import AioSession
from botocore.exceptions import NoCredentialsError
from botocore.httpsession import ProxyConfiguration, create_urllib3_context, get_cert_path

from pgddb.access.table import Source
from pgddb.dynamo.direct_calls import (
    AWS_RESPONSE_BODY,
    REQUEST_BODY,
    USER_AGENT,
    DirectCalls,
    direct_calls_suit,
)
from pgddb.dynamo.http_connections import HttpConnections
from pgddb.dynamo.http_exchange import Terms
from pgddb.dynamo.service_models import service_model_loader
from pgddb.dynamo.settings import StoreSettings

WRITES = ("BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem")
"""Their requests are sent as the bytes that pgddb made: botocore takes 0.15 ms to serialize each item."""

RAW_OPERATIONS = ("GetItem", "BatchGetItem", "Query", "Scan", *WRITES)
"""Their successful responses are not parsed: 0.7 ms instead of 119 ms for a page of 0.8 MB."""

METHODS = {
    "GetItem": "get_item",
    "BatchGetItem": "batch_get_item",
    "Query": "query",
    "Scan": "scan",
    "ListTables": "list_tables",
    "DescribeTable": "describe_table",
    "DescribeTimeToLive": "describe_time_to_live",
    "CreateTable": "create_table",
    "UpdateTable": "update_table",
    "DeleteTable": "delete_table",
    "UpdateTimeToLive": "update_time_to_live",
    "BatchWriteItem": "batch_write_item",
    "DeleteItem": "delete_item",
    "PutItem": "put_item",
    "TransactWriteItems": "transact_write_items",
    "UpdateItem": "update_item",
}


class SourceClient:
    """The client of one source: requests for items go directly as soon as botocore has shown where they go."""

    def __init__(
        self,
        client: Any,
        *,
        connect: Callable[[str], Any] | None = None,
        credentials: Any = None,
        gzip: bool = False,
    ) -> None:
        """`connect` gives what DirectCalls sends with to an address; without it there is no direct way.

        With `gzip` what goes directly may be answered in compressed form.
        """
        self._client = client
        self._connect = connect
        self._credentials = credentials
        self._gzip = gzip
        self._direct: DirectCalls | None = None
        for operation in RAW_OPERATIONS:
            client.meta.events.register(f"before-parse.dynamodb.{operation}", keep_body)
            client.meta.events.register(f"before-send.dynamodb.{operation}", self._see_request)
        for operation in WRITES:
            client.meta.events.register(f"provide-client-params.dynamodb.{operation}", take_body)
            client.meta.events.register(f"before-call.dynamodb.{operation}", place_body)

    async def call(self, operation: str, request: Mapping[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """Send one request, once.

        Raises:
            TimeoutError: it has taken so many seconds: the timeouts of its parts cover no wait for a connection, and no
                slow drip.
            ClientError: DynamoDB refuses it.
            BotoCoreError: it did not arrive, or no answer came.
        """
        direct = self._direct
        if direct is not None and operation in RAW_OPERATIONS and not _names_an_arn(request):
            return await direct.call(operation, request, seconds)
        async with asyncio.timeout(seconds):
            response: dict[str, Any] = await getattr(self._client, METHODS[operation])(**request)
        return response

    def _see_request(self, request: Any, **_: object) -> None:
        """Open the direct way to where botocore sends, if all that it has signed is what is signed there too."""
        if self._connect is None or self._direct is not None or not direct_calls_suit(request.url):
            return
        if b"AWS4-HMAC-SHA256" in _as_bytes(request.headers.get("Authorization", b"")):
            http = self._connect(request.url)
            self._direct = DirectCalls(
                request.url, client=self._client, http=http, credentials=self._credentials, gzip=self._gzip
            )


def _as_bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _names_an_arn(request: Mapping[str, Any]) -> bool:
    """Say whether the table is another account's, whose endpoint may be another too."""
    name: str = request.get("TableName") or next(iter(request.get("RequestItems", ())), "")
    return name.startswith("arn:")


class Clients:
    """The clients of the process. Owns their connections."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._clients: dict[Source, SourceClient] = {}
        self._creating = asyncio.Lock()
        self._open = AsyncExitStack()

    async def of(self, source: Source) -> SourceClient:
        """Give the client of a source, made at its first use."""
        client = self._clients.get(source)
        if client is not None:
            return client
        async with self._creating:
            client = self._clients.get(source)
            if client is None:
                client = self._clients[source] = await self._create(source)
            return client

    async def renew(self, source: Source, expired: SourceClient) -> SourceClient:
        """Give a client with newly read credentials; the expired one stays open for what it still carries."""
        async with self._creating:
            if self._clients.get(source) is expired:
                self._clients[source] = await self._create(source)
            return self._clients[source]

    async def close(self) -> None:
        self._clients.clear()
        await self._open.aclose()

    async def _create(self, source: Source) -> SourceClient:
        session = AioSession(profile=source.profile)
        session.register_component("data_loader", service_model_loader(session.get_config_variable("data_path")))
        if source.role_arn is not None:
            await _assume_role(session, source)
        opened: list[tuple[AIOHTTPSession, dict[str, Any]]] = []

        def http_session(**options: Any) -> AIOHTTPSession:
            opened.append((AIOHTTPSession(**options), options))
            return opened[-1][0]

        def connect(url: str) -> HttpConnections | AIOHTTPSession:
            ((http, options),) = opened
            if not plain_connections_suit(url, options):
                return http
            connections = plain_connections(url, options, self._settings)
            self._open.callback(connections.close)
            return connections

        client = await self._open.enter_async_context(
            session.create_client(
                "dynamodb",
                region_name=source.region,
                endpoint_url=source.endpoint_url,
                config=self._config(http_session),
            )
        )
        credentials = await session.get_credentials()
        return SourceClient(client, connect=connect, credentials=credentials, gzip=self._settings.gzip)

    def _config(self, http_session: Callable[..., Any]) -> AioConfig:
        return AioConfig(
            retries={"mode": "standard", "total_max_attempts": 1},  # the sender retries
            max_pool_connections=self._settings.connections,
            connect_timeout=self._settings.connect_timeout_seconds,
            read_timeout=self._settings.read_timeout_seconds,
            # Both are rebuilt or checked for every request otherwise: 0.38 ms becomes 0.29 ms for a GetItem.
            user_agent=USER_AGENT,
            http_session_cls=http_session,
            parameter_validation=False,
        )


def plain_connections_suit(url: str, options: Mapping[str, Any]) -> bool:
    """Say whether a session of these options would connect to the address itself, without a certificate of ours."""
    proxies = ProxyConfiguration(proxies=options.get("proxies"), proxies_settings=options.get("proxies_config"))
    return not (proxies.proxy_url_for(url) or options.get("client_cert"))


def plain_connections(url: str, options: Mapping[str, Any], settings: StoreSettings) -> HttpConnections:
    """Give connections that behave as those of a session with these options."""
    terms = Terms(
        settings.connections,
        settings.connect_timeout_seconds,
        settings.read_timeout_seconds,
        socket_options=tuple(options.get("socket_options") or ()),
    )
    return HttpConnections(url, terms, partial(tls_context, options.get("verify", True)))


def tls_context(verify: bool | str) -> ssl.SSLContext:  # noqa: FBT001 - botocore's: a path, or whether at all
    """Make the context that botocore makes, with its certificate authorities."""
    context: ssl.SSLContext = create_urllib3_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context.check_hostname = True
    authorities = get_cert_path(verify)
    if authorities:
        context.load_verify_locations(authorities)
    return context


def keep_body(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Hand the body over unparsed; errors keep the normal parser, and botocore still checks the CRC."""
    if response_dict["status_code"] < 300:
        customized_response_dict[AWS_RESPONSE_BODY] = response_dict["body"]
        response_dict["body"] = b"{}"


def take_body(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Put the ready request aside; the other parameters only choose the endpoint."""
    context[REQUEST_BODY] = params.pop(REQUEST_BODY)


def place_body(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Send the ready request instead of what botocore has serialized; it is signed after this."""
    params["body"] = context.pop(REQUEST_BODY)


async def _assume_role(session: AioSession, source: Source) -> None:
    """Let the session's credentials be those of the role, renewed before they expire."""
    own = await session.get_credentials()
    if own is None:
        raise NoCredentialsError
    if source.region is not None:
        session.set_config_variable("region", source.region)
    fetcher = AioAssumeRoleCredentialFetcher(
        client_creator=session.create_client,
        source_credentials=own,
        role_arn=source.role_arn,
        extra_args={"RoleSessionName": "pgddb"},
    )
    # AioSession has no public way to take a credentials object; botocore's own profile resolver does the same.
    session._credentials = AioDeferredRefreshableCredentials(  # noqa: SLF001
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
