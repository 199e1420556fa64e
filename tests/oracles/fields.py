"""The fields of single formats, read plainly: what the core's walk is held against."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

_CEF_KEY = re.compile(r"(?:^|(?<=[ \t]))([A-Za-z0-9_][A-Za-z0-9_.\-\[\],]{0,127})=")
_CEF_ESCAPES = {"\\\\": "\\", "\\=": "=", "\\|": "|", "\\n": "\n", "\\r": "\r"}
_PLAIN = re.compile(r"[A-Za-z0-9_@\x80-\U0010ffff-]+")


def cef_extension(text: str) -> list[tuple[str, str]]:
    """The pairs of an extension whose values begin with no object and no tag, and have no quotes around them."""
    keys = list(_CEF_KEY.finditer(text))
    ends = [*(key.start() for key in keys[1:]), len(text)][: len(keys)]
    return [(key[1], cef_value(text[key.end() : end])) for key, end in zip(keys, ends, strict=True)]


def cef_value(written: str) -> str:
    """A value without the blanks around it and without its escapes."""
    return re.sub(r"\\[\\=|nr]", lambda found: _CEF_ESCAPES[found[0]], written.strip(" \t\n\r\f"))


def json_fields(value: object, path: str = "json.$") -> Iterator[tuple[str, str]]:
    """Every scalar of a document by the name of its field, in the document's order."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from json_fields(item, path + (f".{name}" if _PLAIN.fullmatch(name) else f"['{name}']"))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from json_fields(item, f"{path}[{position}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def xml_fields(text: str) -> list[tuple[str, str]]:
    """Every attribute and text of a document by the name of its field, in the document's order."""
    return list(_element(ElementTree.fromstring(text), "xml."))


def _element(element: ElementTree.Element, way: str) -> Iterator[tuple[str, str]]:
    name = element.get("Name")
    path = way + element.tag + ("" if name is None else f"[@Name='{name}']")
    for attribute, value in element.items():
        yield f"{path}/@{attribute}", value
    if element.text and element.text.strip(" \n"):
        yield path, element.text.strip(" \n")
    for child in element:
        yield from _element(child, path + "/")
        if child.tail and child.tail.strip(" \n"):
            yield path, child.tail.strip(" \n")
