"""The allowlist at work: which of its entries, if any, holds a detection back."""

import hashlib
import ipaddress
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from vedette.config.allowlist import AllowlistEntry
from vedette.detections.in_force import digest_of
from vedette.index.lists import ListedValue, Lists

_LONGEST_ADDRESS = 45


class Allowlist:
    """Entries that can be asked. Shared by every thread.

    Args:
        entries: Those whose value has no normal form are in `refused`, and hold nothing.

    Attributes:
        lists: The values of all entries, in force or not.
        asks_ends: Whether an entry's word depends on the ends of a connection.
    """

    def __init__(self, entries: Sequence[AllowlistEntry] = ()) -> None:
        self.entries = tuple(entries)
        self.lists, self.refused = Lists.of(_listed(number, entry) for number, entry in enumerate(entries))
        self._reaches = tuple(_Reach(entry) for entry in entries)
        self.asks_ends = any(entry.networks for entry in entries)
        self.digest = digest_of(map(repr, self.entries))

    def holding(
        self, kind: str, normal_form: str, *, feed: str, profile: str, near: str, far: str, now: datetime
    ) -> AllowlistEntry | None:
        """The first entry that holds back a detection of this observable by this feed; None if none does."""
        for name in self.lists.ask(kind, normal_form):
            number = int(name)
            entry = self.entries[number]
            if not entry.has_expired(now) and self._reaches[number].takes(feed, profile, near, far):
                return entry
        return None

    def know(self, kinds: Sequence[str], normal_forms: list[str]) -> list[bool]:
        """Whether any entry, in force or not, is about each of these observables."""
        return list(map(bool, self.lists.ask_all(kinds, normal_forms)))


class _Reach:
    """Which detections an entry is about, besides its value."""

    def __init__(self, entry: AllowlistEntry) -> None:
        self._feeds, self._profiles = entry.feeds, entry.profiles
        self._networks = tuple(ipaddress.ip_network(network) for network in entry.networks)

    def takes(self, feed: str, profile: str, near: str, far: str) -> bool:
        return (
            (not self._feeds or feed in self._feeds)
            and (not self._profiles or profile in self._profiles)
            and (not self._networks or any(self._holds(end) for end in (near, far)))
        )

    def _holds(self, end: str) -> bool:
        address = _address(end) if len(end) <= _LONGEST_ADDRESS else None
        return address is not None and any(address in network for network in self._networks)


@lru_cache(4096)
def _address(end: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(end)
    except ValueError:
        return None


def _listed(number: int, entry: AllowlistEntry) -> ListedValue:
    return ListedValue(str(number), entry.value, entry.kind, entry.scope)


def key_of(entry: AllowlistEntry) -> str:
    """What an entry is counted by: the same value for the same detections, whoever answers for it."""
    about = (entry.value, entry.kind, entry.scope, entry.feeds, entry.profiles, entry.networks)
    return hashlib.sha256(repr(about).encode("utf-8", "backslashreplace")).hexdigest()[:16]
