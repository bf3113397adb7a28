"""Define PostgreSQL's functions and operators of network addresses, over their texts.

Source: https://www.postgresql.org/docs/15/functions-net.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pgddb.errors import FeatureNotSupported, InvalidParameterValue, NumericValueOutOfRange
from pgddb.pgtypes.network import Network, address_text, mac_text, network_text, read_network
from pgddb.sql.functions.scalar import ScalarFunction, by_value


def read(text: str, kind: str) -> str:
    """Read a text as inet, cidr, macaddr or macaddr8 and give its canonical text."""
    return mac_text(text, kind) if kind.startswith("mac") else network_text(read_network(text, kind), kind)


def sort_key(text: str) -> bytes:
    """Give the key of an address: by version, the network's bits, then all bits.

    >>> sorted(["10.0.0.2", "10.0.0.0/8", "9.1.1.1", "::1", "10.0.0.2/8"], key=sort_key)
    ['9.1.1.1', '10.0.0.0/8', '10.0.0.2/8', '10.0.0.2', '::1']
    """
    network = read_network(text)
    prefix = format(network.address, f"0{network.width}b")[: network.bits].encode()
    return bytes([network.version]) + prefix + b"\0" + network.address.to_bytes(network.width // 8, "big")


def text_of(name: str, text: str) -> str:
    """Do host, network, broadcast and their like.

    >>> text_of("host", "10.1.2.3/8"), text_of("network", "10.1.2.3/8"), text_of("text", "10.1.2.3")
    ('10.1.2.3', '10.0.0.0/8', '10.1.2.3/32')
    """
    network = read_network(text)
    if name in ("host", "text"):
        return address_text(network) if name == "host" else network_text(network, "cidr")
    if name in ("abbrev", "inet"):
        return network_text(network)
    if name == "abbrev cidr":
        return _abbreviated(network)
    return _DERIVED[name](network)


def _abbreviated(network: Network) -> str:
    if network.version == 6:
        raise FeatureNotSupported("abbrev of a cidr of IPv6 is not supported")
    octets = address_text(network).split(".")[: max((network.bits + 7) // 8, 1)]
    return f"{'.'.join(octets)}/{network.bits}"


def _only_network(network: Network) -> Network:
    return replace(network, address=network.address & ~network.host_mask)


def _all_bits(network: Network) -> int:
    return int((1 << network.width) - 1)


_DERIVED: dict[str, Callable[[Network], str]] = {
    "network": lambda network: network_text(_only_network(network), "cidr"),
    "cidr": lambda network: network_text(_only_network(network), "cidr"),
    "broadcast": lambda network: network_text(replace(network, address=network.address | network.host_mask)),
    "netmask": lambda network: address_text(replace(network, address=_all_bits(network) ^ network.host_mask)),
    "hostmask": lambda network: address_text(replace(network, address=network.host_mask)),
    "~": lambda network: network_text(replace(network, address=_all_bits(network) ^ network.address)),
}


def number_of(name: str, text: str) -> int:
    """Do masklen and family."""
    network = read_network(text)
    return network.bits if name == "masklen" else network.version


def test(sign: str, left: str, right: str) -> bool:
    """Say whether a network holds another, or both have addresses in common.

    >>> test("<<", "10.1.2.3", "10.0.0.0/8"), test("<<", "10.0.0.0/8", "10.0.0.0/8"), test("&&", "10.1.0.0/16", "10/8")
    (True, False, True)
    """
    one, other = read_network(left), read_network(right)
    if one.version != other.version or sign == "same":
        return one.version == other.version
    shorter = min(one.bits, other.bits)
    alike = one.address >> (one.width - shorter) == other.address >> (one.width - shorter)
    fits = {
        "<<": one.bits > other.bits,
        "<<=": one.bits >= other.bits,
        ">>": one.bits < other.bits,
        ">>=": one.bits <= other.bits,
        "&&": True,
    }
    return alike and fits[sign]


def combined(sign: str, left: str, right: str) -> str:
    """Do & and | of two addresses, and inet_merge."""
    one, other = read_network(left), read_network(right)
    if sign == "merge":
        if one.version != other.version:
            raise InvalidParameterValue("cannot merge addresses from different families")
        bits = min(one.bits, other.bits)
        bits = min(bits, one.width - (one.address ^ other.address).bit_length())
        return network_text(_only_network(replace(one, bits=bits)), "cidr")
    if one.version != other.version:
        verb = {"&": "AND", "|": "OR"}[sign]
        raise InvalidParameterValue(f"cannot {verb} inet values of different sizes")
    address = one.address & other.address if sign == "&" else one.address | other.address
    return network_text(Network(one.version, address, max(one.bits, other.bits)))


def moved(text: str, distance: int) -> str:
    """Do inet + bigint."""
    network = read_network(text)
    address = network.address + distance
    if not 0 <= address <= _all_bits(network):
        raise NumericValueOutOfRange("result is out of range")
    return network_text(replace(network, address=address))


def distance(left: str, right: str) -> int:
    """Do inet - inet."""
    one, other = read_network(left), read_network(right)
    if one.version != other.version:
        raise InvalidParameterValue("cannot subtract inet values of different sizes")
    found = one.address - other.address
    if not -(2**63) <= found < 2**63:
        raise NumericValueOutOfRange("result is out of range")
    return found


def with_mask(text: str, bits: int, kind: str) -> str:
    """Do set_masklen; of a cidr, only the network's bits stay."""
    network = read_network(text)
    bits = network.width if bits == -1 else bits
    if not 0 <= bits <= network.width:
        raise InvalidParameterValue(f"invalid mask length: {bits}")
    changed = replace(network, bits=bits)
    return network_text(_only_network(changed) if kind == "cidr" else changed, kind)


def mac_changed(name: str, text: str) -> str:
    """Do trunc, the casts between macaddr and macaddr8, and ~."""
    octets = text.split(":")
    if name == "trunc":
        return ":".join(octets[:3] + ["00"] * (len(octets) - 3))
    if name == "~":
        return ":".join(f"{255 - int(octet, 16):02x}" for octet in octets)
    if name == "macaddr8":
        return mac_text(text, "macaddr8")
    if name == "macaddr8_set7bit":
        return ":".join([f"{int(octets[0], 16) | 2:02x}", *octets[1:]])
    if octets[3:5] != ["ff", "fe"]:
        raise NumericValueOutOfRange(
            "macaddr8 data out of range to convert to macaddr",
            hint="Only addresses that have FF and FE as values in the 4th and 5th bytes from the left, "
            "for example xx:xx:xx:ff:fe:xx:xx:xx, are eligible to be converted from macaddr8 to macaddr.",
        )
    return ":".join(octets[:3] + octets[5:])


def mac_combined(sign: str, left: str, right: str) -> str:
    """Do & and | of two MAC addresses."""
    pairs = zip(left.split(":"), right.split(":"), strict=True)
    numbers = [(int(one, 16), int(other, 16)) for one, other in pairs]
    return ":".join(f"{one & other if sign == '&' else one | other:02x}" for one, other in numbers)


FUNCTIONS: tuple[ScalarFunction, ...] = (
    by_value("pgddb_network", ("VARCHAR", "VARCHAR"), "VARCHAR", read),
    by_value("pgddb_network_key", ("VARCHAR",), "BLOB", sort_key),
    by_value("pgddb_network_text", ("VARCHAR", "VARCHAR"), "VARCHAR", text_of),
    by_value("pgddb_network_number", ("VARCHAR", "VARCHAR"), "INTEGER", number_of),
    by_value("pgddb_network_test", ("VARCHAR", "VARCHAR", "VARCHAR"), "BOOLEAN", test),
    by_value("pgddb_network_combined", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR", combined),
    by_value("pgddb_network_moved", ("VARCHAR", "BIGINT"), "VARCHAR", moved),
    by_value("pgddb_network_distance", ("VARCHAR", "VARCHAR"), "BIGINT", distance),
    by_value("pgddb_network_masked", ("VARCHAR", "INTEGER", "VARCHAR"), "VARCHAR", with_mask),
    by_value("pgddb_mac_changed", ("VARCHAR", "VARCHAR"), "VARCHAR", mac_changed),
    by_value("pgddb_mac_combined", ("VARCHAR", "VARCHAR", "VARCHAR"), "VARCHAR", mac_combined),
)
