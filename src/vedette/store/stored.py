"""How a detection is written into the store's `rest` column: all but its event, read back exactly as it was."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

import msgspec

from vedette.detections.detection import Detection
from vedette.detections.severity import severity_of
from vedette.index.entry import Entry

if TYPE_CHECKING:
    from vedette.indicators.kind import Kind, Scope, Tlp

VERSION = 1


class _StoredEntry(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    indicator: bytes
    normal_form: bytes
    scope: str
    feed: str
    category: bytes
    confidence: int
    first_seen: datetime | None
    last_seen: datetime | None
    valid_until: datetime | None
    tags: tuple[bytes, ...]
    tlp: str | None
    context_json: bytes
    feed_version: str = ""


class _StoredDetection(msgspec.Struct, frozen=True, array_like=True):
    """Fields are only ever added at the end, with a default; what cannot be read so is a new version.

    Texts that come from events or feeds are kept as bytes: they may hold lone surrogates, which no UTF-8 text may.
    """

    version: int
    id: str
    time: datetime
    profile: str
    rule: str
    observed_kind: str
    observed: bytes
    span: tuple[int, int]
    normal_form: bytes
    matched_scope: str
    entry: _StoredEntry
    generation: int
    values: dict[str, bytes]
    actionable: tuple[tuple[str, bytes], ...]
    origin: bytes
    event_line: int | None
    variant: str = "itself"
    obfuscation: str = ""
    field: bytes = b""
    severity: int | None = None
    severity_steps: tuple[tuple[str, int], ...] = ()
    warninglists: tuple[str, ...] = ()
    quarantined: bool = False
    expired: str = ""
    count: int = 1
    since: datetime | None = None
    near: bytes = b""
    far: bytes = b""
    action: str = ""
    in_force: str = ""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_StoredDetection)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogatepass")


def searchable(text: str) -> str:
    """The text as a column can hold it: lone surrogates are written as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def encode(detection: Detection) -> bytes:
    """All of the detection but its event, as bytes."""
    found = detection
    return _ENCODER.encode(
        _StoredDetection(
            version=VERSION,
            id=found.id,
            time=found.time,
            profile=found.profile,
            rule=found.rule,
            observed_kind=found.observed_kind,
            observed=_bytes(found.observed),
            span=found.span,
            normal_form=_bytes(found.normal_form),
            matched_scope=found.matched_scope,
            entry=_stored_entry(found.entry),
            generation=found.generation,
            values={rule: _bytes(value) for rule, value in found.values.items()},
            actionable=tuple((name, _bytes(value)) for name, value in found.actionable),
            origin=_bytes(found.origin),
            event_line=found.event_line,
            variant=found.variant,
            obfuscation=found.obfuscation,
            field=_bytes(found.field),
            severity=found.severity,
            severity_steps=found.severity_steps,
            warninglists=found.warninglists,
            quarantined=found.quarantined,
            expired=found.expired,
            count=found.count,
            since=found.since,
            near=_bytes(found.near),
            far=_bytes(found.far),
            action=found.action,
            in_force=found.in_force,
        )
    )


def decode(rest: bytes, event: bytes) -> Detection:
    """The detection that `encode` was given, with its event.

    Raises:
        ValueError: The bytes are no detection, or one of a newer version.
    """
    stored = _decoded(rest)
    return Detection(
        id=stored.id,
        time=stored.time,
        event=event,
        profile=stored.profile,
        rule=stored.rule,
        observed_kind=cast("Kind", stored.observed_kind),
        observed=_text(stored.observed),
        span=stored.span,
        normal_form=_text(stored.normal_form),
        matched_scope=cast("Scope", stored.matched_scope),
        entry=_entry(stored.entry),
        generation=stored.generation,
        values={rule: _text(value) for rule, value in stored.values.items()},
        actionable=tuple((name, _text(value)) for name, value in stored.actionable),
        origin=_text(stored.origin),
        event_line=stored.event_line,
        variant=stored.variant,
        obfuscation=stored.obfuscation,
        field=_text(stored.field),
        severity=severity_of(stored.entry.confidence) if stored.severity is None else stored.severity,
        severity_steps=stored.severity_steps,
        warninglists=stored.warninglists,
        quarantined=stored.quarantined,
        expired=stored.expired,
        count=stored.count,
        since=stored.since,
        near=_text(stored.near),
        far=_text(stored.far),
        action=stored.action,
        in_force=stored.in_force,
    )


def _decoded(rest: bytes) -> _StoredDetection:
    try:
        stored = _DECODER.decode(rest)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a stored detection: {error}") from error
    if stored.version != VERSION:
        raise ValueError(f"a stored detection of version {stored.version}; this Vedette reads version {VERSION}")
    return stored


def _stored_entry(entry: Entry) -> _StoredEntry:
    return _StoredEntry(
        kind=entry.kind,
        indicator=_bytes(entry.indicator),
        normal_form=_bytes(entry.normal_form),
        scope=entry.scope,
        feed=entry.feed,
        category=_bytes(entry.category),
        confidence=entry.confidence,
        first_seen=entry.first_seen,
        last_seen=entry.last_seen,
        valid_until=entry.valid_until,
        tags=tuple(_bytes(tag) for tag in entry.tags),
        tlp=entry.tlp,
        context_json=entry.context_json,
        feed_version=entry.feed_version,
    )


def _entry(stored: _StoredEntry) -> Entry:
    return Entry(
        kind=cast("Kind", stored.kind),
        indicator=_text(stored.indicator),
        normal_form=_text(stored.normal_form),
        scope=cast("Scope", stored.scope),
        feed=stored.feed,
        category=_text(stored.category),
        confidence=stored.confidence,
        first_seen=stored.first_seen,
        last_seen=stored.last_seen,
        valid_until=stored.valid_until,
        tags=tuple(_text(tag) for tag in stored.tags),
        tlp=cast("Tlp | None", stored.tlp),
        context_json=stored.context_json,
        feed_version=stored.feed_version,
    )
