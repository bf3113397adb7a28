"""Keep one aiobotocore client for each source: creating one takes 0.1 s, its first TLS request another 0.2 s.

Source: https://aiobotocore.aio-libs.org and the events of botocore (`before-parse`).
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.credentials import AioAssumeRoleCredentialFetcher, AioDeferredRefreshableCredentials
from aiobotocore.session import AioSession
from botocore.exceptions import NoCredentialsError

from pgddb import __version__
from pgddb.access.table import Source
from pgddb.dynamo.service_models import service_model_loader
from pgddb.dynamo.settings import StoreSettings

WRITES = ("BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem")
"""Their requests are sent as the bytes that pgddb made: botocore takes 0.15 ms to serialize each item."""

RAW_OPERATIONS = ("GetItem", "BatchGetItem", "Query", "Scan", *WRITES)
"""Their successful responses are not parsed: 0.7 ms instead of 119 ms for a page of 0.8 MB."""

AWS_RESPONSE_BODY = "Body"
REQUEST_BODY = "PgddbBody"
"""A parameter that stands for the whole request; it never reaches botocore's serializer."""


class Clients:
    """The clients of the process. Owns their connections."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._clients: dict[Source, Any] = {}
        self._creating = asyncio.Lock()
        self._open = AsyncExitStack()

    async def of(self, source: Source) -> Any:
        """Give the client of a source, made at its first use."""
        client = self._clients.get(source)
        if client is not None:
            return client
        async with self._creating:
            client = self._clients.get(source)
            if client is None:
                client = self._clients[source] = await self._create(source)
            return client

    async def renew(self, source: Source, expired: Any) -> Any:
        """Give a client with newly read credentials; the expired one stays open for what it still carries."""
        async with self._creating:
            if self._clients.get(source) is expired:
                self._clients[source] = await self._create(source)
            return self._clients[source]

    async def close(self) -> None:
        self._clients.clear()
        await self._open.aclose()

    async def _create(self, source: Source) -> Any:
        session = AioSession(profile=source.profile)
        session.register_component("data_loader", service_model_loader(session.get_config_variable("data_path")))
        if source.role_arn is not None:
            await _assume_role(session, source)
        client = await self._open.enter_async_context(
            session.create_client(
                "dynamodb",
                region_name=source.region,
                endpoint_url=source.endpoint_url,
                config=self._config(),
            )
        )
        for operation in RAW_OPERATIONS:
            client.meta.events.register(f"before-parse.dynamodb.{operation}", keep_body)
        for operation in WRITES:
            client.meta.events.register(f"provide-client-params.dynamodb.{operation}", take_body)
            client.meta.events.register(f"before-call.dynamodb.{operation}", place_body)
        return client

    def _config(self) -> AioConfig:
        return AioConfig(
            retries={"mode": "standard", "total_max_attempts": 1},  # the sender retries
            max_pool_connections=self._settings.connections,
            connect_timeout=self._settings.connect_timeout_seconds,
            read_timeout=self._settings.read_timeout_seconds,
            # Both are rebuilt or checked for every request otherwise: 0.38 ms becomes 0.29 ms for a GetItem.
            user_agent=f"pgddb/{__version__}",
            parameter_validation=False,
        )


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
