"""What is a record in a JSON document: an element of its array, a line, or the whole of it."""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from vedette.errors import FeedError
from vedette.feeds.formats.json_stream import elements

if TYPE_CHECKING:
    from collections.abc import Callable

    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse

RECORD_BYTES = 64 * 1024 * 1024
OBJECT_BYTES = 512 * 1024 * 1024
_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class JsonRecord(NamedTuple):
    """A record, and its own bytes."""

    value: Any
    raw: bytes

    @property
    def context(self) -> bytes:
        """The record as the feed had it, on one line; a bare value has none."""
        return msgspec.json.format(self.raw, indent=-1) if isinstance(self.value, dict) else b""


def json_records(
    document: "Document", is_record: "Callable[[dict[str, Any]], bool]", refuse: "Refuse"
) -> Iterator[tuple[int, JsonRecord]]:
    """The elements of an array, the objects of a sequence, or what the one object holds.

    Args:
        document: Not yet read.
        is_record: Whether a single object is a record itself, rather than something that holds arrays of them.
        refuse: Told of what is no JSON.
    """
    opening = document.head.lstrip()[:1]
    if opening not in (b"[", b"{"):
        raise FeedError(f"it is not JSON: it begins with {document.head.lstrip()[:20].decode('utf-8', 'replace')!r}")
    if opening == b"[":
        yield from _decoded(elements(document.stream, RECORD_BYTES, in_array=True), refuse)
        return
    objects = elements(document.stream, OBJECT_BYTES, in_array=False)
    try:
        first, second = next(objects, b""), next(objects, None)
    except ValueError as fault:
        raise FeedError(f"broken JSON: {fault}") from None
    if second is not None:
        yield from _decoded(chain((first, second), objects), refuse)
        return
    yield from _decoded(_held(first, is_record), refuse)


def json_lines(document: "Document", refuse: "Refuse") -> Iterator[tuple[int, JsonRecord]]:
    """Each line that holds something is a record; a broken one costs itself alone."""
    for block in document.blocks(refuse):
        for number, line in enumerate(block.text.split("\n"), block.first):
            if line.strip():
                raw = line.strip().encode("utf-8", "surrogateescape")
                yield from _record(number, raw, refuse)


def _decoded(raws: Iterator[bytes], refuse: "Refuse") -> Iterator[tuple[int, JsonRecord]]:
    number = 0
    try:
        for number, raw in enumerate(raws, 1):
            yield from _record(number, raw, refuse)
    except ValueError as fault:
        refuse(number + 1, str(fault))


def _record(number: int, raw: bytes, refuse: "Refuse") -> Iterator[tuple[int, JsonRecord]]:
    try:
        value = msgspec.json.decode(raw)
    except _FAULTS as fault:
        refuse(number, f"broken JSON: {fault}")
        return
    yield number, JsonRecord(value, raw)


def _held(raw: bytes, is_record: "Callable[[dict[str, Any]], bool]") -> Iterator[bytes]:
    """The records in one object: itself, the elements of its arrays of objects, or of its longest array."""
    try:
        whole = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        if is_record(msgspec.json.decode(raw)):
            return iter((raw,))
        arrays = [
            msgspec.json.decode(member, type=list[msgspec.Raw])
            for member in whole.values()
            if bytes(member).lstrip()[:1] == b"["
        ]
    except _FAULTS as fault:
        raise FeedError(f"broken JSON: {fault}") from None
    of_objects = [array for array in arrays if array and bytes(array[0]).lstrip()[:1] == b"{"]
    chosen = of_objects or [max(arrays, key=len, default=[msgspec.Raw(raw)])]
    return (bytes(element) for element in chain.from_iterable(chosen))
