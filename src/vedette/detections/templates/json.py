"""Detections as JSON, one object a line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import msgspec

from vedette._core import LineWriter, Part
from vedette.detections.escaping import JSON
from vedette.detections.templates.tables import lines, place_of
from vedette.detections.templates.template import Template
from vedette.index.entry import record_of

if TYPE_CHECKING:
    from vedette.detections.detection import Detection


class JsonTemplate(Template):
    """Everything that a detection knows, under our own words."""

    def __init__(self) -> None:
        self._writer = LineWriter(list(_parts()))

    def render(self, detection: "Detection") -> bytes:
        """One line of JSON."""
        return lines(self._writer, (detection,))[0]

    def render_all(self, detections: "Sequence[Detection]") -> list[bytes]:
        """A line of each, in one crossing."""
        return lines(self._writer, detections)


def _parts() -> Iterator[Part]:
    before = "{"
    for name, path in VALUES.items():
        start = f'{before}"{name}":'
        if name in WRITTEN:
            yield Part.shared(place_of(path), partial(_with, start, WRITTEN[name]))
        else:
            yield Part.fixed(start)
            yield Part.json(place_of(path), JSON)
        before = ","
    yield Part.fixed("}")


def _with(start: str, write: Callable[[Any], str], value: Any) -> str:
    return start + write(value)


VALUES: Mapping[str, str] = {
    "id": "id",
    "time": "time",
    "event": "event",
    "event_line": "event_line",
    "origin": "origin",
    "profile": "profile",
    "rule": "rule",
    "kind": "entry.kind",
    "observed": "observed",
    "observed_kind": "observed_kind",
    "span": "span",
    "normal_form": "normal_form",
    "indicator": "entry.indicator",
    "scope": "matched_scope",
    "variant": "variant",
    "obfuscation": "obfuscation",
    "field": "field",
    "near": "near",
    "far": "far",
    "action": "action",
    "feed": "entry.feed",
    "feed_version": "entry.feed_version",
    "category": "entry.category",
    "confidence": "entry.confidence",
    "severity": "severity",
    "severity_steps": "severity_steps",
    "warninglists": "warninglists",
    "quarantined": "quarantined",
    "cold": "expired",
    "expired": "expired",
    "count": "count",
    "since": "since",
    "tags": "entry.tags",
    "tlp": "entry.tlp",
    "first_seen": "entry.first_seen",
    "last_seen": "entry.last_seen",
    "valid_until": "entry.valid_until",
    "generation": "generation",
    "in_force": "in_force",
    "actionable": "actionable",
    "values": "values",
    "context": "entry.context_json",
}
"""A detection's values by the names that JSON gives them, in their order."""


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return "null"
    return _text(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(4096)
def _steps(steps: tuple[tuple[str, int], ...]) -> str:
    return _text([{"what": _encodable(what), "change": change} for what, change in steps])


def _actionable(actionable: tuple[tuple[str, str], ...]) -> str:
    pairs = dict(actionable)
    return _text({_encodable(name): _encodable(value) for name, value in pairs.items()})


@lru_cache(256)
def _context(context_json: bytes) -> str:
    return _text(record_of(context_json))


def _word(word: str | None) -> str:
    return "null" if word is None else _text(_encodable(word))


def _words(words: tuple[str, ...]) -> str:
    return _text(tuple(map(_encodable, words)))


WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "time": _moment,
    "origin": _word,
    "profile": _word,
    "rule": _word,
    "kind": _word,
    "observed_kind": _word,
    "scope": _word,
    "variant": _word,
    "obfuscation": _word,
    "action": _word,
    "feed": _word,
    "feed_version": _word,
    "category": _word,
    "confidence": str,
    "severity": str,
    "severity_steps": _steps,
    "warninglists": _words,
    "quarantined": lambda quarantined: _text(quarantined),
    "cold": lambda expired: _text(bool(expired)),
    "expired": _word,
    "since": _moment,
    "tags": _words,
    "tlp": _word,
    "first_seen": _moment,
    "last_seen": _moment,
    "valid_until": _moment,
    "generation": str,
    "in_force": _word,
    "actionable": _actionable,
    "context": _context,
}
"""What many detections share, or is no text, number or list of these: written once for a block."""


def _text(value: Any) -> str:
    text = msgspec.json.encode(value)
    return (text if text.isascii() else _one_line(text)).decode()


def _encodable(text: str) -> str:
    r"""The same text with lone surrogates, which UTF-8 cannot carry, written as `\udc80`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _one_line(text: bytes) -> bytes:
    r"""Unicode's own line breaks, which may only stand within strings here, as `\u2028` and the like."""
    for point in ("\u0085", "\u2028", "\u2029"):
        text = text.replace(point.encode(), f"\\u{ord(point):04x}".encode())
    return text
