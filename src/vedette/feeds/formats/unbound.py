"""Unbound's configuration: zones that it answers with nothing."""

import re
from typing import TYPE_CHECKING

from vedette.feeds.formats.lines import LineFormat, without_comment
from vedette.feeds.rejects import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vedette.feeds.formats.lines import Reading

_ONE_ZONE = re.compile(r'local-zone:\s*"?([^\s"]+)"?\s+"?([a-z_]+)"?')
_ONE_NAME = re.compile(r"""local-data:\s*["']?([^\s"']+)\s+(?:\d+\s+)?(?:IN\s+)?(?:A|AAAA)\s+([0-9A-Fa-f.:]+)["']?""")
_OPTION = re.compile(r"[a-z-]+:(?:\s.*)?")
_BLOCKING = frozenset(
    {"always_deny", "always_nodata", "always_null", "always_nxdomain", "always_refuse", "block_a", "deny"}
    | {"inform_deny", "inform_redirect", "redirect", "refuse", "static"}
)
_NOWHERE = frozenset({"0.0.0.0", "127.0.0.1", "::", "::0", "::1"})  # noqa: S104 - not an address to listen on


class UnboundFormat(LineFormat):
    """Lines of `local-zone: "name" always_nxdomain`, which reach all below the name, and `local-data:` to nowhere.

    Zones that are answered as usual, data with a real address and all other options are left out.
    """

    def readings(self, line: str) -> "Iterable[Reading]":
        """The zone or the name of one line."""
        zone = _ONE_ZONE.fullmatch(line) or _ONE_ZONE.fullmatch(without_comment(line))
        if zone:
            if zone[2] not in _BLOCKING:
                raise LeftOut("zones that are answered as usual")
            return ((zone[1], "domain", "subdomains", None),)
        line = without_comment(line)
        data = _ONE_NAME.fullmatch(line)
        if data and data[2] in _NOWHERE:
            return ((data[1], "domain", "host", None),)
        if not _OPTION.fullmatch(line):
            raise ValueError(f"{line[:80]!r} is no option of Unbound")
        raise LeftOut("options that block no name")


def looks_like_unbound(lines: list[str]) -> bool:
    """Whether most lines are of zones or their data."""
    return 2 * sum(line.startswith(("local-zone:", "local-data:")) for line in lines) > len(lines)
