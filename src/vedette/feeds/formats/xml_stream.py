"""XML read as a stream and trusted in nothing: no DOCTYPE, no entities, bounded in depth and in a record's size."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from lxml import etree

from vedette.errors import FeedError

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse

DEEPEST = 100
RECORD_CHARACTERS = 4 * 1024 * 1024
RECORD_NODES = 200_000
_CHUNK_BYTES = 64 * 1024
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NAME = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)")

Path = tuple[str, ...]
"""The local names of an element and of those around it, the document's root first."""


@dataclass(slots=True)
class Node:
    """An element by its local name, its attributes by theirs; `xsi:type` keeps its prefix, for `type` is another."""

    name: str
    attributes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> Iterator["Node"]:
        """Its children of this name."""
        return (child for child in self.children if child.name == name)

    def size(self) -> int:
        """How many elements and attributes it is."""
        return 1 + len(self.attributes) + sum(child.size() for child in self.children)

    def characters(self) -> int:
        """How long its texts are."""
        return len(self.text) + sum(child.characters() for child in self.children)

    def first(self, *names: str) -> "Node | None":
        """What is at the end of this path, each the first of its name."""
        node: Node | None = self
        for name in names:
            node = next(node.all(name), None) if node is not None else None
        return node

    def text_at(self, *names: str) -> str:
        """The text there, without blanks around it; empty where there is none."""
        node = self.first(*names)
        return node.text.strip() if node is not None else ""

    def below(self, name: str) -> Iterator["Node"]:
        """All elements of this name at any depth, but for those within another of them."""
        for child in self.children:
            if child.name == name:
                yield child
            else:
                yield from child.below(name)


def root_name(head: bytes) -> str:
    """The local name of the first element; empty where there is none in the head, or something else before it."""
    at = 0
    ends: Final = {b"<?": b"?>", b"<!--": b"-->"}
    while True:
        at += len(head[at:]) - len(head[at:].lstrip())
        opening = next((mark for mark in ends if head.startswith(mark, at)), None)
        if opening is None:
            name = _NAME.match(head, at)
            return name[1].decode("ascii", "replace") if name else ""
        end = head.find(ends[opening], at + len(opening))
        if end < 0:
            return ""
        at = end + len(ends[opening])


def xml_records(
    document: "Document", is_record: Callable[[Path], bool], refuse: "Refuse"
) -> Iterator[tuple[int, Node]]:
    """The outermost elements that are records, by their number; one that is too large is refused.

    Args:
        document: Not yet read.
        is_record: Asked with the path of each element that is not within a record.
        refuse: Told of what is too large, and of where the XML breaks off.

    Raises:
        FeedError: It declares a DOCTYPE, or is no XML from its beginning.
    """
    target = _Target(is_record, refuse)
    parser = etree.XMLParser(
        # Its stubs say that names may be bytes, which they never are.
        target=cast("etree.ParserTarget", target),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        while chunk := document.stream.read(_CHUNK_BYTES):
            parser.feed(chunk)
            yield from target.taken()
        parser.close()
    except (etree.XMLSyntaxError, _TooDeepError) as fault:
        yield from target.taken()
        why = f"broken XML, and nothing is read behind it: {fault.args[0]}"
        if not target.number:
            raise FeedError(why) from None
        refuse(target.place, why)
        return
    yield from target.taken()


class _TooDeepError(Exception):
    """Elements within elements beyond the bound."""


class _Target:
    """Builds the records out of what the parser tells, and nothing of what is around them."""

    def __init__(self, is_record: Callable[[Path], bool], refuse: "Refuse") -> None:
        self.number = 0
        self._is_record = is_record
        self._refuse = refuse
        self._path: list[str] = []
        self._open: list[Node] = []
        self._ready: list[tuple[int, Node]] = []
        self._records_at = 0
        self._characters = 0
        self._nodes = 0

    def taken(self) -> list[tuple[int, Node]]:
        """The records that are whole since this was asked last."""
        ready, self._ready = self._ready, []
        return ready

    @property
    def place(self) -> int:
        """The number of the record under way, or of the next."""
        return self.number if self._records_at else self.number + 1

    def doctype(self, *_names: str | None) -> None:
        raise FeedError("it declares a DOCTYPE, which a feed needs for nothing but attacks")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(_local(tag))
        if len(self._path) > DEEPEST:
            raise _TooDeepError(f"elements lie more than {DEEPEST} deep in one another")
        if not self._records_at:
            if not self._is_record(tuple(self._path)):
                return
            self._records_at = len(self._path)
            self.number += 1
            self._characters = self._nodes = 0
        self._nodes += 1 + len(attributes)
        self._characters += sum(map(len, attributes.values()))
        if self._is_too_large():
            self._open.clear()
            return
        if len(self._open) == len(self._path) - self._records_at:
            node = Node(self._path[-1], {_local(name): value for name, value in attributes.items()})
            if self._open:
                self._open[-1].children.append(node)
            self._open.append(node)

    def data(self, text: str) -> None:
        if not self._records_at:
            return
        self._characters += len(text)
        if self._is_too_large():
            self._open.clear()
        elif self._open:
            self._open[-1].text += text

    def end(self, _tag: str) -> None:
        at = len(self._path)
        self._path.pop()
        if not self._records_at:
            return
        node = self._open.pop() if len(self._open) == at - self._records_at + 1 else None
        if at > self._records_at:
            return
        self._records_at = 0
        if node is None or self._is_too_large():
            allowed = f"{RECORD_CHARACTERS:,} characters and {RECORD_NODES:,} elements and attributes are allowed"
            self._refuse(self.number, f"a record too large: {allowed}")
        else:
            self._ready.append((self.number, node))

    def comment(self, _text: str) -> None:
        """Comments say nothing to us."""

    def pi(self, _target: str, _data: str | None = None) -> None:
        """Nor do processing instructions."""

    def close(self) -> None:
        """The document is at its end."""

    def _is_too_large(self) -> bool:
        return self._characters > RECORD_CHARACTERS or self._nodes > RECORD_NODES


def _local(name: str) -> str:
    return "xsi:type" if name == _XSI_TYPE else name.rpartition("}")[2]
