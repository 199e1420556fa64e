"""What a conversion gathers on its way through the XML: our values, where each came from, what had no place."""

import copy
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from vedette.config.draft import Draft, Note, one_line
from vedette.config.lines import Key, Lines, written
from vedette.config.shaping import did_you_mean
from vedette.cybertrace.xml import line_of
from vedette.errors import Mistake

NO_COUNTERPART = "has no counterpart"

_SECRET = re.compile(r"pass|secret|token|credential|private", re.IGNORECASE)
_HIDDEN = "***"
_CDATA = re.compile(r"<[^>]*>\s*<!\[CDATA\[(.*)\]\]>\s*</[^>]*>", re.DOTALL)


class Conversion:
    """A draft in the making."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._data: dict[str, Any] = {}
        self._lines: dict[Key, int] = {}
        self._notes: list[Note] = []
        self._mistakes: list[Mistake] = []
        self._hints: dict[Key, str] = {}

    def draft(self) -> Draft:
        """What was gathered."""
        lines = Lines(self.path, self._lines)
        return Draft(self._data, lines, tuple(self._notes), tuple(self._mistakes), self._hints)

    def put(self, key: Key, value: Any, element: etree._Element) -> None:
        """Give one of our keys its value; parts of the way that are not there yet are made."""
        level: Any = self._data
        for depth, part in enumerate(key[:-1]):
            self._lines.setdefault(key[: depth + 1], line_of(element))
            level = level.setdefault(part, {})
        level[key[-1]] = value
        self.stands(key, element)

    def names(self, part: str) -> tuple[str, ...]:
        """The names that were put below one of the configuration's parts."""
        return tuple(self._data.get(part, ()))

    def stands(self, key: Key, element: etree._Element) -> None:
        """Say where a key stands that was put as a part of another."""
        self._lines[key] = line_of(element)

    def note(self, at: Key, element: etree._Element, text: str, why: str = NO_COUNTERPART) -> None:
        """Keep something that our configuration cannot hold, for a comment before this key."""
        self._notes.append(Note(at, f"{text} -- {why}", line_of(element)))

    def hint(self, key: Key, text: str) -> None:
        """Say more about a key, should its value be a mistake."""
        self._hints[key] = text

    def mistake(self, key: Key, element: etree._Element, message: str) -> None:
        """Something wrong in the file itself."""
        self._mistakes.append(Mistake(self.path, line_of(element), one_line(written(key)), one_line(message)))

    def leftovers(self, at: Key, element: etree._Element, attributes: Sequence[str], why: str) -> None:
        """Note the attributes that nobody asked for."""
        for name, value in _attributes(element):
            if name not in attributes:
                self.note(at, element, f"{tag_of(element)}[{name}]: {_shown(name, value)}", why)


def children(
    conversion: Conversion, at: Key, element: etree._Element, known: Sequence[str]
) -> Iterator[etree._Element]:
    """The children that have a known name; others are notes, and mistakes where only their case is wrong."""
    folded = {name.casefold(): name for name in known}
    for child in element:
        name = tag_of(child)
        if name in known:
            yield child
        elif name.casefold() in folded:
            message = f"`<{name}>` should be `<{folded[name.casefold()]}>`: names are case-sensitive"
            conversion.mistake(at, child, message)
        else:
            note_whole(conversion, at, child)


def note_whole(conversion: Conversion, at: Key, element: etree._Element, why: str = NO_COUNTERPART) -> None:
    """Note an element with all that is below it, secrets left out."""
    kept = copy.deepcopy(element)
    for one in kept.iter("*"):
        if _SECRET.search(tag_of(one)) and one.text:
            one.text = _HIDDEN
        for name, value in _attributes(one):
            one.set(name, _shown(name, value))
    content = etree.tostring(kept, encoding="unicode", with_tail=False)
    conversion.note(at, element, re.sub(r"\s*\n\s*", " ", content), why)


def tag_of(element: etree._Element) -> str:
    """An element's name."""
    tag = element.tag
    return tag if isinstance(tag, str) else tag.decode()


def text_of(element: etree._Element) -> str:
    """An element's text byte for byte: CDATA as it is, else without the line breaks and indents around it."""
    marked = _CDATA.fullmatch(etree.tostring(element, encoding="unicode", with_tail=False))
    if marked and "]]>" not in marked[1]:
        return marked[1]
    return re.sub(r"\A(?:[ \t]*\n)+[ \t]*|(?:\n[ \t]*)+\Z", "", element.text or "")


def chosen(
    conversion: Conversion, key: Key, element: etree._Element, attribute: str, words: Sequence[str], default: str
) -> str:
    """An attribute whose value is one of some words, lower case; a mistake and the default where it is not."""
    given = element.get(attribute, default).strip()
    if given.casefold() in [word.casefold() for word in words]:
        return given.casefold()
    message = f"`{tag_of(element)}` has no {attribute} named `{given}`; {did_you_mean(given, words)}"
    conversion.mistake(key, element, message)
    return default.casefold()


def required(conversion: Conversion, key: Key, element: etree._Element, attribute: str) -> str:
    """An attribute that must be there; a mistake and empty where it is not."""
    value = element.get(attribute)
    if value is None:
        conversion.mistake(key, element, f"`<{tag_of(element)}>` has no `{attribute}`")
    return value or ""


def expect(conversion: Conversion, key: Key, element: etree._Element, names: Sequence[str]) -> None:
    """A mistake for each child that must be there and is not."""
    for name in names:
        if element.find(name) is None:
            conversion.mistake(key, element, f"`<{tag_of(element)}>` has no `<{name}>`")


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def _shown(name: str, value: str) -> str:
    return _HIDDEN if _SECRET.search(name) else value
