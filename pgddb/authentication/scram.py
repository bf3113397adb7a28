"""Lead the server's side of one SCRAM-SHA-256 exchange, with or without channel binding.

`scramp` has a server too, but refuses the empty user name that libpq sends: PostgreSQL takes the name of the
startup packet and no other.

Source: https://www.rfc-editor.org/rfc/rfc5802, RFC 7677, RFC 5929, and src/backend/libpq/auth-scram.c of PostgreSQL 15
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from pgddb.authentication.verifier import KEY_BYTES, MECHANISM, ScramVerifier
from pgddb.errors import FeatureNotSupported, InvalidAuthorizationSpecification, ProtocolViolation, SqlError

MECHANISM_PLUS = "SCRAM-SHA-256-PLUS"
BINDING_TYPE = "tls-server-end-point"
NONCE_BYTES = 18
"""As SCRAM_RAW_NONCE_LEN in the PostgreSQL source."""

_FIRST = re.compile(r"(?P<header>(?P<flag>n|y|p=(?P<binding>[^,]*)),(?P<name>[^,]*),)(?P<bare>.*)", re.DOTALL)
_BARE = re.compile(r"n=[^,]*,r=(?P<nonce>[^,]*)(?:,.*)?", re.DOTALL)
_FINAL = re.compile(r"(?P<signed>c=(?P<binding>[^,]*),r=(?P<nonce>[^,]*)(?:,[A-Za-z]=[^,]*)*?),p=(?P<proof>[^,]*)")
_PRINTABLE = re.compile(r"[\x21-\x2b\x2d-\x7e]+")


@dataclass(frozen=True, slots=True)
class ChannelBinding:
    """What ties an exchange to its TLS connection.

    Attributes:
        end_point: tls-server-end-point, a hash of our certificate; None if its signature has no hash (Ed25519).
    """

    end_point: bytes | None = field(repr=False)


def mechanisms(binding: ChannelBinding | None) -> tuple[str, ...]:
    """Give the mechanisms to offer; `binding` is None without TLS."""
    plus = binding is not None and binding.end_point is not None
    return (MECHANISM_PLUS, MECHANISM) if plus else (MECHANISM,)


class ScramExchange:
    """One exchange: `first`, then `final`; both raise what the client is told."""

    def __init__(self, verifier: ScramVerifier, mechanism: str, binding: ChannelBinding | None) -> None:
        """Begin with the mechanism that the client has chosen.

        Raises:
            ProtocolViolation: it was not offered.
        """
        if mechanism not in mechanisms(binding):
            raise ProtocolViolation("client selected an invalid SASL authentication mechanism")
        self._verifier = verifier
        self._plus = mechanism == MECHANISM_PLUS
        self._end_point = None if binding is None else binding.end_point
        self._header = ""
        self._first_bare = ""
        self._first_answer = ""
        self._nonce = ""

    def first(self, message: bytes) -> bytes:
        """Take the client's first message and give the server's: nonce, salt, iterations."""
        found = _FIRST.fullmatch(_text(message))
        if found is None:
            raise _malformed("Expected a GS2 header.")
        self._check_binding_flag(found["flag"][0], found["binding"])
        if found["name"]:
            raise FeatureNotSupported("client uses authorization identity, but it is not supported")
        if found["bare"].startswith("m="):
            raise FeatureNotSupported("client requires an unsupported SCRAM extension")
        bare = _BARE.fullmatch(found["bare"])
        if bare is None:
            raise _malformed('Expected attributes "n" and "r".')
        if not _PRINTABLE.fullmatch(bare["nonce"]):
            raise ProtocolViolation("non-printable characters in SCRAM nonce")
        self._header, self._first_bare = found["header"], found["bare"]
        self._nonce = bare["nonce"] + _base64(secrets.token_bytes(NONCE_BYTES))
        self._first_answer = f"r={self._nonce},s={_base64(self._verifier.salt)},i={self._verifier.iterations}"
        return self._first_answer.encode("ascii")

    def final(self, message: bytes) -> bytes | None:
        """Take the client's proof and give the server's; None if the password is wrong."""
        found = _FINAL.fullmatch(_text(message))
        if found is None:
            raise _malformed("Expected channel binding, nonce and proof.")
        if not hmac.compare_digest(found["binding"].encode(), self._expected_binding().encode()):
            raise InvalidAuthorizationSpecification("SCRAM channel binding check failed")
        if not hmac.compare_digest(found["nonce"].encode(), self._nonce.encode()):
            raise ProtocolViolation("invalid SCRAM response", detail="Nonce does not match.")
        signed = f"{self._first_bare},{self._first_answer},{found['signed']}".encode()
        if not self._proves(_proof(found["proof"]), signed):
            return None
        return b"v=" + base64.b64encode(hmac.digest(self._verifier.server_key, signed, "sha256"))

    def _check_binding_flag(self, flag: str, kind: str | None) -> None:
        """Compare what the client says of channel binding with what it chose and what we offered."""
        if flag == "p":
            if not self._plus:
                raise _malformed(
                    "The client selected SCRAM-SHA-256 without channel binding, "
                    "but the SCRAM message includes channel binding data."
                )
            if kind != BINDING_TYPE:
                raise ProtocolViolation(f'unsupported SCRAM channel-binding type "{_shown(kind or "")}"')
            return
        if self._plus:
            raise _malformed(
                "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding data."
            )
        if flag == "y" and self._end_point is not None:
            raise InvalidAuthorizationSpecification(
                "SCRAM channel binding negotiation error",
                detail="The client supports SCRAM channel binding but thinks the server does not.  "
                "However, this server does support channel binding.",
            )

    def _expected_binding(self) -> str:
        bound = self._end_point or b"" if self._plus else b""
        return _base64(self._header.encode() + bound)

    def _proves(self, proof: bytes, signed: bytes) -> bool:
        signature = hmac.digest(self._verifier.stored_key, signed, "sha256")
        client_key = bytes(a ^ b for a, b in zip(proof, signature, strict=True))
        return hmac.compare_digest(hashlib.sha256(client_key).digest(), self._verifier.stored_key)


def _proof(written: str) -> bytes:
    try:
        proof = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        proof = b""
    if len(proof) != KEY_BYTES:
        raise _malformed("Malformed proof in client-final-message.")
    return proof


def _text(message: bytes) -> str:
    try:
        return message.decode()
    except UnicodeDecodeError:
        raise _malformed("The message is not UTF-8.") from None


def _malformed(detail: str) -> SqlError:
    return ProtocolViolation("malformed SCRAM message", detail=detail)


def _shown(text: str) -> str:
    """Show a stranger's text: short and printable."""
    return "".join(sign if "!" <= sign <= "~" else "?" for sign in text[:30])


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
