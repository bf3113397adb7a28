"""Import aiohttp without the certificate authorities that it reads for itself: a twentieth of a start."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator

READERS = ("load_default_certs", "set_default_verify_paths")
"""Methods of SSLContext that read the authorities of the system; each of the two contexts of aiohttp calls one."""


@contextlib.contextmanager
def without_authorities() -> Iterator[None]:
    """Let contexts that are made meanwhile know no authority, so that they trust nobody.

    aiohttp makes two when it is imported. Neither is used: aiobotocore's sessions and pgddb's own connections make
    theirs, with the authorities that AWS's configuration names. Should one be used after all, its connections fail.
    """
    kept = {name: vars(ssl.SSLContext)[name] for name in READERS if name in vars(ssl.SSLContext)}
    for name in READERS:
        setattr(ssl.SSLContext, name, _read_nothing)
    try:
        yield
    finally:
        for name in READERS:
            if name in kept:
                setattr(ssl.SSLContext, name, kept[name])
            else:
                delattr(ssl.SSLContext, name)


def _read_nothing(*_: object) -> None:
    """Stand for a reader."""
