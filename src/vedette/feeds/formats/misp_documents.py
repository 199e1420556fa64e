"""What is an attribute in a MISP document, and which event and object it belongs to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from vedette.errors import FeedError
from vedette.feeds.formats.json_stream import elements
from vedette.feeds.formats.misp_labels import Labels, labels_of

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse

EVENT_BYTES = 64 * 1024 * 1024
ATTRIBUTE_BYTES = 1024 * 1024
"""An attribute without the file that it may hold."""
MEMBER_BYTES = 8 * 1024 * 1024
"""An event's galaxies, tags and such."""
LONGEST = 512
"""Characters of an event's title and such, and of its galaxies' names: they go with every indicator."""

_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_RESPONSE = re.compile(rb'\s*\{\s*"response"\s*:\s*(?=\[)')
_RESPONSE_OF_ATTRIBUTES = re.compile(rb'\s*\{\s*"response"\s*:\s*\{\s*"Attribute"\s*:\s*(?=\[)')
_EVENTS = re.compile(rb'\s*\[?\s*\{\s*"Event"\s*:\s*\{')
_WORDS = {
    "threat_level_id": ("threat_level", {"1": "high", "2": "medium", "3": "low", "4": "undefined"}),
    "analysis": ("analysis_state", {"0": "initial", "1": "ongoing", "2": "completed"}),
}
_OF_EVENT = ("uuid", "info", "date", "threat_level_id", "analysis", "timestamp", "published")
_OF_OBJECT = ("uuid", "name", "meta-category", "comment", "first_seen", "last_seen")

_Members = dict[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class Holder:
    """An event or an object of one, as it goes with each of its attributes.

    Args:
        said: The members that go into the context, as the feed has them.
    """

    said: Mapping[str, Any] = field(default_factory=dict)
    labels: Labels = field(default_factory=Labels)
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class MispRecord:
    """An attribute with what it belongs to."""

    attribute: dict[str, Any]
    event: Holder = field(default_factory=Holder)
    object: Holder | None = None


def looks_misp(head: bytes) -> bool:
    """Whether a document begins as events of MISP, or an answer of its API, do."""
    if _EVENTS.match(head) or _RESPONSE_OF_ATTRIBUTES.match(head):
        return True
    answer = _RESPONSE.match(head)
    return answer is not None and _EVENTS.match(head, answer.end()) is not None


def misp_records(document: "Document", refuse: "Refuse") -> Iterator[tuple[int, MispRecord]]:
    """Each attribute of a document by its number; events and attributes that cannot be read are refused.

    Raises:
        FeedError: It is no JSON, or no MISP.
    """
    return _Reading(refuse).records(document)


class _Reading:
    """The reading of one document: how many attributes it has had."""

    def __init__(self, refuse: "Refuse") -> None:
        self._refuse = refuse
        self._number = 0

    def records(self, document: "Document") -> Iterator[tuple[int, MispRecord]]:
        head = document.head
        attributes, events = _RESPONSE_OF_ATTRIBUTES.match(head), _RESPONSE.match(head)
        answer = attributes or events
        if answer is None and head.lstrip()[:1] not in (b"[", b"{"):
            raise FeedError(f"it is not JSON: it begins with {head.lstrip()[:20].decode('utf-8', 'replace')!r}")
        if answer is not None:
            document.stream.read(answer.end())
        in_array = answer is not None or head.lstrip()[:1] == b"["
        closing = 2 if attributes else 1 if events else 0
        found = elements(document.stream, EVENT_BYTES, in_array=in_array, closing=closing)
        try:
            for raw in found:
                yield from self._attributes([msgspec.Raw(raw)], Holder()) if attributes else self._events(raw)
        except ValueError as fault:
            self._wrong(str(fault))

    def _events(self, raw: bytes, *, inside: bool = False) -> Iterator[tuple[int, MispRecord]]:
        """An event, bare or under `Event`; or the events or attributes under a `response` that opens otherwise."""
        try:
            members = msgspec.json.decode(raw, type=_Members)
        except _FAULTS as fault:
            self._wrong(f"broken JSON, or no object: {fault}")
            return
        if "Event" in members and "Attribute" not in members:
            yield from self._events(bytes(members["Event"]), inside=True)
        elif "response" in members and not inside:
            for one in self._list(members, "response", or_one=True):
                yield from self._events(bytes(one), inside=True)
        elif members.keys() & {"Attribute", "Object", "info"}:
            yield from self._of_event(members)
        else:
            self._wrong(f"no event of MISP: it has {', '.join(members)[:120]}")

    def _of_event(self, members: _Members) -> Iterator[tuple[int, MispRecord]]:
        event = self._holder(members, _OF_EVENT)
        if proposals := len(self._list(members, "ShadowAttribute")):
            self._refuse.leave_out("proposals to change an event", proposals)
        yield from self._attributes(self._list(members, "Attribute"), event)
        for raw in self._list(members, "Object"):
            try:
                of_object = msgspec.json.decode(raw, type=_Members)
            except _FAULTS as fault:
                self._wrong(f"{_named(event)}: an object that cannot be read: {fault}")
                continue
            holder = self._holder(of_object, _OF_OBJECT)
            yield from self._attributes(self._list(of_object, "Attribute"), event, holder)

    def _attributes(
        self, raws: list[msgspec.Raw], event: Holder, holder: Holder | None = None
    ) -> Iterator[tuple[int, MispRecord]]:
        for raw in raws:
            self._number += 1
            try:
                yield self._number, MispRecord(_attribute(bytes(raw)), event, holder)
            except (*_FAULTS, ValueError) as fault:
                self._refuse(self._number, f"{_named(event)}: an attribute that cannot be read: {fault}")

    def _holder(self, members: _Members, keys: tuple[str, ...]) -> Holder:
        said: dict[str, Any] = {key: value for key in keys if (value := self._short(members, key)) is not None}
        for key, (name, words) in _WORDS.items():
            if word := words.get(str(said.get(key))):
                said[name] = word
        organisation = self._value(members, "Orgc") or self._value(members, "Org")
        if isinstance(organisation, dict) and isinstance(organisation.get("name"), str):
            said["org"] = organisation["name"][:LONGEST]
        labels = labels_of(self._value(members, "Tag"), self._value(members, "Galaxy"))
        if labels.galaxies:
            said["galaxies"] = ", ".join(labels.galaxies)[:LONGEST]
        return Holder(said, labels, is_yes(self._value(members, "deleted")))

    def _short(self, members: _Members, key: str) -> Any:
        value = self._value(members, key)
        return value[:LONGEST] if isinstance(value, str) else value if isinstance(value, int) else None

    def _value(self, members: _Members, key: str) -> Any:
        raw = members.get(key)
        if raw is None:
            return None
        if len(memoryview(raw)) > MEMBER_BYTES:
            self._wrong(f"`{key}` of more than {MEMBER_BYTES:,} bytes in an event, passed over")
            return None
        try:
            return msgspec.json.decode(raw)
        except _FAULTS as fault:
            self._wrong(f"`{key}` of an event cannot be read, passed over: {fault}")
            return None

    def _list(self, members: _Members, key: str, *, or_one: bool = False) -> list[msgspec.Raw]:
        raw = members.get(key, msgspec.Raw(b"null"))
        opening = bytes(memoryview(raw)[:1])
        if opening == b"n":
            return []
        if or_one and opening == b"{":
            return [raw]
        try:
            return msgspec.json.decode(raw, type=list[msgspec.Raw])
        except _FAULTS as fault:
            self._wrong(f"`{key}` of an event is no list: {fault}")
            return []

    def _wrong(self, reason: str) -> None:
        """Refuse what stands behind the last attribute."""
        self._refuse(self._number + 1, reason)


def _attribute(raw: bytes) -> dict[str, Any]:
    """An attribute without the file that it may hold.

    Raises:
        ValueError: It is too long.
    """
    if len(raw) > ATTRIBUTE_BYTES:
        members = msgspec.json.decode(raw, type=_Members)
        members.pop("data", None)
        raw = msgspec.json.encode(members)
        if len(raw) > ATTRIBUTE_BYTES:
            raise ValueError(f"more than {ATTRIBUTE_BYTES:,} bytes")
    attribute = msgspec.json.decode(raw, type=dict[str, Any])
    attribute.pop("data", None)
    return attribute


def is_yes(value: Any) -> bool:
    """Whether a flag is set, in any of the ways in which MISP writes one."""
    return value is True or value == 1 or str(value).lower() in {"1", "true"}


def _named(event: Holder) -> str:
    return f"event {event.said.get('uuid', 'without a uuid')}"
