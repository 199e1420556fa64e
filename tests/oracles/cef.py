"""CEF as the template promises it, in plain Python, field by field."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from vedette import __version__
from vedette.detections.context import flat_text
from vedette.detections.escaping import extension, header, key
from vedette.indicators.kind import HASHES, KINDS
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


@dataclass(frozen=True)
class Field:
    """A field of the extension.

    Args:
        key: CEF's name of it.
        read: Where a detection has what it says, or what takes it out of one.
        label: What a custom field means.
        text: Makes text of what was read, not yet cut nor escaped; None where it is text already. A field without
            text is left out.
        remembered: How many texts of it are kept as they were written; fields that stand beside each other and are
            `SHARED` are kept together.
        kinds: The observables' kinds for which there is this field; None is for all.
    """

    key: str
    read: "str | Callable[[Detection], Any]"
    label: str = ""
    text: Callable[[Any], str] | None = None
    remembered: int = 0
    kinds: tuple[str, ...] | None = None

    def reader(self) -> "Callable[[Detection], Any]":
        """Takes what it says out of a detection."""
        return attrgetter(self.read) if isinstance(self.read, str) else self.read


def _milliseconds(moment: datetime | None) -> str:
    return "" if moment is None else str(int(moment.timestamp() * 1000))


def _reason(detection: "Detection") -> str:
    entry = detection.entry
    disguise = f" ({detection.obfuscation})" if detection.obfuscation else ""
    return f"{detection.observed}{disguise} is known to {entry.feed} as {entry.indicator} ({entry.category})"


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


def _event_text(event: bytes) -> str:
    """The text of as much of the event as can be written: no character has more than four bytes."""
    return text_of(event[: 4 * LIMITS["msg"]])


_OBSERVED = "observed"

# What was observed stands under the key that CEF has for its kind; an address may be either end's, so it has none.
# `src` and `dst` are the ends that the event names, and hold IPv4 alone: CEF has other keys for IPv6.
FIELDS = (
    Field("rt", "time", text=_milliseconds, remembered=SHARED),
    Field("externalId", "id"),
    Field("cat", "entry.category", remembered=SHARED),
    Field("reason", _reason),
    Field("cnt", "count", text=str, remembered=SHARED),
    Field("start", "since", text=_milliseconds, remembered=SHARED),
    Field("request", _OBSERVED, kinds=("url",)),
    Field("fileHash", _OBSERVED, kinds=HASHES),
    Field("src", "near", text=_ipv4),
    Field("dst", "far", text=_ipv4),
    Field("c6a2", "near", "Source IPv6 Address", _ipv6),
    Field("c6a3", "far", "Destination IPv6 Address", _ipv6),
    Field("sourceServiceName", "profile", remembered=SHARED),
    Field("cs1", "entry.indicator", "MatchedIndicator"),
    Field("cs2", "entry.feed", "Feed", remembered=SHARED),
    Field("cs3", _OBSERVED, "Observed"),
    Field("cs4", "rule", "Rule", remembered=SHARED),
    Field("cs5", "entry.tags", "Tags", ", ".join, remembered=SHARED),
    Field("cs6", "entry.context_json", "Context", flat_text, remembered=RECORDS),
    Field("cn1", "entry.confidence", "Confidence", str, remembered=SHARED),
    Field("cn2", "generation", "Generation", str, remembered=SHARED),
    Field("deviceCustomDate1", "entry.first_seen", "FirstSeen", _milliseconds, remembered=SHARED),
    Field("deviceCustomDate2", "entry.last_seen", "LastSeen", _milliseconds, remembered=SHARED),
    Field("flexString1", "entry.tlp", "TLP", lambda tlp: tlp or "", remembered=SHARED),
    Field("flexString2", "warninglists", "Warninglists", ", ".join, remembered=SHARED),
    Field("msg", "event", text=_event_text, remembered=RECORDS),
)


class CefTemplate:
    """CEF version 0, for any SIEM that reads it."""

    def __init__(self) -> None:
        writers = tuple(_writers())
        self._writers = {
            kind: [(read, write) for kinds, read, write in writers if kinds is None or kind in kinds] for kind in KINDS
        }

    def render(self, detection: "Detection") -> bytes:
        """One line of CEF, without a syslog header."""
        head = _head(detection.severity)
        if detection.actionable:
            return (head + _with_actionable(detection)).encode()
        parts = [write(read(detection)) for read, write in self._writers[detection.observed_kind]]
        return "".join([head, *parts]).encode()


@lru_cache(16)
def _head(severity: int) -> str:
    parts = ("Vedette", "Vedette", __version__, SIGNATURE, NAME, str(severity))
    return f"CEF:0|{'|'.join(map(header, parts))}|"


def _writers() -> Iterator[tuple[tuple[str, ...] | None, Callable[[Any], Any], Callable[[Any], str]]]:
    """For fields in their order: the kinds for which they are, what reads them, and what writes what was read."""
    for is_shared, run in groupby(FIELDS, lambda field: field.remembered == SHARED):
        fields = tuple(run)
        if is_shared and len(fields) > 1:
            yield None, attrgetter(*(str(field.read) for field in fields)), _written_together(fields)
        else:
            yield from ((field.kinds, field.reader(), _writer(field)) for field in fields)


def _written_together(fields: tuple[Field, ...]) -> Callable[[tuple[Any, ...]], str]:
    writers = tuple(map(_writer, fields))
    return lru_cache(SHARED)(lambda read: "".join(write(one) for write, one in zip(writers, read, strict=True)))


def _writer(field: Field) -> Callable[[Any], str]:
    """Writes a field, `key=value keyLabel=label` behind what parts it from the one before, of what was read."""
    text, limit = field.text, LIMITS.get(field.key, LONGEST)
    start = f"{'' if field is FIELDS[0] else ' '}{field.key}="
    end = f" {field.key}Label={extension(field.label)}" if field.label else ""

    def write(read: Any) -> str:
        value = read if text is None else text(read)
        return f"{start}{extension(value[:limit])}{end}" if value else ""

    return lru_cache(field.remembered)(write) if field.remembered else write


def _with_actionable(detection: "Detection") -> str:
    """The extension where a feed sends fields under names of its own: they come instead of ours."""
    pairs = {name: value for field in FIELDS for name, value in _pairs(field, detection)}
    for path, value in detection.actionable:
        name = key(path)
        pairs.pop(f"{name}Label", None)
        pairs[name] = value
    return " ".join(f"{name}={extension(value[: LIMITS.get(name, LONGEST)])}" for name, value in pairs.items() if value)


def _pairs(field: Field, detection: "Detection") -> Iterator[tuple[str, str]]:
    """A field's key and value, and its label's; a value without a label keeps its place though it is empty."""
    if field.kinds is not None and detection.observed_kind not in field.kinds:
        return
    read = field.reader()(detection)
    value = read if field.text is None else field.text(read)
    if value or not field.label:
        yield field.key, value
    if value and field.label:
        yield f"{field.key}Label", field.label
