"""Decide by address, user and encryption how a client must prove who it is, as pg_hba.conf does.

Source: https://www.postgresql.org/docs/15/auth-pg-hba-conf.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


class Method(Enum):
    """How a client proves who it is."""

    TRUST = "trust"
    SCRAM = "scram"
    REJECT = "reject"


class AccessRule(Struct, frozen=True):
    """One rule; the first that fits a client counts, and a client that none fits is refused.

    Attributes:
        networks: addresses of clients, None for all.
        users: names, None for all.
        tls: True only with TLS, False only without, None either way.
    """

    method: Method
    networks: tuple[Network, ...] | None = None
    users: frozenset[str] | None = None
    tls: bool | None = None

    def fits(self, address: Address | None, user: str, *, encrypted: bool) -> bool:
        """Say whether the rule is for this client; one without an address is local."""
        if self.tls is not None and self.tls is not encrypted:
            return False
        if self.users is not None and user not in self.users:
            return False
        return self.networks is None or address is None or any(address in network for network in self.networks)


def read_networks(written: Iterable[str]) -> tuple[Network, ...] | None:
    """Read addresses and networks; "loopback" and "all" are words for them.

    >>> read_networks(["loopback", "10.0.0.0/8"])
    (IPv4Network('127.0.0.0/8'), IPv6Network('::1/128'), IPv4Network('10.0.0.0/8'))

    Raises:
        ValueError: one is neither.
    """
    networks: list[Network] = []
    for text in written:
        if text == "all":
            return None
        networks += LOOPBACK if text == "loopback" else (ipaddress.ip_network(text),)
    return tuple(networks)


def client_address(text: str) -> Address:
    """Read a client's address; IPv4 that came over an IPv6 socket is IPv4.

    >>> client_address("::ffff:10.1.2.3")
    IPv4Address('10.1.2.3')
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
