"""Read, write and make SCRAM verifiers: what a server keeps instead of a password.

Source: https://www.rfc-editor.org/rfc/rfc5803, https://www.postgresql.org/docs/15/catalog-pg-authid.html, and
src/common/scram-common.c of PostgreSQL 15
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

MECHANISM = "SCRAM-SHA-256"
KEY_BYTES = 32
SALT_BYTES = 16
ITERATIONS = 4096
"""As SCRAM_DEFAULT_SALT_LEN and SCRAM_DEFAULT_ITERATIONS in the PostgreSQL source."""

_TEXT = re.compile(r"SCRAM-SHA-256\$([1-9]\d{0,8}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class ScramVerifier:
    """One user's verifier; nobody can log in with it, but everybody can try passwords against it."""

    iterations: int
    salt: bytes = field(repr=False)
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> ScramVerifier:
        """Read what PostgreSQL's pg_authid.rolpassword holds.

        Raises:
            ValueError: it is something else, such as a password.
        """
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise ValueError("not a SCRAM-SHA-256 verifier")
        iterations, salt, stored_key, server_key = found.groups()
        try:
            keys = [base64.b64decode(part, validate=True) for part in (salt, stored_key, server_key)]
        except binascii.Error:
            raise ValueError("not a SCRAM-SHA-256 verifier") from None
        if len(keys[1]) != KEY_BYTES or len(keys[2]) != KEY_BYTES:
            raise ValueError("not a SCRAM-SHA-256 verifier")
        return cls(int(iterations), *keys)

    def text(self) -> str:
        """Write it as PostgreSQL does."""
        salt, stored_key, server_key = map(_base64, (self.salt, self.stored_key, self.server_key))
        return f"{MECHANISM}${self.iterations}:{salt}${stored_key}:{server_key}"


def make_verifier(password: str, *, salt: bytes | None = None, iterations: int = ITERATIONS) -> ScramVerifier:
    """Make the verifier of a password, with a random salt unless one is given.

    A password that SASLprep refuses is taken as its bytes, as PostgreSQL and libpq do.
    """
    from scramp import ScramException, ScramMechanism  # noqa: PLC0415 - a server makes none, and starts without it

    salt = salt or secrets.token_bytes(SALT_BYTES)
    try:
        salt, stored_key, server_key, iterations = ScramMechanism(MECHANISM).make_auth_info(
            password, iteration_count=iterations, salt=salt
        )
    except ScramException:
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
        stored_key = hashlib.sha256(_keyed(salted, b"Client Key")).digest()
        server_key = _keyed(salted, b"Server Key")
    return ScramVerifier(iterations, salt, stored_key, server_key)


def mock_verifier(user: str, secret: bytes, *, iterations: int = ITERATIONS) -> ScramVerifier:
    """Make the verifier of a user who does not exist: always the same salt, and no password fits.

    So the exchange with an unknown user looks, and costs, like that with a known one.
    """
    salt = _keyed(secret, b"salt" + user.encode())[:SALT_BYTES]
    return ScramVerifier(iterations, salt, secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))


def _keyed(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
