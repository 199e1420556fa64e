"""Detections as CEF, in Vedette's own mapping: each custom field with its label, each value within its key's limit."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from ipaddress import IPv6Address
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from vedette import __version__
from vedette._core import LineWriter, Part
from vedette.detections.context import flat_text
from vedette.detections.escaping import EXTENSION, extension, header, key
from vedette.detections.templates.tables import lines, place_of
from vedette.detections.templates.template import Template
from vedette.indicators.kind import HASHES
from vedette.indicators.text import text_of

if TYPE_CHECKING:
    from vedette.detections.detection import Detection

SIGNATURE = "detection"
NAME = "Indicator detected"

LIMITS = {
    "cat": 1023,
    "cs1": 4000,
    "cs2": 4000,
    "cs3": 4000,
    "cs4": 4000,
    "cs5": 4000,
    "cs6": 4000,
    "externalId": 40,
    "fileHash": 255,
    "flexString1": 1023,
    "msg": 1023,
    "reason": 1023,
    "request": 1023,
    "sourceServiceName": 1023,
}
"""Characters that a value may have before it is escaped, as the CEF guide has them; others are numbers of ours."""

LONGEST = 1023
"""For keys that are not ours: fields that a feed sends under names of its own."""

SHARED, RECORDS = 4096, 64
"""How many written fields are kept of each field: of those that many detections share, and of those that are long."""


Piece: TypeAlias = str | tuple[str, str, str]
"""Fixed text; or what stands before an attribute, the attribute's path, and what stands behind it, all of which is left
out where the attribute is empty."""

Only = Literal["any", "ipv4", "ipv6"]


@dataclass(frozen=True)
class Field:
    """A field of the extension. A field without text is left out.

    Args:
        key: CEF's name of it.
        read: Where a detection has what it says, or the pieces that a text is made of.
        label: What a custom field means.
        text: Makes text of what was read, not yet cut nor escaped, where that is shared by many detections: what it
            makes is remembered. None where it is text already, or bytes.
        remembered: How many written fields are kept of what they share.
        kinds: The observables' kinds for which there is this field; None is for all.
        only: The addresses for which there is this field.
    """

    key: str
    read: str | tuple[Piece, ...]
    label: str = ""
    text: Callable[[Any], str] | None = None
    remembered: int = SHARED
    kinds: tuple[str, ...] | None = None
    only: Only = "any"

    @property
    def limit(self) -> int:
        """Characters that its value may have."""
        return LIMITS.get(self.key, LONGEST)

    def value(self, detection: "Detection") -> str:
        """Its whole text, not cut nor escaped."""
        pieces = (("", self.read, ""),) if isinstance(self.read, str) else self.read
        value = "".join(_text_of_piece(piece, detection, self.text) for piece in pieces)
        return value if self.only == "any" else _ADDRESSES[self.only](value)


def _text_of_piece(piece: Piece, detection: "Detection", text: Callable[[Any], str] | None) -> str:
    if isinstance(piece, str):
        return piece
    before, path, after = piece
    read = attrgetter(path)(detection)
    value = (text or _plain)(read)
    return f"{before}{value}{after}" if value else ""


def _plain(read: Any) -> str:
    """Text as it is, or bytes' as much as can be written: no character has more than four."""
    return text_of(read[: 4 * LONGEST]) if isinstance(read, bytes) else str(read)


def _milliseconds(moment: datetime | None) -> str:
    return "" if moment is None else str(int(moment.timestamp() * 1000))


_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IS_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}").fullmatch
"""What `ipaddress` takes for an IPv4 address, and would write the same."""


def _ipv4(end: str) -> str:
    """An end of the connection if it is an IPv4 address; else nothing."""
    return end if _IS_IPV4(end) else ""


def _ipv6(end: str) -> str:
    """An end of the connection as CEF has addresses, if it is one of IPv6; else nothing."""
    return _written_ipv6(end) if ":" in end else ""


@lru_cache(SHARED)
def _written_ipv6(end: str) -> str:
    try:
        return str(IPv6Address(end))
    except ValueError:
        return ""


_ADDRESSES: Mapping[Only, Callable[[str], str]] = {"ipv4": _ipv4, "ipv6": _ipv6}

_OBSERVED = "observed"
_REASON: tuple[Piece, ...] = (
    ("", _OBSERVED, ""),
    (" (", "obfuscation", ")"),
    " is known to ",
    ("", "entry.feed", ""),
    " as ",
    ("", "entry.indicator", ""),
    " (",
    ("", "entry.category", ""),
    ")",
)

# What was observed stands under the key that CEF has for its kind; an address may be either end's, so it has none.
# `src` and `dst` are the ends that the event names, and hold IPv4 alone: CEF has other keys for IPv6.
FIELDS = (
    Field("rt", "time", text=_milliseconds),
    Field("externalId", "id"),
    Field("cat", "entry.category", text=str),
    Field("reason", _REASON),
    Field("cnt", "count", text=str),
    Field("start", "since", text=_milliseconds),
    Field("request", _OBSERVED, kinds=("url",)),
    Field("fileHash", _OBSERVED, kinds=HASHES),
    Field("src", "near", only="ipv4"),
    Field("dst", "far", only="ipv4"),
    Field("c6a2", "near", "Source IPv6 Address", only="ipv6"),
    Field("c6a3", "far", "Destination IPv6 Address", only="ipv6"),
    Field("sourceServiceName", "profile", text=str),
    Field("cs1", "entry.indicator", "MatchedIndicator"),
    Field("cs2", "entry.feed", "Feed", str),
    Field("cs3", _OBSERVED, "Observed"),
    Field("cs4", "rule", "Rule", str),
    Field("cs5", "entry.tags", "Tags", ", ".join),
    Field("cs6", "entry.context_json", "Context", flat_text, RECORDS),
    Field("cn1", "entry.confidence", "Confidence", str),
    Field("cn2", "generation", "Generation", str),
    Field("deviceCustomDate1", "entry.first_seen", "FirstSeen", _milliseconds),
    Field("deviceCustomDate2", "entry.last_seen", "LastSeen", _milliseconds),
    Field("flexString1", "entry.tlp", "TLP", lambda tlp: tlp or ""),
    Field("flexString2", "warninglists", "Warninglists", ", ".join),
    Field("msg", "event"),
)


class CefTemplate(Template):
    """CEF version 0, for any SIEM that reads it."""

    def __init__(self) -> None:
        self._writer = LineWriter([Part.shared(place_of("severity"), _head), *map(_part, FIELDS)])

    def render(self, detection: "Detection") -> bytes:
        """One line of CEF, without a syslog header."""
        return self.render_all((detection,))[0]

    def render_all(self, detections: "Sequence[Detection]") -> list[bytes]:
        """A line of each: in one crossing, but for those whose feed sends fields under names of its own."""
        plain = [detection for detection in detections if not detection.actionable]
        written = lines(self._writer, plain)
        if len(plain) == len(detections):
            return written
        rest = iter(written)
        return [_with_actionable(one) if one.actionable else next(rest) for one in detections]


@lru_cache(16)
def _head(severity: int) -> str:
    parts = ("Vedette", "Vedette", __version__, SIGNATURE, NAME, str(severity))
    return f"CEF:0|{'|'.join(map(header, parts))}|"


def _part(field: Field) -> Part:
    """How the core writes a field: `key=value keyLabel=label` behind what parts it from the one before."""
    before = f"{'' if field is FIELDS[0] else ' '}{field.key}="
    after = f" {field.key}Label={extension(field.label)}" if field.label else ""
    limit = field.limit
    if not isinstance(field.read, str):
        pieces = [one if isinstance(one, str) else (one[0], place_of(one[1]), one[2]) for one in field.read]
        return Part.text(before, pieces, after, limit=limit, escape=EXTENSION)
    place = place_of(field.read)
    if field.text is not None:
        return Part.shared(place, lru_cache(field.remembered)(partial(_written, before, field, after)))
    if field.only != "any":
        ipv6 = _ipv6 if field.only == "ipv6" else None
        return Part.address(before, place, after, limit=limit, escape=EXTENSION, ipv6=ipv6)
    when = None if field.kinds is None else (place_of("observed_kind"), field.kinds)
    return Part.text(before, [("", place, "")], after, limit=limit, escape=EXTENSION, when=when)


def _written(before: str, field: Field, after: str, read: Any) -> str:
    value = str(read) if field.text is None else field.text(read)
    return f"{before}{extension(value[: field.limit])}{after}" if value else ""


def _with_actionable(detection: "Detection") -> bytes:
    """The line where a feed sends fields under names of its own: they come instead of ours."""
    pairs = {name: value for field in FIELDS for name, value in _pairs(field, detection)}
    for path, value in detection.actionable:
        name = key(path)
        pairs.pop(f"{name}Label", None)
        pairs[name] = value
    texts = (f"{name}={extension(value[: LIMITS.get(name, LONGEST)])}" for name, value in pairs.items() if value)
    return (_head(detection.severity) + " ".join(texts)).encode()


def _pairs(field: Field, detection: "Detection") -> Iterator[tuple[str, str]]:
    """A field's key and value, and its label's; a value without a label keeps its place though it is empty."""
    if field.kinds is not None and detection.observed_kind not in field.kinds:
        return
    value = field.value(detection)
    if value or not field.label:
        yield field.key, value
    if value and field.label:
        yield f"{field.key}Label", field.label
