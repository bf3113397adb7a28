"""Read and write network addresses: inet, cidr, macaddr and macaddr8, which travel as their texts.

Source: https://www.postgresql.org/docs/15/datatype-net-types.html, src/backend/utils/adt/network.c
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

from pgddb.errors import InvalidBinaryRepresentation, InvalidTextRepresentation

_WIDTHS = {4: 32, 6: 128}
_FAMILIES = {4: 2, 6: 3}
"""PGSQL_AF_INET and PGSQL_AF_INET6, as the binary form has them."""


@dataclass(frozen=True, slots=True)
class Network:
    """An address with the length of its network's mask.

    Attributes:
        version: 4 or 6.
        address: all bits, those of the host too.
        bits: of the mask.
    """

    version: int
    address: int
    bits: int

    @property
    def width(self) -> int:
        """Give the bits of an address of this version."""
        return _WIDTHS[self.version]

    @property
    def host_mask(self) -> int:
        """Give the bits that are not the network's."""
        return (1 << (self.width - self.bits)) - 1


def read_network(text: str, kind: str = "inet") -> Network:
    """Read the text of an inet or cidr.

    >>> read_network("10.1.2.3/8")
    Network(version=4, address=167838211, bits=8)
    >>> read_network("192.168", "cidr").bits
    24

    Raises:
        InvalidTextRepresentation: it is none, or a cidr has bits to the right of its mask.
    """
    written, has_mask, mask = text.strip().partition("/")
    error = InvalidTextRepresentation(f'invalid input syntax for type {kind}: "{text}"')
    if has_mask and not re.fullmatch(r"\d{1,3}", mask, re.ASCII):
        raise error
    bits = int(mask) if has_mask else None
    found = _read_six(written, bits) if ":" in written else _read_four(written, bits, kind)
    if found is None or not 0 <= found.bits <= found.width:
        raise error
    if kind == "cidr" and found.address & found.host_mask:
        raise InvalidTextRepresentation(f'invalid cidr value: "{text}"', detail="Value has bits set to right of mask.")
    return found


def _read_four(written: str, bits: int | None, kind: str) -> Network | None:
    if not re.fullmatch(r"\d+(\.\d+){0,3}", written, re.ASCII):
        return None
    octets = [int(part) for part in written.split(".")]
    if max(octets) > 255:
        return None
    count = len(octets)
    if bits is None and kind == "cidr":
        bits = max(_class_bits(octets[0], count), count * 8)
    elif bits is None and count == 4:
        bits = 32
    if bits is None or (kind != "cidr" and bits // 8 > count):
        return None
    return Network(4, int.from_bytes(bytes(octets + [0] * (4 - count)), "big"), bits)


def _class_bits(first: int, count: int) -> int:
    """Give the mask of the old class of an address; one of multicast may have 4 bits."""
    if first >= 240:
        return 32
    if first >= 224:
        return 4 if count == 1 and first == 224 else 8
    return 24 if first >= 192 else 16 if first >= 128 else 8


def _read_six(written: str, bits: int | None) -> Network | None:
    if "%" in written:
        return None
    try:
        return Network(6, int(IPv6Address(written)), 128 if bits is None else bits)
    except AddressValueError:
        return None


def address_text(network: Network) -> str:
    """Write the address alone.

    >>> address_text(Network(6, 1, 128)), address_text(Network(6, 0xFFFF01020304, 128))
    ('::1', '::ffff:1.2.3.4')
    """
    if network.version == 4:
        return ".".join(map(str, network.address.to_bytes(4, "big")))
    shown = str(IPv6Address(network.address))
    low = network.address & 0xFFFFFFFF
    if network.address >> 32 == 0xFFFF or (network.address >> 32 == 0 and low >> 16):
        return ("::ffff:" if network.address >> 32 else "::") + address_text(Network(4, low, 32))
    return shown


def network_text(network: Network, kind: str = "inet") -> str:
    """Write an inet, which leaves out the mask of a single host, or a cidr.

    >>> network_text(Network(4, 167838211, 32)), network_text(Network(4, 167838211, 32), "cidr")
    ('10.1.2.3', '10.1.2.3/32')
    """
    shown = address_text(network)
    return shown if kind == "inet" and network.bits == network.width else f"{shown}/{network.bits}"


def network_binary(text: str, kind: str) -> bytes:
    """Do inet_send and cidr_send."""
    network = read_network(text)
    size = network.width // 8
    head = bytes([_FAMILIES[network.version], network.bits, kind == "cidr", size])
    return head + network.address.to_bytes(size, "big")


def read_network_binary(raw: bytes, kind: str) -> str:
    """Do inet_recv and cidr_recv.

    Raises:
        InvalidBinaryRepresentation: the bytes are no address.
    """
    version = {2: 4, 3: 6}.get(raw[0] if raw else 0)
    if version is None:
        raise InvalidBinaryRepresentation(f'invalid address family in external "{kind}" value')
    size = _WIDTHS[version] // 8
    if len(raw) != 4 + size or raw[3] != size:
        raise InvalidBinaryRepresentation(f'invalid length in external "{kind}" value')
    if raw[1] > size * 8:
        raise InvalidBinaryRepresentation(f'invalid bits in external "{kind}" value')
    network = Network(version, int.from_bytes(raw[4:], "big"), raw[1])
    if kind == "cidr" and network.address & network.host_mask:
        raise InvalidBinaryRepresentation(
            'invalid external "cidr" value', detail="Value has bits set to right of mask."
        )
    return network_text(network, kind)


_MAC_FORMS = (
    r"([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}",
    r"([0-9a-f]{1,2}-){5}[0-9a-f]{1,2}",
    r"[0-9a-f]{6}[:-][0-9a-f]{6}",
    r"[0-9a-f]{4}([.-])[0-9a-f]{4}\1[0-9a-f]{4}",
    r"[0-9a-f]{12}",
)
_MAC = [re.compile(form, re.IGNORECASE | re.ASCII) for form in _MAC_FORMS]
_MAC8 = re.compile(r"[0-9a-f]{2}(([:.-]?)[0-9a-f]{2}){5,7}", re.IGNORECASE | re.ASCII)


def mac_text(text: str, kind: str = "macaddr") -> str:
    """Read the text of a macaddr or macaddr8 and write it as PostgreSQL does.

    >>> mac_text("0800.2B01.0203"), mac_text("08002b:010203", "macaddr8")
    ('08:00:2b:01:02:03', '08:00:2b:ff:fe:01:02:03')

    Raises:
        InvalidTextRepresentation: it is none.
    """
    written = text.strip()
    digits: list[str] | None = None
    if kind == "macaddr" and any(form.fullmatch(written) for form in _MAC):
        digits = _octets(written)
    elif kind == "macaddr8" and _MAC8.fullmatch(written) and len(set(re.findall(r"[:.-]", written))) <= 1:
        digits = _octets(written)
        digits = [*digits[:3], "ff", "fe", *digits[3:]] if len(digits) == 6 else digits if len(digits) == 8 else None
    if digits is None:
        raise InvalidTextRepresentation(f'invalid input syntax for type {kind}: "{text}"')
    return ":".join(digits)


def _octets(written: str) -> list[str]:
    parts = re.split(r"[:.-]", written.lower())
    if len(parts) == 6 and all(len(part) <= 2 for part in parts):
        return [part.zfill(2) for part in parts]
    joined = "".join(parts)
    return [joined[at : at + 2] for at in range(0, len(joined), 2)]
