"""dnsmasq's configuration: domains that it answers with nothing or with a sinkhole."""

import re
from collections.abc import Iterable

from vedette.feeds.formats.lines import LineFormat, Reading, without_comment
from vedette.feeds.rejects import LeftOut

_ONE_DOMAIN = re.compile(r"(?:address=/([^/#*.][^/#]*)/[^/\s]*|(?:local|server)=/([^/#*.][^/#]*)/)")
_OPTION = re.compile(r"(?:--)?([a-z0-9-]+)(?:\s*=\s*(.*))?")
_DOMAINS = re.compile(r"/(.*)/([^/]*)")
_BLOCKING = ("address", "server", "local")
FORWARDED = "domains that are sent to a server of their own"
OTHER = "options that block no domain"


class DnsmasqFormat(LineFormat):
    """Lines of `address=/name/…`, `server=/name/` and `local=/name/`; each name reaches all names below it.

    A `server=` with an address forwards its names rather than block them, and is left out like all other options.
    """

    def readings(self, line: str) -> Iterable[Reading]:
        """The domains of one line."""
        one = _ONE_DOMAIN.fullmatch(line)
        if one:
            return ((one[1] or one[2], "domain", "subdomains", None),)
        option = _OPTION.fullmatch(without_comment(line))
        if option is None:
            raise ValueError(f"{line[:80]!r} is no option of dnsmasq")
        if option[1] not in _BLOCKING:
            raise LeftOut(OTHER)
        said = _DOMAINS.fullmatch(option[2] or "")
        if said is None:
            raise LeftOut(OTHER)
        if said[2] and option[1] != "address":
            raise LeftOut(FORWARDED)
        names = [name for name in said[1].split("/") if name]
        if not names or "#" in names:
            raise ValueError(f"{option[0][:80]!r} is for every domain, or for none")
        # Its own wildcard (`/*.name/`) and a dot in front are the same as the name, or nearly so.
        return [(name.removeprefix("*").removeprefix("."), "domain", "subdomains", None) for name in names]


def looks_like_dnsmasq(lines: list[str]) -> bool:
    """Whether most lines are options of this sort."""
    fitting = sum(line.startswith(tuple(f"{option}=/" for option in _BLOCKING)) for line in lines)
    return 2 * fitting > len(lines)
