"""The addresses in the header of a Suricata or Snort rule: lists, with those that are taken off them again."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

_MOST_TAKEN_OFF = 64
_MOST_PORTS = 64
_Network = IPv4Network | IPv6Network


def addresses_of(addresses: str, ports: str) -> Iterator[str]:
    """The addresses, networks and pairs that one end of a rule names; none for `any` and variables.

    Raises:
        ValueError: It cannot be said without the ports, or is no list of addresses.
    """
    wanted, taken_off = _lists(addresses)
    if not wanted:
        return
    numbers = _ports(ports)
    for network in wanted:
        for part in _without(network, taken_off):
            alone = part.num_addresses == 1
            if not numbers:
                yield str(part.network_address) if alone else str(part)
            elif not alone:
                raise ValueError(f"no indicator says a network with a port: {part} {ports}")
            else:
                address = str(part.network_address)
                yield from (f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for port in numbers)


def _lists(text: str) -> tuple[list[_Network], list[_Network]]:
    wanted: list[_Network] = []
    taken_off: list[_Network] = []
    if "![" in text.replace(" ", ""):
        raise ValueError(f"a list that is taken off another: {text[:80]!r}")
    for word in text.replace("[", " ").replace("]", " ").replace(",", " ").split():
        member = word.removeprefix("!")
        if member == "any" or member.startswith("$") or not member:
            continue
        try:
            network = ip_network(member, strict=False)
        except ValueError:
            raise ValueError(f"{member[:80]!r} is no address") from None
        (taken_off if word.startswith("!") else wanted).append(network)
    if len(taken_off) > _MOST_TAKEN_OFF:
        raise ValueError(f"more than {_MOST_TAKEN_OFF} addresses are taken off a list")
    return wanted, taken_off


def _without(network: _Network, taken_off: list[_Network]) -> list[_Network]:
    left = [network]
    for off in taken_off:
        left = [part for whole in left for part in _less(whole, off)]
    return left


def _less(whole: _Network, off: _Network) -> list[_Network]:
    if isinstance(whole, IPv4Network) and isinstance(off, IPv4Network):
        if whole.subnet_of(off):
            return []
        return list(whole.address_exclude(off)) if off.subnet_of(whole) else [whole]
    if isinstance(whole, IPv6Network) and isinstance(off, IPv6Network):
        if whole.subnet_of(off):
            return []
        return list(whole.address_exclude(off)) if off.subnet_of(whole) else [whole]
    return [whole]


def _ports(text: str) -> list[str]:
    """Plain numbers; none where every port counts."""
    words = text.strip("[]").replace(" ", "").split(",")
    if any(word == "any" or word.startswith("$") for word in words) and len(words) == 1:
        return []
    if not all(word.isdecimal() for word in words) or len(words) > _MOST_PORTS:
        raise ValueError(f"no indicator says these ports: {text[:80]!r}")
    return words
