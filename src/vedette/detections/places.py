"""Which addresses and names are the site's own, which nobody on the internet has, and which way connections go."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vedette.index.lists import ListedValue, Lists

if TYPE_CHECKING:
    from vedette.config.harm import Own

BOGONS = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/127",
    "100::/64",
    "2001:db8::/32",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
)
"""What IANA's registries of special-purpose addresses (RFC 6890) keep out of the internet; multicast and reserved."""

_LONGEST_END = 255
"""A longer text is no address and no name."""


class Places:
    """Knows the site's own values and the bogons, of addresses, names and URLs.

    Args:
        own: As configured; its values are known to have normal forms.
    """

    def __init__(self, own: "Own") -> None:
        self._lists, _ = Lists.of(_listed(own))
        # Not a method: a cache that held its owner would keep it from being freed at once.
        self._direction = functools.lru_cache(16_384)(functools.partial(_direction, self._lists))

    def of(self, kind: str, normal_form: str) -> str:
        """What sort of place an observable is: `own`, `bogon`, or empty."""
        return _place(self._lists.ask(kind, normal_form))

    def of_all(self, kinds: Sequence[str], normal_forms: list[str]) -> list[str]:
        """What sort of place each of these observables is."""
        return [_place(known) if known else "" for known in self._lists.ask_all(kinds, normal_forms)]

    def direction(self, near: str, far: str) -> str:
        """Which way a connection goes: inbound, outbound, internal, external; empty where an end is not known."""
        if not near or not far or len(near) > _LONGEST_END or len(far) > _LONGEST_END:
            return ""
        return self._direction(near, far)

    def directions(self, near: list[str], far: list[str]) -> list[str]:
        """Which way each of these connections goes."""
        return _directions(self._lists, near, far)


def _listed(own: "Own") -> Iterator[ListedValue]:
    yield from (ListedValue("own", network, "ip") for network in own.networks)
    yield from (ListedValue("own", name, "domain", "subdomains") for name in own.names)
    yield from (ListedValue("bogon", network, "ip") for network in BOGONS)


def _place(known: tuple[str, ...]) -> str:
    if not known:
        return ""
    return "own" if "own" in known else "bogon"


def _direction(lists: Lists, near: str, far: str) -> str:
    return _directions(lists, [near], [far])[0]


def _directions(lists: Lists, near: list[str], far: list[str]) -> list[str]:
    near_is_own, far_is_own = (lists.holds_ends("own", ends, _LONGEST_END) for ends in (near, far))
    return [_DIRECTIONS.get(ends, "") for ends in zip(near_is_own, far_is_own, strict=True)]


_DIRECTIONS: Mapping[tuple[bool | None, bool | None], str] = {
    (True, True): "internal",
    (True, False): "outbound",
    (False, True): "inbound",
    (False, False): "external",
}
"""By whether the near end is the site's own, and the far end; nothing is said where one is neither address nor name."""
