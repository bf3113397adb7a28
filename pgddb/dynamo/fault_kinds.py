"""Say what can be done about a request that botocore or aiohttp reports as failed.

With `faults` the only place that knows their names.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from enum import Enum, auto

import aiohttp
import botocore.exceptions as botocore_errors
from botocore.parsers import ResponseParserError

from pgddb.dynamo.http_connections import NotConnected


class ChecksumMismatch(Exception):
    """A response does not have the checksum that its header promises."""


CAUGHT = (
    botocore_errors.BotoCoreError,
    botocore_errors.ClientError,
    ResponseParserError,
    ChecksumMismatch,
    ValueError,
    OSError,
)
"""Everything that a call of the client may raise, besides cancellation and bugs."""

THROTTLE_CODES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "Throttling",
        "ThrottledException",
        "RequestThrottledException",
        "TooManyRequestsException",
        "SlowDown",
    }
)
CONFLICT_CODES = frozenset(
    {"TransactionConflictException", "TransactionInProgressException", "ReplicatedWriteConflictException"}
)
EXPIRED_CODES = frozenset({"ExpiredTokenException", "ExpiredToken", "RequestExpired"})


_TRANSIENT = (
    botocore_errors.HTTPClientError,
    botocore_errors.ConnectionError,
    ResponseParserError,
    ChecksumMismatch,
    OSError,
)
"""What another attempt may mend."""


_NEVER_SENT = (
    botocore_errors.ConnectTimeoutError,
    botocore_errors.SSLError,
    botocore_errors.ProxyConnectionError,
    botocore_errors.NoCredentialsError,
    botocore_errors.PartialCredentialsError,
    botocore_errors.CredentialRetrievalError,
    botocore_errors.ParamValidationError,
    botocore_errors.NoRegionError,
)


class Kind(Enum):
    """What can be done about a failed request."""

    THROTTLED = auto()
    TRANSIENT = auto()
    EXPIRED = auto()
    FINAL = auto()


def kind_of(error: BaseException) -> Kind:
    """Say whether the request may be sent again."""
    if isinstance(error, botocore_errors.ClientError):
        code = error_code(error)
        if code in THROTTLE_CODES:
            return Kind.THROTTLED
        if code in EXPIRED_CODES:
            return Kind.EXPIRED
        return Kind.TRANSIENT if status_of(error) >= 500 or code in CONFLICT_CODES else Kind.FINAL
    return Kind.TRANSIENT if isinstance(error, _TRANSIENT) else Kind.FINAL


def check_sum(body: bytes, headers: Mapping[str, str]) -> None:
    """Check the CRC-32 that DynamoDB sends with every response.

    Raises:
        ChecksumMismatch: the body is not what was sent.
    """
    expected = headers.get("x-amz-crc32")
    if expected is not None and zlib.crc32(body) != int(expected):
        raise ChecksumMismatch(f"expected CRC-32 {expected}")


def status_of(error: botocore_errors.ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def error_code(error: BaseException | None) -> str | None:
    if isinstance(error, botocore_errors.ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return None


def throttles_one_key_range(error: BaseException) -> bool:
    """Say whether only a hot key is throttled, so that the rest of the table may go on."""
    if not isinstance(error, botocore_errors.ClientError):
        return False
    reasons = [str(reason.get("reason", "")) for reason in error.response.get("ThrottlingReasons", ())]
    return bool(reasons) and all("KeyRange" in reason for reason in reasons)


def may_be_carried_out(error: BaseException) -> bool:
    """Say whether DynamoDB may have done what was asked, though the answer does not say so."""
    if isinstance(error, botocore_errors.ClientError):
        return status_of(error) >= 500 or error_code(error) == "TransactionInProgressException"
    if isinstance(error, botocore_errors.EndpointConnectionError):
        return not isinstance(error.kwargs.get("error"), (aiohttp.ClientConnectorError, NotConnected))
    return not isinstance(error, _NEVER_SENT)
