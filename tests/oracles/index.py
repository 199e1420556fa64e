"""What an index must answer, found slowly: every entry is held against every question."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Known:
    """An entry: equal ones are one."""

    kind: str
    normal_form: str
    scope: str
    feed: str
    text: str


def look_up(
    entries: list[Known], kind: str, normal_form: str, *, www: bool = False, port: str = ""
) -> list[list[Known]]:
    """The entries that know this observable, in tiers: the most specific first.

    Args:
        kind: The observable's.
        normal_form: The observable's.
        www: Whether a URL's host had the `www.` that its normal form lacks.
        port: The port of a URL's host, if the URL had one.
    """
    distinct = list(dict.fromkeys(entries))
    return [tier for tier in _tiers(distinct, kind, normal_form, www=www, port=port) if tier]


def host_of(url: str) -> str:
    """What stands before the path and the query."""
    return re.split(r"[/?]", url, maxsplit=1)[0]


def _tiers(entries: list[Known], kind: str, normal_form: str, *, www: bool, port: str) -> Iterator[list[Known]]:
    if kind in ("ipv4", "ipv6"):
        yield from _address(entries, normal_form)
    elif kind == "ip_port":
        yield from _pair(entries, normal_form)
    elif kind == "cidr":
        yield from _network(entries, ipaddress.ip_network(normal_form))
    elif kind == "domain":
        yield from _domain(entries, normal_form)
    elif kind == "email":
        yield _exactly(entries, "email", normal_form)
        yield from _domain(entries, normal_form.rpartition("@")[2])
    elif kind == "url":
        yield from _url(entries, normal_form)
        host = host_of(normal_form)
        if port and _is_address(host):
            yield from _pair(entries, _unmapped(f"{host}:{port}"))
        else:
            yield from _host(entries, host, www=www)
    else:
        yield _exactly(entries, kind, normal_form)


def _pair(entries: list[Known], pair: str) -> Iterator[list[Known]]:
    yield _exactly(entries, "ip_port", pair, ("exact",))
    yield _exactly(entries, "ip_port", pair, ("host",))
    yield from _address([entry for entry in entries if entry.normal_form != pair], pair.rpartition(":")[0].strip("[]"))


def _unmapped(pair: str) -> str:
    """IPv4 in IPv6 is IPv4 where it has a port."""
    return re.sub(r"\[::ffff:([\d.]+)\]", r"\1", pair)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _exactly(entries: list[Known], kind: str, normal_form: str, scopes: tuple[str, ...] = ()) -> list[Known]:
    return [
        entry
        for entry in entries
        if (entry.kind, entry.normal_form) == (kind, normal_form) and (not scopes or entry.scope in scopes)
    ]


def _address(entries: list[Known], normal_form: str) -> Iterator[list[Known]]:
    address = ipaddress.ip_address(normal_form)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    if mapped:
        yield from _address(entries, str(mapped))
    yield _exactly(entries, f"ipv{address.version}", normal_form)
    yield [
        entry
        for entry in entries
        if (entry.kind, entry.scope) == ("ip_port", "host")
        and entry.normal_form.rpartition(":")[0].strip("[]") == normal_form
    ]
    yield from _networks(entries, ipaddress.ip_network(address))


def _network(entries: list[Known], asked: Network) -> Iterator[list[Known]]:
    if isinstance(asked, ipaddress.IPv6Network) and asked.prefixlen >= 96 and asked.network_address.ipv4_mapped:
        mapped = asked.network_address.ipv4_mapped
        yield from _networks(entries, ipaddress.IPv4Network((mapped, asked.prefixlen - 96)))
    yield from _networks(entries, asked)


def _networks(entries: list[Known], inside: Network) -> Iterator[list[Known]]:
    around: dict[int, list[Known]] = {}
    for entry in entries:
        if entry.kind != "cidr":
            continue
        network = ipaddress.ip_network(entry.normal_form)
        if _is_around(network, inside):
            around.setdefault(network.prefixlen, []).append(entry)
    for length in sorted(around, reverse=True):
        yield around[length]


def _is_around(network: Network, inside: Network) -> bool:
    same_family = network.version == inside.version
    return same_family and network.prefixlen <= inside.prefixlen and inside.network_address in network


def _domain(entries: list[Known], domain: str) -> Iterator[list[Known]]:
    yield _exactly(entries, "domain", domain)
    labels = domain.split(".")
    for position in range(1, len(labels)):
        yield _exactly(entries, "domain", ".".join(labels[position:]), ("subdomains",))


def _host(entries: list[Known], host: str, *, www: bool) -> Iterator[list[Known]]:
    if _is_address(host):
        yield from _address(entries, host.strip("[]"))
        return
    if www:
        yield _exactly(entries, "domain", f"www.{host}")
    yield from _domain(entries, host)


def _url(entries: list[Known], url: str) -> Iterator[list[Known]]:
    yield _exactly(entries, "url", url, ("exact",))
    for length in range(len(url), 0, -1):
        if length == len(url) or (url[length] in "/?" and "?" not in url[:length]):
            yield _exactly(entries, "url", url[:length], ("prefix",))
    yield [entry for entry in entries if entry.scope == "mask" and _mask_matches(entry.normal_form, url)]


def _mask_matches(mask: str, url: str) -> bool:
    mask_host, url_host = host_of(mask), host_of(url)
    if mask != mask_host:
        return _glob(mask_host, url_host) and _glob(mask[len(mask_host) :], url[len(url_host) :])
    return _glob(mask, url_host)


def _glob(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None
