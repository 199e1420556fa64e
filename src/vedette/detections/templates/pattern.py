"""Detections in a text of the user's own, in CyberTrace's pattern language; escaped for CEF where the text is CEF."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal

from vedette._core import Escape, LineWriter, Part
from vedette.detections.context import fields_of
from vedette.detections.escaping import EXTENSION, HEADER, LINE, blanks, extension, key, line
from vedette.detections.templates.tables import lines, place_of
from vedette.detections.templates.template import Template
from vedette.index.entry import record_of

if TYPE_CHECKING:
    from vedette.config import settings
    from vedette.detections.detection import Detection

NOTHING = "-"
"""What a rule that took nothing gives."""

PATTERNS = (
    "Category",
    "MatchedIndicator",
    "SourceId",
    "Confidence",
    "Date",
    "IndicatorInfo",
    "RecordContext",
    "ActionableFields",
)
FIELD_PATTERNS = ("ParamName", "ParamValue")

REMEMBERED, REMEMBERED_RECORDS = 4096, 256
"""How many texts, and records, that several detections share are kept as they were written."""

_PLACEHOLDER = re.compile(r"%([^\W\d][^\s%]{0,127})%")
_CEF = re.compile(r"[^|=]*?CEF: ?\d+\|")
_ALL = sys.maxsize
"""Of what a feed wrote, every character."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Place = Literal["text", "header", "value", "keys"]
_ESCAPES: dict[Place, Escape] = {"text": LINE, "header": HEADER, "value": EXTENSION, "keys": EXTENSION}


@dataclass(frozen=True)
class Piece:
    """A part of a template: fixed text, or the name of a pattern or rule that is filled in."""

    text: str
    place: Place
    filled: bool = False


class PatternTemplate(Template):
    """A text whose `%Patterns%` are filled in for each detection."""

    def __init__(self, template: "settings.Template") -> None:
        self._writer = LineWriter([_part(piece, template) for piece in pieces_of(template)])

    def render(self, detection: "Detection") -> bytes:
        """One line, byte for byte what the template says."""
        return lines(self._writer, (detection,))[0]

    def render_all(self, detections: "Sequence[Detection]") -> list[bytes]:
        """A line of each, in one crossing."""
        return lines(self._writer, detections)


def _part(piece: Piece, template: "settings.Template") -> Part:
    """How the core writes a piece; texts that many detections share are escaped once, and remembered."""
    if not piece.filled:
        return Part.fixed(piece.text)
    escape = _ESCAPES[piece.place]
    match piece.text:
        case "RecordContext":
            return Part.shared(place_of("entry.context_json"), _record_context(_format(template.record_field), piece))
        case "ActionableFields":
            format_ = _format(template.actionable_field)
            return Part.shared(place_of("actionable"), partial(_fields, format_, piece.place))
        case "Category":
            return Part.shared(place_of("entry.category"), lru_cache(REMEMBERED)(escape.escape))
        case "MatchedIndicator":
            return Part.text("", [("", place_of("entry.indicator"), "")], "", limit=_ALL, escape=escape)
        case "SourceId":
            return Part.shared(place_of("profile"), lru_cache(REMEMBERED)(escape.escape))
        case "Confidence":
            return Part.shared(place_of("entry.confidence"), str)
        case "Date":
            return Part.shared(place_of("time"), _date)
        case "IndicatorInfo":
            return Part.fixed(NOTHING)
    rule, observed, values = map(place_of, ("rule", "observed", "values"))
    return Part.taken(piece.text, rule=rule, observed=observed, values=values, otherwise=NOTHING, escape=escape)


def _record_context(format_: str, piece: Piece) -> Callable[[bytes], str]:
    @lru_cache(REMEMBERED_RECORDS)
    def written(context: bytes) -> str:
        return _fields(format_, piece.place, fields_of(record_of(context))) if context else ""

    return written


def pieces_of(template: "settings.Template") -> Iterator[Piece]:
    """The template's parts, each with the place that decides how it is escaped."""
    text = template.event
    begin = _CEF.match(text)
    bars, end, keys = 0, 0, False
    for found in (*_PLACEHOLDER.finditer(text), None):
        fixed = text[end : found.start() if found else len(text)]
        if fixed:
            yield Piece(blanks(fixed) if begin else line(fixed), "text")
        bars += _bars(fixed)
        if found is None:
            return
        place: Place = "text"
        if begin and found.start() >= begin.end():
            keys = bars >= 7 and _has_own_keys(template, found[1]) and (text[found.start() - 1] in " |" or keys)
            place = "keys" if keys else "value" if bars >= 7 else "header"
        yield Piece(found[1], place, filled=True)
        end = found.end()


def mistakes_in(template: "settings.Template", rules: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What is wrong with a template, given the names of all rules: (the template's key, why) each."""
    return (
        *_unknown("event", template.event, (*PATTERNS, *rules)),
        *_unknown("record_field", template.record_field, FIELD_PATTERNS),
        *_unknown("actionable_field", template.actionable_field, FIELD_PATTERNS),
        *_malformed(template.event, rules),
    )


def _unknown(where: str, text: str, known: Sequence[str]) -> Iterator[tuple[str, str]]:
    names = dict.fromkeys(found[1] for found in _PLACEHOLDER.finditer(text))
    listed = ", ".join(f"`%{one}%`" for one in known)
    yield from (
        (where, f"there is nothing to put for `%{name}%`; there are: {listed}") for name in names if name not in known
    )


def _malformed(event: str, rules: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not event.strip():
        yield "event", "is empty"
    if _CEF.match(event) and _bars(event) < 7:
        yield "event", f"begins as CEF, whose header ends at its seventh `|`; this one has {_bars(event)}"
    for name in sorted({found[1] for found in _PLACEHOLDER.finditer(event)} & set(rules) & set(PATTERNS)):
        yield "event", f"`%{name}%` is a pattern of the language, so the rule of that name cannot be written"


def _bars(text: str) -> int:
    return len(re.findall(r"(?<!\\)\|", text))


def _has_own_keys(template: "settings.Template", name: str) -> bool:
    """Whether this pattern writes `key=value` pairs, which only stand where keys stand."""
    formats = {"RecordContext": template.record_field, "ActionableFields": template.actionable_field}
    return "%ParamName%=" in formats.get(name, "")


def _format(text: str) -> str:
    """A field's format in `str.format`'s writing, which fills it without a second look at what it was filled with."""
    braced = text.replace("{", "{{").replace("}", "}}")
    return braced.replace("%ParamName%", "{0}").replace("%ParamValue%", "{1}")


def _fields(text: str, place: Place, fields: Iterable[tuple[str, str]]) -> str:
    """A record's fields in their format; where keys stand, their keys and their `=` remain."""
    if place == "keys":
        return "".join(blanks(text).format(key(name), extension(value)) for name, value in fields)
    return _ESCAPES[place].escape("".join(text.format(name, value) for name, value in fields))


@lru_cache(256)
def _date(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{_MONTHS[moment.month - 1]} {moment:%d %H:%M:%S}"
