"""Translate what botocore and aiohttp raise into SqlErrors with a hint.

With `fault_kinds` the only place that knows their names.
"""

from __future__ import annotations

import re

import botocore.exceptions as botocore_errors
from botocore.parsers import ResponseParserError
from msgspec import Struct

from pgddb.dynamo.fault_kinds import (
    CONFLICT_CODES,
    EXPIRED_CODES,
    THROTTLE_CODES,
    ChecksumMismatch,
    error_code,
    status_of,
)
from pgddb.errors import (
    AccessDenied,
    ConfigurationLimitExceeded,
    ConnectionFailure,
    DataCorrupted,
    DatatypeMismatch,
    ExternalSystemError,
    FeatureNotSupported,
    InternalError,
    InvalidParameterValue,
    IoError,
    ObjectNotInPrerequisiteState,
    ProgramLimitExceeded,
    SerializationFailure,
    SqlError,
    UndefinedTable,
)

_CREDENTIAL_CODES = frozenset(
    {
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "IncompleteSignatureException",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "AuthFailure",
    }
)
_DENIED_CODES = frozenset({"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"})
_ACTION = re.compile(r"perform: (\S+)")

CREDENTIALS_HINT = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile, or give the machine a role; "
    "`aws sts get-caller-identity` shows what is in use."
)


def throttled_too_long(
    error: BaseException | None, resource: str, *, writes: bool = False
) -> ConfigurationLimitExceeded:
    verb = "write" if writes else "read"
    return ConfigurationLimitExceeded(
        f'DynamoDB keeps throttling the {verb}s of "{resource}"',
        detail=None if error is None else str(error),
        hint=f"Raise the table's {verb} capacity, or slow down with pgddb.max_{verb}_units_per_second.",
    )


def translate(error: BaseException, *, operation: str, resource: str) -> SqlError:
    """Give the SqlError of a failed request; the caller raises it `from` the error."""
    if isinstance(error, botocore_errors.ClientError):
        return _answered(error, operation, resource)
    for types, make in _UNANSWERED:
        if isinstance(error, types):
            return make(error)
    return ConnectionFailure("the request to DynamoDB failed", detail=str(error))


class _Answer(Struct, frozen=True):
    """An error that DynamoDB sent, and what it was asked."""

    code: str
    message: str
    status: int
    operation: str
    resource: str


def _answered(error: botocore_errors.ClientError, operation: str, resource: str) -> SqlError:
    """Translate an error that DynamoDB sent."""
    answer = _Answer(
        code=error_code(error) or "",
        message=str(error.response.get("Error", {}).get("Message", "")),
        status=status_of(error),
        operation=operation,
        resource=resource,
    )
    if answer.code in THROTTLE_CODES:
        return throttled_too_long(error, resource)
    for codes, make in _ANSWERED:
        if answer.code in codes:
            return make(answer)
    detail = f"{answer.code}: {answer.message}"
    if answer.status >= 500:
        return IoError(f'DynamoDB failed again and again on "{resource}"', detail=detail)
    return ExternalSystemError(f'DynamoDB refuses the {operation} on "{resource}"', detail=detail)


def _denied(answer: _Answer) -> SqlError:
    found = _ACTION.search(answer.message)
    action = found[1] if found else f"dynamodb:{answer.operation}"
    return AccessDenied(
        f'permission denied for "{answer.resource}"',
        detail=answer.message,
        hint=f"The IAM identity needs {action}.",
    )


def _not_accepted(answer: _Answer) -> SqlError:
    return AccessDenied("AWS does not accept the credentials", detail=answer.message, hint=CREDENTIALS_HINT)


def _no_table(answer: _Answer) -> SqlError:
    return UndefinedTable(
        f'DynamoDB table "{answer.resource}" does not exist',
        detail=answer.message,
        hint="Check the region and the endpoint; a dropped table leaves the catalog at its next refresh.",
    )


def _in_use(answer: _Answer) -> SqlError:
    return ObjectNotInPrerequisiteState(f'DynamoDB table "{answer.resource}" is being changed', detail=answer.message)


def _conflict(answer: _Answer) -> SqlError:
    return SerializationFailure(
        "could not serialize access due to concurrent update", detail=f"{answer.code}: {answer.message}"
    )


def _collection_too_large(answer: _Answer) -> SqlError:
    return ProgramLimitExceeded(
        f'a partition of "{answer.resource}" would be larger than 10 GB, which a local index forbids',
        detail=answer.message,
    )


TABLE_CHANGES = frozenset({"CreateTable", "UpdateTable", "DeleteTable", "UpdateTimeToLive"})
"""Requests that DynamoDB may refuse for what the table is, although pgddb made no mistake."""


def _invalid(answer: _Answer) -> SqlError:
    if answer.operation in TABLE_CHANGES:
        return ObjectNotInPrerequisiteState(
            f'DynamoDB refuses this change of table "{answer.resource}"', detail=answer.message
        )
    for words, make in _INVALID_WRITES:
        if words in answer.message:
            return make(answer)
    return _refused(answer)


def _too_large(answer: _Answer) -> SqlError:
    return ProgramLimitExceeded(f'an item of "{answer.resource}" is too large for DynamoDB', detail=answer.message)


def _wrong_key_type(answer: _Answer) -> SqlError:
    return DatatypeMismatch(
        f'a key attribute of an item of "{answer.resource}" has the wrong type', detail=answer.message
    )


def _path_is_gone(answer: _Answer) -> SqlError:
    return SerializationFailure(
        "could not serialize access due to concurrent update",
        detail=f'A map that an update of "{answer.resource}" writes into is gone: {answer.message}',
    )


def canceled_for(code: str, message: str, key: str, resource: str) -> SqlError:
    """Give the SqlError of a transaction that DynamoDB cancelled for one of its items."""
    told = f"{message} The item has key {key}."
    answer = _Answer(_EXCEPTIONS.get(code, code), told, 400, operation="TransactWriteItems", resource=resource)
    for codes, make in _ANSWERED:
        if answer.code in codes:
            return make(answer)
    return ExternalSystemError(f'DynamoDB cancelled a transaction on "{resource}"', detail=f"{code}: {answer.message}")


_EXCEPTIONS = {
    "ItemCollectionSizeLimitExceeded": "ItemCollectionSizeLimitExceededException",
    "TransactionConflict": "TransactionConflictException",
    "ValidationError": "ValidationException",
    "AccessDenied": "AccessDeniedException",
}
"""The exceptions that mean what these reasons mean.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
"""

_INVALID_WRITES = (
    ("Item size", _too_large),
    ("Type mismatch for Index Key", _wrong_key_type),
    ("The document path provided in the update expression is invalid for update", _path_is_gone),
)
"""What DynamoDB refuses although pgddb made no mistake: indexes made meanwhile, maps gone meanwhile."""


def _unknown_operation(answer: _Answer) -> SqlError:
    return FeatureNotSupported(f"this DynamoDB endpoint does not know {answer.operation}", detail=answer.message)


def _refused(answer: _Answer) -> SqlError:
    return InternalError(
        f'DynamoDB refuses the {answer.operation} that pgddb made for "{answer.resource}"',
        detail=answer.message,
        hint="This is a bug in pgddb: please report it with the statement.",
    )


_ANSWERED = (
    (_DENIED_CODES, _denied),
    (_CREDENTIAL_CODES | EXPIRED_CODES, _not_accepted),
    ({"ResourceNotFoundException"}, _no_table),
    ({"ResourceInUseException"}, _in_use),
    ({"UnknownOperationException"}, _unknown_operation),
    (CONFLICT_CODES, _conflict),
    ({"ItemCollectionSizeLimitExceededException"}, _collection_too_large),
    ({"ValidationException"}, _invalid),
    ({"SerializationException"}, _refused),
)
"""What can be made of the codes that DynamoDB sends."""


def _no_credentials(error: BaseException) -> SqlError:
    return AccessDenied("no AWS credentials were found", detail=str(error), hint=CREDENTIALS_HINT)


def _credentials_failed(error: BaseException) -> SqlError:
    return AccessDenied("the AWS credentials cannot be fetched", detail=str(error), hint=CREDENTIALS_HINT)


def _no_profile(error: BaseException) -> SqlError:
    return InvalidParameterValue("no such AWS profile", detail=str(error), hint="See `aws configure list-profiles`.")


def _no_region(error: BaseException) -> SqlError:
    return InvalidParameterValue(
        "no AWS region is set", detail=str(error), hint="Set AWS_REGION, or a region in the profile or the server."
    )


def _bad_place(error: BaseException) -> SqlError:
    return InvalidParameterValue(
        "the AWS region or endpoint is not valid", detail=str(error), hint="Check the region and the endpoint URL."
    )


def _unreachable(error: BaseException) -> SqlError:
    return ConnectionFailure(
        "DynamoDB cannot be reached",
        detail=str(error),
        hint="Check the region, the endpoint URL and the way to it: DNS, proxy, VPC endpoint.",
    )


def _untrusted(error: BaseException) -> SqlError:
    return ConnectionFailure(
        "the TLS certificate of the DynamoDB endpoint is not trusted",
        detail=str(error),
        hint="Set AWS_CA_BUNDLE to the certificate authority of a proxy in between.",
    )


def _too_slow(error: BaseException) -> SqlError:
    return ConnectionFailure("DynamoDB does not answer in time", detail=str(error))


def _broke_off(error: BaseException) -> SqlError:
    return IoError("the connection to DynamoDB broke again and again", detail=str(error))


def _unreadable(error: BaseException) -> SqlError:
    return IoError("a response of DynamoDB cannot be read", detail=str(error))


def _mangled(error: BaseException) -> SqlError:
    return DataCorrupted("a response of DynamoDB does not have its checksum, after several attempts", detail=str(error))


def _our_request(error: BaseException) -> SqlError:
    return InternalError("pgddb made a request that its AWS client refuses", detail=str(error))


_UNANSWERED = (
    ((botocore_errors.NoCredentialsError, botocore_errors.PartialCredentialsError), _no_credentials),
    ((botocore_errors.ProfileNotFound,), _no_profile),
    ((botocore_errors.NoRegionError,), _no_region),
    (
        (
            botocore_errors.InvalidRegionError,
            botocore_errors.EndpointProviderError,
            botocore_errors.InvalidEndpointConfigurationError,
        ),
        _bad_place,
    ),
    ((botocore_errors.SSLError,), _untrusted),
    ((botocore_errors.ReadTimeoutError,), _too_slow),
    ((botocore_errors.ConnectionClosedError, botocore_errors.ResponseStreamingError), _broke_off),
    ((botocore_errors.HTTPClientError, botocore_errors.ConnectionError), _unreachable),
    (
        (
            botocore_errors.CredentialRetrievalError,
            botocore_errors.MetadataRetrievalError,
            botocore_errors.TokenRetrievalError,
            botocore_errors.SSOError,
            botocore_errors.ConfigNotFound,
            botocore_errors.InvalidConfigError,
        ),
        _credentials_failed,
    ),
    ((ResponseParserError,), _unreadable),
    ((ChecksumMismatch,), _mangled),
    ((botocore_errors.ParamValidationError,), _our_request),
    ((OSError,), _unreachable),
    ((ValueError,), _bad_place),  # botocore: "Invalid endpoint: ..."
)
"""The first that fits decides, so subclasses stand before their bases."""
