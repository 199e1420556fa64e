"""BIND's configuration: zones that it answers from an empty file."""

import re
from typing import TYPE_CHECKING, ClassVar

from vedette.feeds.formats.lines import LineFormat, without_comment
from vedette.feeds.rejects import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vedette.feeds.formats.lines import Reading

_ZONE = re.compile(r'zone\s+"?([^\s"{]+)"?\s+(?:IN\s+)?\{([^{}]*)\}\s*;?', re.IGNORECASE)
_OWN = re.compile(r'\btype\s+"?(?:master|primary)"?\s*;', re.IGNORECASE)


class BindFormat(LineFormat):
    """Lines of `zone "name" { type master; file "null.zone.file"; };`: the name with all below it.

    A zone that is forwarded or fetched from elsewhere is left out.
    """

    comments: ClassVar[tuple[str, ...]] = ("#", "//")

    def readings(self, line: str) -> "Iterable[Reading]":
        """The zone of one line."""
        zone = _ZONE.fullmatch(without_comment(line))
        if zone is None:
            raise ValueError(f"{line[:80]!r} is no zone in one line")
        if not _OWN.search(zone[2]):
            raise LeftOut("zones that come from elsewhere")
        return ((zone[1], "domain", "subdomains", None),)


def looks_like_bind(lines: list[str]) -> bool:
    """Whether most lines are zones."""
    return 2 * sum(line.startswith("zone ") and "{" in line for line in lines) > len(lines)
