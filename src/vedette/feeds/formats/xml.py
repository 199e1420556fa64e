"""XML: elements of one name are records, whose fields are elements and attributes within."""

import re
from collections.abc import Iterator
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.formats.json_documents import JsonRecord
from vedette.feeds.formats.json_fields import indicators_in
from vedette.feeds.formats.xml_stream import Node, Path, xml_records

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse
    from vedette.indicators.indicator import Indicator


class XmlFormat(RecordFormat[JsonRecord]):
    """XML documents, read record by record.

    Records are the elements at `root_element`; without it, those right below the document's root. Indicators are at
    the paths of `fields`, as in JSON; without it in fields of well-known names.
    """

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, JsonRecord]]:
        """The elements that are records, each as an object."""
        root_element = self.feed.root_element

        def is_record(path: Path) -> bool:
            return len(path) == 2 if root_element is None else fits(path, root_element)

        for number, node in xml_records(document, is_record, refuse):
            value = object_of(node)
            yield number, JsonRecord(value, msgspec.json.encode(value))

    def indicators(self, record: JsonRecord, file: str) -> Iterator["Indicator"]:
        """The texts in its fields."""
        return indicators_in(record, self.feed)


def fits(path: Path, wanted: str) -> bool:
    """Whether an element lies at a path such as `feed/item`, which begins anywhere, or with a `/` at the root."""
    names = _patterns(wanted)
    if len(path) < len(names) or (wanted.startswith("/") and len(path) != len(names)):
        return False
    return all(name.match(own) for name, own in zip(names, path[-len(names) :], strict=True))


@lru_cache(maxsize=256)
def _patterns(wanted: str) -> tuple[re.Pattern[str], ...]:
    # Brackets are no wildcards in these paths.
    return tuple(re.compile(translate(name.replace("[", "[[]"))) for name in wanted.strip("/").split("/"))


def object_of(node: Node) -> dict[str, Any]:
    """An element as JSON has it.

    An element without elements in it is its text, what is there more than once is an array, an attribute stands under
    `@name` and beside its element under `element@name`; text between elements is `#text`.
    """
    members: dict[str, Any] = {f"@{name}": value for name, value in node.attributes.items()}
    for child in node.children:
        _put(members, child.name, object_of(child) if child.children else child.text.strip())
        for name, value in child.attributes.items():
            _put(members, f"{child.name}@{name}", value)
    if text := node.text.strip():
        members["#text"] = text
    return members


def _put(members: dict[str, Any], name: str, value: Any) -> None:
    there = members.get(name)
    if name not in members:
        members[name] = value
    elif isinstance(there, list):
        there.append(value)
    else:
        members[name] = [there, value]
