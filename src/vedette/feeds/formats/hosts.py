"""Hosts files: names that are sent to nowhere."""

import re
from collections.abc import Iterable

from vedette.feeds.formats.lines import LineFormat, Reading, without_comment
from vedette.feeds.rejects import LeftOut

_ONE_NAME = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1)[ \t]+([^\s#]+)")
_NOWHERE = re.compile(r"(?:0\.0\.0\.0|0|127\.\d+\.\d+\.\d+|::|::1|fe80::1(?:%\w+)?|::ffff:(?:0\.0\.0\.0|127\.0\.0\.1))")
_ADDRESS = re.compile(r"[\d.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%\w+)?")
_OWN_NAMES = frozenset(
    {
        "localhost",
        "localhost.localdomain",
        "localhost4",
        "localhost4.localdomain4",
        "localhost6",
        "localhost6.localdomain6",
        "local",
        "broadcasthost",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
        "loopback",
        "0.0.0.0",  # noqa: S104 - the name that some lists have in their first line
    }
)
OWN = "names of the machine itself"
ANSWERED = "lines with an address that is not nowhere"


class HostsFormat(LineFormat):
    """Lines of `0.0.0.0 name`: each name of a line whose address is nowhere is a domain, and that name alone.

    What every hosts file has (`localhost`, `ip6-allnodes`) is left out, and so are lines with a real address.
    """

    def readings(self, line: str) -> Iterable[Reading]:
        """The names of one line."""
        one = _ONE_NAME.fullmatch(line)
        if one and one[1].lower() not in _OWN_NAMES:
            return ((one[1], "domain", "host", None),)
        address, *names = without_comment(line).split()
        if not _NOWHERE.fullmatch(address):
            if not _ADDRESS.fullmatch(address):
                raise ValueError(f"a line of a hosts file begins with an address; this one with {address!r}")
            if not _OWN_NAMES.isdisjoint(name.lower() for name in names):
                raise LeftOut(OWN)
            raise LeftOut(ANSWERED)
        if not names:
            raise ValueError(f"no name behind {address}")
        found: list[Reading] = [(name, "domain", "host", None) for name in names if name.lower() not in _OWN_NAMES]
        if not found:
            raise LeftOut(OWN)
        return found


def looks_like_hosts(lines: list[str]) -> bool:
    """Whether all lines begin with an address, and most with one that is nowhere."""
    words = [line.split() for line in lines]
    if not words or any(len(line) < 2 or not _ADDRESS.fullmatch(line[0]) for line in words):
        return False
    nowhere = sum(_NOWHERE.fullmatch(line[0]) is not None for line in words)
    return 2 * nowhere > len(words)
