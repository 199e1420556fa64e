"""Detections as CEF, in Vedette's own mapping: each custom field with its label, each value within its key's limit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from ipaddress import ip_address
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

REMEMBERED, REMEMBERED_RECORDS = 4096, 64
"""How many written fields are kept of each field: of those that many detections share, and of the others."""


@dataclass(frozen=True)
class Field:
    """A field of the extension.

    Args:
        key: CEF's name of it.
        read: Takes what it says out of a detection.
        label: What a custom field means.
        text: Makes text of what was read, not yet cut nor escaped; None where it is text already. A field without
            text is left out.
        shared: Whether many detections say the same here.
        kinds: The observables' kinds for which there is this field; None is for all.
    """

    key: str
    read: "Callable[[Detection], Any]"
    label: str = ""
    text: Callable[[Any], str] | None = None
    shared: bool = False
    kinds: tuple[str, ...] | None = None


def _milliseconds(moment: datetime | None) -> str:
    return "" if moment is None else str(int(moment.timestamp() * 1000))


def _reason(detection: "Detection") -> str:
    entry = detection.entry
    disguise = f" ({detection.obfuscation})" if detection.obfuscation else ""
    return f"{detection.observed}{disguise} is known to {entry.feed} as {entry.indicator} ({entry.category})"


def _address(end: str, version: int) -> str:
    """An end of the connection as CEF has addresses, if it is one of this version of IP; else nothing."""
    try:
        address = ip_address(end)
    except ValueError:
        return ""
    return str(address) if address.version == version else ""


_IPV4, _IPV6 = partial(_address, version=4), partial(_address, version=6)


def _event_text(event: bytes) -> str:
    """The text of as much of the event as can be written: no character has more than four bytes."""
    return text_of(event[: 4 * LIMITS["msg"]])


_OBSERVED = attrgetter("observed")

# What was observed stands under the key that CEF has for its kind; an address may be either end's, so it has none.
# `src` and `dst` are the ends that the event names, and hold IPv4 alone: CEF has other keys for IPv6.
FIELDS = (
    Field("rt", attrgetter("time"), text=_milliseconds, shared=True),
    Field("externalId", attrgetter("id")),
    Field("cat", attrgetter("entry.category"), shared=True),
    Field("reason", _reason),
    Field("cnt", attrgetter("count"), text=str, shared=True),
    Field("start", attrgetter("since"), text=_milliseconds, shared=True),
    Field("request", _OBSERVED, kinds=("url",)),
    Field("fileHash", _OBSERVED, kinds=HASHES),
    Field("src", attrgetter("near"), text=_IPV4, shared=True),
    Field("dst", attrgetter("far"), text=_IPV4, shared=True),
    Field("c6a2", attrgetter("near"), "Source IPv6 Address", _IPV6, shared=True),
    Field("c6a3", attrgetter("far"), "Destination IPv6 Address", _IPV6, shared=True),
    Field("sourceServiceName", attrgetter("profile"), shared=True),
    Field("cs1", attrgetter("entry.indicator"), "MatchedIndicator"),
    Field("cs2", attrgetter("entry.feed"), "Feed", shared=True),
    Field("cs3", _OBSERVED, "Observed"),
    Field("cs4", attrgetter("rule"), "Rule", shared=True),
    Field("cs5", attrgetter("entry.tags"), "Tags", ", ".join, shared=True),
    Field("cs6", attrgetter("entry.context_json"), "Context", flat_text),
    Field("cn1", attrgetter("entry.confidence"), "Confidence", str, shared=True),
    Field("cn2", attrgetter("generation"), "Generation", str, shared=True),
    Field("deviceCustomDate1", attrgetter("entry.first_seen"), "FirstSeen", _milliseconds, shared=True),
    Field("deviceCustomDate2", attrgetter("entry.last_seen"), "LastSeen", _milliseconds, shared=True),
    Field("flexString1", attrgetter("entry.tlp"), "TLP", lambda tlp: tlp or "", shared=True),
    Field("flexString2", attrgetter("warninglists"), "Warninglists", ", ".join, shared=True),
    Field("msg", attrgetter("event"), text=_event_text),
)


class CefTemplate:
    """CEF version 0, for any SIEM that reads it."""

    def __init__(self) -> None:
        writers = [(field, _writer(field, "" if field is FIELDS[0] else " ")) for field in FIELDS]
        self._writers = {
            kind: [(field.read, write) for field, write in writers if field.kinds is None or kind in field.kinds]
            for kind in KINDS
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


def _writer(field: Field, before: str) -> Callable[[Any], str]:
    """Writes a field, `key=value keyLabel=label` behind what parts it from the one before, of what was read."""
    text, limit, start = field.text, LIMITS.get(field.key, LONGEST), f"{before}{field.key}="
    end = f" {field.key}Label={extension(field.label)}" if field.label else ""

    def write(value: str) -> str:
        return f"{start}{extension(value[:limit])}{end}" if value else ""

    if text is None:
        return lru_cache(REMEMBERED)(write) if field.shared else write
    return lru_cache(REMEMBERED if field.shared else REMEMBERED_RECORDS)(lambda read: write(text(read)))


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
    read = field.read(detection)
    value = read if field.text is None else field.text(read)
    if value or not field.label:
        yield field.key, value
    if value and field.label:
        yield f"{field.key}Label", field.label
