"""JSON as the template promises it, by msgspec's encoder, each detection for itself."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from vedette.index.entry import record_of
from vedette.indicators.text import text_of

if TYPE_CHECKING:
    from vedette.detections.detection import Detection


class Line(msgspec.Struct, frozen=True, gc=False):
    """A detection's values by the names that JSON gives them, in their order."""

    id: str
    time: datetime
    event: str
    event_line: int | None
    origin: str
    profile: str
    rule: str
    kind: str
    observed: str
    observed_kind: str
    span: tuple[int, int]
    normal_form: str
    indicator: str
    scope: str
    variant: str
    obfuscation: str
    field: str
    near: str
    far: str
    action: str
    feed: str
    feed_version: str
    category: str
    confidence: int
    severity: int
    severity_steps: msgspec.Raw
    warninglists: tuple[str, ...]
    quarantined: bool
    cold: bool
    expired: str
    count: int
    since: datetime | None
    tags: tuple[str, ...]
    tlp: str | None
    first_seen: datetime | None
    last_seen: datetime | None
    valid_until: datetime | None
    generation: int
    in_force: str
    actionable: dict[str, str]
    values: dict[str, str]
    context: msgspec.Raw


class JsonTemplate:
    """Everything that a detection knows, under our own words."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode

    def render(self, detection: "Detection") -> bytes:
        """One line of JSON."""
        line = _line(detection)
        try:
            text = self._encode(line)
        except UnicodeEncodeError:
            text = self._encode({name: _encodable(getattr(line, name)) for name in Line.__struct_fields__})
        return text if text.isascii() else _one_line(text)


def _line(detection: "Detection") -> Line:
    found, entry = detection, detection.entry
    # By position: names would cost as much again.
    return Line(
        found.id,
        _utc(found.time),
        text_of(found.event),
        found.event_line,
        found.origin,
        found.profile,
        found.rule,
        entry.kind,
        found.observed,
        found.observed_kind,
        found.span,
        found.normal_form,
        entry.indicator,
        found.matched_scope,
        found.variant,
        found.obfuscation,
        found.field,
        found.near,
        found.far,
        found.action,
        entry.feed,
        entry.feed_version,
        entry.category,
        entry.confidence,
        found.severity,
        _steps(found.severity_steps),
        found.warninglists,
        found.quarantined,
        bool(found.expired),
        found.expired,
        found.count,
        found.since and _utc(found.since),
        entry.tags,
        entry.tlp,
        entry.first_seen and _utc(entry.first_seen),
        entry.last_seen and _utc(entry.last_seen),
        entry.valid_until and _utc(entry.valid_until),
        found.generation,
        found.in_force,
        dict(found.actionable),
        found.values,
        _context(entry.context_json),
    )


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


@lru_cache(4096)
def _steps(steps: tuple[tuple[str, int], ...]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode([{"what": _encodable(what), "change": change} for what, change in steps]))


@lru_cache(256)
def _context(context_json: bytes) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(record_of(context_json)))


def _encodable(value: Any) -> Any:
    r"""The same value with lone surrogates, which UTF-8 cannot carry, written as `\udc80`."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_encodable(item) for item in value)
    return value


def _one_line(text: bytes) -> bytes:
    r"""Unicode's own line breaks, which may only stand within strings here, as `\u2028` and the like."""
    for point in ("\u0085", "\u2028", "\u2029"):
        text = text.replace(point.encode(), f"\\u{ord(point):04x}".encode())
    return text
