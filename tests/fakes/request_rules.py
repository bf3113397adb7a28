"""Check requests as DynamoDB would: against botocore's service model and the rules that emulators do not enforce."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.validate import ParamValidator

from tests.fakes.write_rules import WRITES, parts_with_expressions

EXPRESSIONS = (
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
    "ConditionExpression",
    "UpdateExpression",
)
MAX_EXPRESSION_BYTES = 4096
MAX_OPERATORS = 300
_PLACEHOLDER = re.compile(r"[#:][A-Za-z0-9_]+")
_WORD = re.compile(r"(?<![#:A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]*(?!\w)\(?")
_ALLOWED_WORDS = {
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "begins_with(",
    "contains(",
    "size(",
    "attribute_exists(",
    "attribute_not_exists(",
    "attribute_type(",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "list_append(",
    "if_not_exists(",
}
_KEY_PART = re.compile(
    r"(?P<name>#\w+) (?:(?:=|<|<=|>|>=) :\w+|BETWEEN :\w+ AND :\w+)|begins_with\((?P<prefixed>#\w+), :\w+\)"
)
_OPERATOR = re.compile(r"<>|<=|>=|=|<|>|\b(?:AND|OR|NOT|IN|BETWEEN)\b|\b[a-z_]+\(|,")


@functools.cache
def _service_model() -> Any:
    return botocore.session.get_session().get_service_model("dynamodb")


def service_faults(operation: str, request: Mapping[str, Any]) -> list[str]:
    """Check the shape of a request against botocore's service model."""
    shape = _service_model().operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)  # it takes the base64 text of a blob too
    return [report.generate_report()] if report.has_errors() else []


def broken_rules(operation: str, request: Mapping[str, Any], key_names: Mapping[str | None, set[str]]) -> list[str]:
    """List what DynamoDB would refuse; `key_names` holds the key attributes of the table (None) and its indexes."""
    broken = service_faults(operation, request)
    if operation in WRITES:
        parts = parts_with_expressions(operation, request)
    else:
        parts = list(request["RequestItems"].values()) if operation == "BatchGetItem" else [request]
    for part in parts:
        broken += expression_faults(part)
    if operation == "BatchGetItem":
        broken += _batch_faults(request)
    if operation == "Query":
        broken += _query_faults(request, key_names.get(request.get("IndexName"), set()))
    return broken


def expression_faults(part: Mapping[str, Any]) -> list[str]:
    """C6, C7, C8: no unused and no undefined placeholder, no bare name, no literal, limits kept."""
    texts = [part[name] for name in EXPRESSIONS if name in part]
    used = set(_PLACEHOLDER.findall(" ".join(texts)))
    defined = {*part.get("ExpressionAttributeNames", ()), *part.get("ExpressionAttributeValues", ())}
    faults = [f"unused placeholder {name}" for name in sorted(defined - used)]
    faults += [f"undefined placeholder {name}" for name in sorted(used - defined)]
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if name in part and not part[name]:
            faults.append(f"{name} is empty")
    for text in texts:
        bare = set(_WORD.findall(text)) - _ALLOWED_WORDS
        faults += [f"name without alias: {word}" for word in sorted(bare)]
        if not text or len(text.encode()) > MAX_EXPRESSION_BYTES:
            faults.append(f"an expression of {len(text)} bytes")
        if len(_OPERATOR.findall(text)) > MAX_OPERATORS and text is not part.get("ProjectionExpression"):
            faults.append("too many operators")
    return faults + _overlaps(part)


def _overlaps(part: Mapping[str, Any]) -> list[str]:
    paths = [path.strip() for path in part.get("ProjectionExpression", "").split(",") if path.strip()]
    steps = [re.findall(r"#\w+|\[\d+\]", path) for path in paths]
    return [
        f"paths overlap: {paths[first]} and {paths[second]}"
        for first in range(len(steps))
        for second in range(len(steps))
        if first != second and steps[second][: len(steps[first])] == steps[first]
    ]


def _batch_faults(request: Mapping[str, Any]) -> list[str]:
    keys = [repr(sorted(key.items())) for part in request["RequestItems"].values() for key in part["Keys"]]
    faults = [] if 0 < len(keys) <= 100 else [f"a batch of {len(keys)} keys"]
    return faults if len(set(keys)) == len(keys) else [*faults, "a batch with a key twice"]


def _query_faults(request: Mapping[str, Any], key_names: set[str]) -> list[str]:
    """C4, C5: one condition for each key attribute, no OR, no key attribute in the filter."""
    names = request.get("ExpressionAttributeNames", {})
    text = request["KeyConditionExpression"]
    parts = list(_KEY_PART.finditer(text))
    if " AND ".join(part[0] for part in parts) != text:
        return [f"not a key condition: {text}"]
    conditioned = [names[part["name"] or part["prefixed"]] for part in parts]
    faults = [] if len(set(conditioned)) == len(conditioned) else ["two conditions on one key attribute"]
    faults += [f"key condition on {name}, which is no key" for name in conditioned if name not in key_names]
    filtered = {names[alias] for alias in re.findall(r"#\w+", request.get("FilterExpression", "")) if alias in names}
    return faults + [f"filter on the key attribute {name}" for name in sorted(filtered & key_names)]
