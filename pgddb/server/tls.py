"""Encrypt one connection: TLS between two buffers, without a socket, and the context that all connections share.

The client may begin with an SSLRequest or with TLS at once, so what arrives is known to be TLS only here:
asyncio's own TLS must be chosen before the first byte.

Source: https://www.postgresql.org/docs/17/protocol-flow.html#PROTOCOL-FLOW-SSL
"""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pgddb.authentication import ChannelBinding

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

ALPN = "postgresql"
READ_BYTES = 256 * 1024
WEAK_HASHES = frozenset(["md5", "sha1"])
"""RFC 5929: certificates signed with one of these are hashed with SHA-256."""


class TlsFiles(Struct, frozen=True):
    """The certificate with its chain, and its key, both as PEM."""

    certificate: Path
    key: Path


class TlsContext(Struct, frozen=True):
    """What every TLS connection begins with."""

    context: ssl.SSLContext
    binding: ChannelBinding


class TlsUnusable(Exception):
    """Certificate or key cannot be used; `hint` says what the user can do about it."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class TlsFailed(Exception):
    """The client's TLS makes no sense, or it did not accept ours."""


def open_context(files: TlsFiles) -> TlsContext:
    """Read certificate and key.

    Raises:
        TlsUnusable: one is missing, they do not belong together, or the key wants a passphrase.
    """
    from cryptography import x509  # noqa: PLC0415 - a server without TLS starts without it

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_alpn_protocols([ALPN])
    for file in (files.certificate, files.key):
        try:
            file.open("rb").close()
        except OSError as error:
            raise TlsUnusable(
                f"cannot read {file}: {(error.strerror or str(error)).lower()}",
                hint="Name the PEM files with --tls-cert-file and --tls-key-file.",
            ) from error
    try:
        context.load_cert_chain(files.certificate, files.key, password=_refuse_passphrase)
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    except (ssl.SSLError, ValueError) as error:
        raise TlsUnusable(
            f"certificate {files.certificate} and key {files.key} cannot be used: {_reason(error)}",
            hint="Both must be PEM files that belong together, the key without a passphrase.",
        ) from error
    return TlsContext(context, ChannelBinding(_end_point(certificate)))


def _refuse_passphrase() -> str:
    raise ValueError("the key wants a passphrase")


def _end_point(certificate: Certificate) -> bytes | None:
    """Hash a certificate as tls-server-end-point asks for.

    Source: https://www.rfc-editor.org/rfc/rfc5929#section-4.1
    """
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - as above

    signed_with = certificate.signature_hash_algorithm
    if signed_with is None:
        return None
    name = "sha256" if signed_with.name in WEAK_HASHES else signed_with.name
    return hashlib.new(name.replace("-", "_"), certificate.public_bytes(Encoding.DER)).digest()


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or str(error)
    return str(reason).replace("_", " ").lower()


class TlsChannel:
    """One connection's TLS. Bytes of the socket go into `receive`, bytes for it come out of `outgoing`."""

    def __init__(self, shared: TlsContext, *, direct: bool) -> None:
        """Begin; `direct` says that the client sent no SSLRequest, so that it must name its protocol."""
        self.binding = shared.binding
        self._direct = direct
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = shared.context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._open = False
        self.ended = False

    def receive(self, arrived: bytes) -> bytes:
        """Take bytes of the socket and give what they say; `outgoing` may have grown.

        Raises:
            TlsFailed: the connection cannot go on; `outgoing` may hold the reason for the client.
        """
        self._incoming.write(arrived)
        try:
            if not self._open:
                self._tls.do_handshake()
                self._open = True
                self._require_protocol()
            return self._read()
        except ssl.SSLWantReadError:
            return b""
        except ssl.SSLError as error:
            raise TlsFailed(_reason(error)) from error

    def encrypt(self, content: bytes | bytearray | memoryview) -> bytes:
        """Give what goes over the socket to say this; before the handshake is done nothing can be said."""
        if not self._open:
            return self.outgoing()
        rest = memoryview(content)
        while rest:
            rest = rest[self._tls.write(rest) :]
        return self.outgoing()

    def farewell(self) -> bytes:
        """Give the last bytes for the socket."""
        if self._open:
            try:
                self._tls.unwrap()
            except ssl.SSLError:
                self._open = False  # it wants the client's farewell too, or the connection is broken: ours is written
        return self.outgoing()

    def outgoing(self) -> bytes:
        """Take what waits for the socket."""
        return self._outgoing.read() if self._outgoing.pending else b""

    def _read(self) -> bytes:
        parts = []
        while True:
            try:
                part = self._tls.read(READ_BYTES)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLZeroReturnError:
                part = b""
            if not part:
                self.ended = True
                break
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _require_protocol(self) -> None:
        """Refuse direct TLS of another protocol (ALPACA), as PostgreSQL 17 does."""
        if self._direct and self._tls.selected_alpn_protocol() != ALPN:
            raise TlsFailed("received direct SSL connection request without ALPN protocol negotiation extension")
