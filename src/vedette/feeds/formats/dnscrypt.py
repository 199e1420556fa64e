"""dnscrypt-proxy's lists of blocked names and blocked addresses."""

import re
from typing import TYPE_CHECKING

from vedette.feeds.formats.lines import LineFormat, without_comment
from vedette.feeds.rejects import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vedette.feeds.formats.lines import Reading

_NAME = re.compile(r"(?:[\w-]+\.)*[\w-]*[a-z_-][\w-]*\.?", re.IGNORECASE)
_PREFIX_OF_IPV4 = re.compile(r"((?:\d{1,3}\.){1,3})\*")
_PREFIX_OF_IPV6 = re.compile(r"((?:[0-9a-f]{1,4}:){1,7})\*", re.IGNORECASE)
_MARKED = re.compile(r"=\S.*|\S+\s+@\w+")
_RULE = re.compile(r"=?[\w.*:?\[\]-]+(?:/\d+)?(?:\s+@\w+)?(?:\s+#.*)?")


class DnscryptFormat(LineFormat):
    """Names, which reach all below them; `=name` is that name alone, `192.0.2.*` the network.

    Other patterns (`ads.*`, `*ads*`) are of no single name, and left out, as are rules for some times only (`@work`).
    """

    def readings(self, line: str) -> "Iterable[Reading]":
        """What one line blocks."""
        if _NAME.fullmatch(line):
            return ((line, "domain", "subdomains", None),)
        rule, *more = without_comment(line).split()
        if more:
            if len(more) == 1 and more[0].startswith("@"):
                raise LeftOut("rules for some times only")
            raise ValueError(f"more than one word: {line[:80]!r}")
        if rule.startswith("="):
            return ((rule[1:], "domain", "host", None),)
        if network := _network(rule):
            return ((network, "cidr", None, None),)
        name = rule.removeprefix("*").removeprefix(".") if rule.startswith("*.") else rule
        if any(mark in name for mark in "*?[") and "::" not in name:
            raise LeftOut("patterns of no single name")
        if _NAME.fullmatch(name):
            return ((name, "domain", "subdomains", None),)
        return ((name.strip("[]"), "ip", None, None),)


def _network(rule: str) -> str | None:
    """`192.0.2.*` and `2001:db8:*` as networks; None for anything else."""
    if of_ipv4 := _PREFIX_OF_IPV4.fullmatch(rule):
        given = of_ipv4[1].count(".")
        return f"{of_ipv4[1]}{'.'.join(['0'] * (4 - given))}/{8 * given}"
    if of_ipv6 := _PREFIX_OF_IPV6.fullmatch(rule):
        return f"{of_ipv6[1]}:/{16 * of_ipv6[1].count(':')}"
    return None


def looks_like_dnscrypt(lines: list[str]) -> bool:
    """Whether all lines may be its rules, and some are such as no other list has; without these it is a plain list."""
    return all(map(_RULE.fullmatch, lines)) and any(map(_MARKED.fullmatch, lines))
