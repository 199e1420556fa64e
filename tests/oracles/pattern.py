"""CyberTrace's pattern language as the template promises it, in plain Python, piece by piece."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from vedette.detections.context import fields_of
from vedette.detections.escaping import blanks, extension, header, key, line
from vedette.detections.templates.pattern import NOTHING, Piece, Place, pieces_of
from vedette.index.entry import record_of

if TYPE_CHECKING:
    from vedette.config import settings
    from vedette.detections.detection import Detection

REMEMBERED, REMEMBERED_RECORDS = 4096, 256

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ESCAPES: dict[Place, Callable[[str], str]] = {"text": line, "header": header, "value": extension, "keys": extension}

Fill: TypeAlias = "Callable[[Detection], str]"


class PatternTemplate:
    """A text whose `%Patterns%` are filled in for each detection."""

    def __init__(self, template: "settings.Template") -> None:
        pieces = tuple(pieces_of(template))
        self._parts = ["" if piece.filled else piece.text for piece in pieces]
        self._fills = [(place, _fill(piece, template)) for place, piece in enumerate(pieces) if piece.filled]

    def render(self, detection: "Detection") -> bytes:
        """One line, byte for byte what the template says."""
        parts = self._parts.copy()
        for place, fill in self._fills:
            parts[place] = fill(detection)
        return "".join(parts).encode("utf-8", "backslashreplace")


def _fill(piece: Piece, template: "settings.Template") -> Fill:
    """What fills a piece; texts that many detections share are escaped once, and remembered."""
    escape = _ESCAPES[piece.place]
    shared = lru_cache(REMEMBERED)(escape)
    match piece.text:
        case "RecordContext":
            return _record_context(_format(template.record_field), piece.place)
        case "ActionableFields":
            format_ = _format(template.actionable_field)
            return lambda found: _fields(format_, piece.place, found.actionable) if found.actionable else ""
        case "Category":
            return lambda found: shared(found.entry.category)
        case "MatchedIndicator":
            return lambda found: escape(found.entry.indicator)
        case "SourceId":
            return lambda found: shared(found.profile)
        case "Confidence":
            return lambda found: str(found.entry.confidence)
        case "Date":
            return lambda found: _date(found.time)
        case "IndicatorInfo":
            return lambda _: NOTHING
    return _value_of_rule(piece.text, escape)


def _value_of_rule(rule: str, escape: Callable[[str], str]) -> Fill:
    """What a rule took: of the rule that detected, what it observed."""

    def fill(found: "Detection") -> str:
        value = found.observed if found.rule == rule else found.values.get(rule)
        return escape(value) if value else NOTHING

    return fill


def _record_context(format_: str, place: Place) -> Fill:
    written = lru_cache(REMEMBERED_RECORDS)(lambda context: _fields(format_, place, fields_of(record_of(context))))
    return lambda found: written(found.entry.context_json) if found.entry.context_json else ""


def _format(text: str) -> str:
    """A field's format in `str.format`'s writing, which fills it without a second look at what it was filled with."""
    braced = text.replace("{", "{{").replace("}", "}}")
    return braced.replace("%ParamName%", "{0}").replace("%ParamValue%", "{1}")


def _fields(text: str, place: Place, fields: Iterable[tuple[str, str]]) -> str:
    """A record's fields in their format; where keys stand, their keys and their `=` remain."""
    if place == "keys":
        return "".join(blanks(text).format(key(name), extension(value)) for name, value in fields)
    return _ESCAPES[place]("".join(text.format(name, value) for name, value in fields))


@lru_cache(256)
def _date(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{_MONTHS[moment.month - 1]} {moment:%d %H:%M:%S}"
