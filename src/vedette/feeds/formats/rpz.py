"""Response policy zones: what a resolver answers with nothing, by name or by address."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import TYPE_CHECKING

import msgspec

from vedette.feeds.formats.lines import LineFormat
from vedette.feeds.formats.zone_file import zone_records
from vedette.feeds.rejects import LeftOut

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.formats.lines import Reading
    from vedette.feeds.rejects import Refuse

_NAME_TO_NOTHING = re.compile(r"([^*.\s][^*\s]*) CNAME \.")
_TRIGGER = re.compile(r"(.+)\.rpz-(ip|client-ip|nsip|nsdname)", re.IGNORECASE)
_LEFT_OUT = {
    "client-ip": "rules on who asks",
    "nsip": "rules on name servers",
    "nsdname": "rules on name servers",
}
_ALLOWING = ("rpz-passthru.", "rpz-tcp-only.")


class RpzFormat(LineFormat):
    """Zone files whose names are triggers: `name` is that name alone, `*.name` all below it, `….rpz-ip` a network.

    Passthru rules are exceptions and left out, like rules on clients and on name servers.
    """

    def lines(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, str]]:
        """Each record as `name type data`, the name without the zone's own."""
        return zone_records(document, refuse)

    def readings(self, line: str) -> "Iterable[Reading]":
        """The trigger of one record."""
        plain = _NAME_TO_NOTHING.fullmatch(line)
        if plain and ".rpz-" not in line:
            return ((plain[1], "domain", "host", None),)
        name, type_, data = line.split(" ", 2)
        if type_ == "CNAME" and (data.lower() in _ALLOWING or data.lower().rstrip(".") == name.lower()):
            raise LeftOut("exceptions")
        context = None if (type_, data) == ("CNAME", ".") else msgspec.json.encode({type_: data})
        trigger = _TRIGGER.fullmatch(name)
        if trigger is None:
            return (_of_name(name, context),)
        if left_out := _LEFT_OUT.get(trigger[2].lower()):
            raise LeftOut(left_out)
        return ((_network(trigger[1]), "cidr", "network", context),)


def _of_name(name: str, context: bytes | None) -> "Reading":
    if "\\" in name or "*" in name.removeprefix("*."):
        raise ValueError(f"{name[:80]!r} is no name of a host")
    if name.startswith("*."):
        return name[2:], "domain", "subdomains", context
    return name, "domain", "host", context


def _network(labels: str) -> str:
    """`24.0.2.0.192` is 192.0.2.0/24; of IPv6 `zz` stands for `::`."""
    length, *parts = labels.split(".")
    parts.reverse()
    if len(parts) == 4 and all(map(str.isdecimal, parts)):
        address = ".".join(parts)
    else:
        address = ":".join("" if part.lower() == "zz" else part for part in parts)
        address = f":{address}" if address.startswith(":") else address
        address = f"{address}:" if address.endswith(":") else address
    try:
        return str(ip_network(f"{address}/{int(length)}", strict=False))
    except ValueError:
        raise ValueError(f"{labels[:80]!r} is no network as rules write it: 24.0.2.0.192") from None


def looks_like_rpz(lines: list[str]) -> bool:
    """Whether it begins as a zone does, and some of its records are a rule's."""
    begins = any(re.search(r"\sSOA\s", line) or line.startswith(("$TTL", "$ORIGIN")) for line in lines)
    rules = sum(
        re.search(r"\sCNAME\s+(?:\.|\*\.|rpz-\w+\.)\s*(?:;.*)?$", line, re.IGNORECASE) is not None for line in lines
    )
    return rules > 0 and (begins or 2 * rules > len(lines))
