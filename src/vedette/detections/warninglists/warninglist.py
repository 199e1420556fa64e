"""One warninglist, in MISP's shape: its values, the kinds that it is asked about, and how its values match."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from vedette.index.lists import ANY_DOMAIN, ListedValue
from vedette.indicators.kind import Kind
from vedette.indicators.normal_form import guess_kind

Sort = Literal["string", "substring", "hostname", "cidr", "regex"]
"""How a list's values match: as a whole, within the value, with all names below, as networks, as regexes."""

_ADDRESS: tuple[Kind, ...] = ("ipv4", "ipv6", "cidr", "ip_port")
_KINDS: dict[str, tuple[Kind, ...]] = {
    "ip-src": _ADDRESS,
    "ip-dst": _ADDRESS,
    "ip": _ADDRESS,
    "domain": ("domain",),
    "hostname": ("domain",),
    "url": ("url",),
    "uri": ("url",),
    "link": ("url",),
    "md5": ("md5",),
    "sha1": ("sha1",),
    "sha256": ("sha256",),
    "sha512": ("sha512",),
    "email": ("email",),
    "email-src": ("email",),
    "email-dst": ("email",),
    "target-email": ("email",),
    "dns-soa-email": ("email",),
    "whois-registrant-email": ("email",),
    "malware-sample": ("md5",),
}
"""MISP's words for attributes, each part of a pair such as `domain|ip` by itself; of others we have no kind."""

_NETWORK = re.compile(r"[0-9A-Fa-f.:]+/\d{1,3}")
_DELIMITED = re.compile(r"([/#~!@%])(.*)\1([a-zA-Z]*)", re.DOTALL)


class _Document(msgspec.Struct):
    name: str
    type: Sort
    values: list[str | int | float] = msgspec.field(name="list")
    matching_attributes: list[str] | None = None


class _Named(msgspec.Struct):
    name: str


_DECODER = msgspec.json.Decoder(_Document)
_NAME_DECODER = msgspec.json.Decoder(_Named)


@dataclass(frozen=True)
class Warninglist:
    """A warninglist.

    Args:
        name: Its own.
        folder: The name of the folder in which it is published, by which it may be called too.
        sort: How its values match.
        kinds: What it is asked about; empty where it is about nothing of ours.
    """

    name: str
    folder: str
    sort: Sort
    kinds: tuple[Kind, ...]
    values: Sequence[str]

    @classmethod
    def read(cls, text: bytes, folder: str) -> "Warninglist":
        """Read a `list.json`.

        Raises:
            ValueError: It is no warninglist; why, is said.
        """
        try:
            document = _DECODER.decode(text)
        except msgspec.MsgspecError as error:
            raise ValueError(f"no warninglist: {error}") from error
        kinds = _kinds_of(document.matching_attributes)
        return cls(document.name, folder, document.type, kinds, [str(value).strip() for value in document.values])

    def listed(self) -> Iterator[ListedValue]:
        """The values that an index can hold."""
        if self.sort == "string":
            yield from map(self._whole, self.values)
        elif self.sort == "hostname":
            yield from (ListedValue(self.name, value.lstrip("."), ANY_DOMAIN, "subdomains") for value in self.values)
        elif self.sort == "cidr":
            yield from (ListedValue(self.name, value, "ip") for value in self.values)

    def texts(self) -> Iterator[tuple[str, str]]:
        """The substrings, each with the list's name."""
        if self.sort == "substring":
            yield from ((self.name, value) for value in self.values if value)

    def regexes(self) -> Iterator[tuple[str, str, bool]]:
        """The regexes: (the list's name, pattern, caseless) each."""
        if self.sort == "regex":
            yield from ((self.name, *_regex(value)) for value in self.values if value)

    def _whole(self, value: str) -> ListedValue:
        if value.startswith("."):
            # MISP would never find these; whoever wrote them meant the name and all below it.
            return ListedValue(self.name, value.lstrip("."), ANY_DOMAIN, "subdomains")
        if _NETWORK.fullmatch(value):
            return ListedValue(self.name, value, "cidr", None, alone=True)
        # A top-level domain looks like nothing by itself.
        is_label = "." not in value and "domain" in self.kinds and guess_kind(value) is None
        kind = "domain" if is_label else None
        return ListedValue(self.name, value, kind, "exact", alone=True)


def name_in(text: bytes) -> str:
    """The name that a `list.json` gives itself; its values are passed over.

    Raises:
        ValueError: It gives none.
    """
    return _NAME_DECODER.decode(text).name


def _kinds_of(attributes: Sequence[str] | None) -> tuple[Kind, ...]:
    """The kinds that a list is asked about; MISP asks a list that names none about everything."""
    words = [part for attribute in attributes or _KINDS for part in attribute.split("|")]
    return tuple(dict.fromkeys(kind for word in words for kind in _KINDS.get(word, ())))


def _regex(value: str) -> tuple[str, bool]:
    """A regex as PHP writes it, `/…/i`, or bare: the pattern, and whether letters match in either case."""
    found = _DELIMITED.fullmatch(value)
    if found is None:
        return value, False
    inline = "".join(sorted(set(found[3]) & set("msx")))
    return (f"(?{inline})" if inline else "") + found[2], "i" in found[3]
