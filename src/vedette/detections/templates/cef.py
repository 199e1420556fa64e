"""Detections as CEF, in Vedette's own mapping: each custom field with its label, each value within its key's limit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from vedette import __version__
from vedette._core import LineWriter, Overriding, Part
from vedette.detections.context import flat_text
from vedette.detections.escaping import EXTENSION, extension, header, key
from vedette.detections.templates.tables import lines, place_of
from vedette.detections.templates.template import Template
from vedette.indicators.kind import HASHES

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


def _milliseconds(moment: datetime | None) -> str:
    return "" if moment is None else str(int(moment.timestamp() * 1000))


def _ipv6(end: str) -> str:
    """An end of the connection as CEF has addresses, if it is one of IPv6; else nothing."""
    return _written_ipv6(end) if ":" in end else ""


@lru_cache(SHARED)
def _written_ipv6(end: str) -> str:
    try:
        return str(IPv6Address(end))
    except ValueError:
        return ""


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
        parts = [Part.shared(place_of("severity"), _head), *map(_part, FIELDS)]
        overriding = Overriding(
            place_of("actionable"),
            [None, *map(_keys, FIELDS)],
            key=key,
            limits=LIMITS,
            limit=LONGEST,
            escape=EXTENSION,
        )
        self._writer = LineWriter(parts, overriding)

    def render(self, detection: "Detection") -> bytes:
        """One line of CEF, without a syslog header."""
        return self.render_all((detection,))[0]

    def render_all(self, detections: "Sequence[Detection]") -> list[bytes]:
        """A line of each, in one crossing; fields that a feed sends under names of its own come instead of ours."""
        return lines(self._writer, detections)


@lru_cache(16)
def _head(severity: int) -> str:
    parts = ("Vedette", "Vedette", __version__, SIGNATURE, NAME, str(severity))
    return f"CEF:0|{'|'.join(map(header, parts))}|"


def _keys(field: Field) -> tuple[str, tuple[str, str] | None]:
    """The key of a field; that of its label, and all that stands behind its value."""
    return field.key, (f"{field.key}Label", _label(field)) if field.label else None


def _label(field: Field) -> str:
    return f" {field.key}Label={extension(field.label)}" if field.label else ""


def _part(field: Field) -> Part:
    """How the core writes a field: `key=value keyLabel=label` behind what parts it from the one before."""
    before = f"{'' if field is FIELDS[0] else ' '}{field.key}="
    after = _label(field)
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
