"""Detections as CEF, in Vedette's own mapping: each custom field with its label, each value within its key's limit."""

from datetime import datetime
from typing import TYPE_CHECKING

from vedette import __version__
from vedette.detections.context import fields_of
from vedette.detections.escaping import extension, header, key
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


class CefTemplate:
    """CEF version 0, for any SIEM that reads it."""

    def render(self, detection: "Detection") -> bytes:
        """One line of CEF, without a syslog header."""
        head = "|".join(
            header(part) for part in ("Vedette", "Vedette", __version__, SIGNATURE, NAME, str(detection.severity))
        )
        pairs = " ".join(f"{name}={_value(name, value)}" for name, value in fields(detection).items())
        return f"CEF:0|{head}|{pairs}".encode()


def fields(detection: "Detection") -> dict[str, str]:
    """The extension's keys and values, not yet cut nor escaped; a feed's own names come instead of ours."""
    entry = detection.entry
    pairs = {
        "rt": _milliseconds(detection.time),
        "externalId": detection.id,
        "cat": entry.category,
        "reason": _reason(detection),
        "cnt": "1",
        **_observed(detection),
        "sourceServiceName": detection.profile,
        **_labelled("cs1", "MatchedIndicator", entry.indicator),
        **_labelled("cs2", "Feed", entry.feed),
        **_labelled("cs3", "Observed", detection.observed),
        **_labelled("cs4", "Rule", detection.rule),
        **_labelled("cs5", "Tags", ", ".join(entry.tags)),
        **_labelled("cs6", "Context", " ".join(f"{path}:{text}" for path, text in fields_of(entry.context))),
        **_labelled("cn1", "Confidence", str(entry.confidence)),
        **_labelled("cn2", "Generation", str(detection.generation)),
        **_labelled("deviceCustomDate1", "FirstSeen", _milliseconds(entry.first_seen)),
        **_labelled("deviceCustomDate2", "LastSeen", _milliseconds(entry.last_seen)),
        **_labelled("flexString1", "TLP", entry.tlp or ""),
        "msg": text_of(detection.event),
    }
    for path, value in detection.actionable:
        name = key(path)
        pairs.pop(f"{name}Label", None)
        pairs[name] = value
    return {name: value for name, value in pairs.items() if value}


def _observed(detection: "Detection") -> dict[str, str]:
    """What was observed, under the key that CEF has for its kind; an address may be either end's, so it has none."""
    if detection.observed_kind == "url":
        return {"request": detection.observed}
    if detection.observed_kind in HASHES:
        return {"fileHash": detection.observed}
    return {}


def _reason(detection: "Detection") -> str:
    entry = detection.entry
    disguise = f" ({detection.obfuscation})" if detection.obfuscation else ""
    return f"{detection.observed}{disguise} is known to {entry.feed} as {entry.indicator} ({entry.category})"


def _labelled(name: str, label: str, value: str) -> dict[str, str]:
    return {name: value, f"{name}Label": label} if value else {}


def _milliseconds(moment: datetime | None) -> str:
    return "" if moment is None else str(int(moment.timestamp() * 1000))


def _value(name: str, value: str) -> str:
    return extension(value[: LIMITS.get(name, LONGEST)])
