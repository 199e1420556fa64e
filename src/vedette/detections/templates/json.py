"""Detections as JSON, one object a line."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from vedette.indicators.text import text_of

if TYPE_CHECKING:
    from vedette.detections.detection import Detection


class JsonTemplate:
    """Everything that a detection knows, under our own words."""

    def render(self, detection: "Detection") -> bytes:
        """One line of JSON."""
        fields = {name: _encodable(value) for name, value in as_fields(detection).items()}
        return _one_line(msgspec.json.encode({**fields, "context": detection.entry.context}))


def as_fields(detection: "Detection") -> dict[str, Any]:
    """The detection's values, its context left out, by the names that JSON gives them, in their order."""
    entry = detection.entry
    return {
        "id": detection.id,
        "time": _time(detection.time),
        "event": text_of(detection.event),
        "event_line": detection.event_line,
        "origin": detection.origin,
        "profile": detection.profile,
        "rule": detection.rule,
        "kind": entry.kind,
        "observed": detection.observed,
        "observed_kind": detection.observed_kind,
        "span": list(detection.span),
        "normal_form": detection.normal_form,
        "indicator": entry.indicator,
        "scope": detection.matched_scope,
        "variant": detection.variant,
        "obfuscation": detection.obfuscation,
        "field": detection.field,
        "feed": entry.feed,
        "category": entry.category,
        "confidence": entry.confidence,
        "severity": detection.severity,
        "severity_steps": [{"what": what, "change": change} for what, change in detection.severity_steps],
        "warninglists": list(detection.warninglists),
        "quarantined": detection.quarantined,
        "tags": list(entry.tags),
        "tlp": entry.tlp,
        "first_seen": _time(entry.first_seen),
        "last_seen": _time(entry.last_seen),
        "valid_until": _time(entry.valid_until),
        "generation": detection.generation,
        "actionable": dict(detection.actionable),
        "values": detection.values,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encodable(value: Any) -> Any:
    r"""The same value with lone surrogates, which UTF-8 cannot carry, written as `\udc80`."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return value


def _one_line(text: bytes) -> bytes:
    r"""Unicode's own line breaks, which may only stand within strings here, as `\u2028` and the like."""
    for point in ("\u0085", "\u2028", "\u2029"):
        text = text.replace(point.encode(), f"\\u{ord(point):04x}".encode())
    return text
