"""The objects of a STIX document, cut out of its stream: of bundles, TAXII envelopes, arrays, lines."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from vedette.errors import FeedError
from vedette.feeds.formats.json_documents import RECORD_BYTES
from vedette.feeds.formats.json_stream import Scan, elements

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.formats.json_stream import Readable
    from vedette.feeds.rejects import Refuse

PIECE_BYTES = 1024 * 1024
_TRIES = 8
_TAIL_BYTES = 32 * 1024
_BLANKS = b" \t\r\n"
_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_STRING = rb'"(?:[^"\\]|\\.)*+"'
_MEMBER = _STRING + rb"\s*+:\s*+(?:" + _STRING + rb'|[^"\[\]{},\s]++)\s*+'
_OPENING = re.compile(rb'\s*+\{\s*+(?:(?!"objects")' + _MEMBER + rb',\s*+)*+"objects"\s*+:\s*+\[', re.DOTALL)
"""A bundle or envelope up to its objects: no other member before them is more than a text, a number or a word."""
_CLOSING = re.compile(rb"\s*+(?:,\s*+" + _MEMBER + rb")*+\}\s*+", re.DOTALL)
_IS_BUNDLE = re.compile(rb'"type"\s*+:\s*+"bundle"')
_IS_BUNDLE_FIRST = re.compile(rb'\s*+\[?\s*+\{\s*+"type"\s*+:\s*+"bundle"')
_ID = re.compile(rb'"id"\s*+:\s*+"([a-z0-9-]{1,250}?)--[0-9a-f]{8}-[0-9a-f]{4}-')
_LOOKED_AT_BYTES = 8192
_BETWEEN = re.compile(
    rb'\}\s*+,\s*+\{(?!\s*+"(?:source_name|kill_chain_name|phase_name|description|external_id|url|marking_ref|lang)")'
)
"""Where one object may end and the next begin; parts of objects that begin with these names are none."""


class _Told(msgspec.Struct):
    type: str = ""
    objects: msgspec.Raw = msgspec.Raw()


def opens_objects(head: bytes) -> int:
    """Where the objects of the bundle or envelope begin that this is the beginning of; 0 where it is none."""
    opened = _OPENING.match(head)
    return opened.end() if opened else 0


def looks_stix2(head: bytes) -> bool:
    """Whether a document begins as STIX: with a bundle, or with an object whose id begins with its type."""
    opened = opens_objects(head)
    if opened:
        return _IS_BUNDLE.search(head, 0, opened) is not None or _is_object(head[opened:])
    return _is_object(head.removeprefix(b"[")) or _IS_BUNDLE_FIRST.match(head) is not None


def _is_object(head: bytes) -> bool:
    opening = head.lstrip()[:_LOOKED_AT_BYTES]
    named = _ID.search(opening) if opening.startswith(b"{") else None
    return named is not None and re.search(rb'"type"\s*+:\s*+"' + re.escape(named[1]) + b'"', opening) is not None


def _has_object_lines(head: bytes) -> bool:
    lines = [line.strip() for line in head.split(b"\n", 2)[:2]]
    return len(lines) > 1 and lines[0].endswith(b"}") and lines[1].startswith(b"{")


def stix_objects(document: "Document", refuse: "Refuse") -> Iterator[tuple[int, bytes]]:
    """Each STIX object's own bytes, numbered from 1 throughout the document.

    Raises:
        FeedError: It is no JSON.
    """
    opening = document.head.lstrip()[:1]
    if opening not in (b"[", b"{"):
        raise FeedError(f"it is not JSON: it begins with {document.head.lstrip()[:20].decode('utf-8', 'replace')!r}")
    number = 0
    raws = _of_lines(document, refuse) if _has_object_lines(document.head) else _Source(document.stream).values()
    try:
        for raw in raws:
            for one in _unwrapped(raw) if b'"objects"' in raw else (raw,):
                number += 1
                yield number, one
    except ValueError as fault:
        refuse(number + 1, str(fault))


def _of_lines(document: "Document", refuse: "Refuse") -> Iterator[bytes]:
    """A line may hold an object, or a whole bundle; a broken one costs itself alone."""
    for lines in document.whole_lines(refuse):
        yield from (stripped for line in lines.text.split(b"\n") if (stripped := line.strip()))


def _unwrapped(raw: bytes) -> Iterator[bytes]:
    """The objects in a bundle or envelope; anything else is one itself, and what is no JSON its reader says."""
    try:
        told = msgspec.json.decode(raw, type=_Told)
        held = bytes(told.objects).lstrip()[:1] == b"[" and told.type in {"", "bundle"}
        objects = msgspec.json.decode(told.objects, type=list[msgspec.Raw]) if held else [msgspec.Raw(raw)]
    except _FAULTS:
        objects = [msgspec.Raw(raw)]
    for one in objects:
        yield bytes(one)


class _Source:
    """A stream that has been read up to `at` of its buffer."""

    def __init__(self, stream: "Readable") -> None:
        self._stream = stream
        self._buffer = b""
        self._ended = False

    def values(self) -> Iterator[bytes]:
        """Objects, and bundles that are to be unwrapped."""
        self._fill()
        while rest := self._buffer.lstrip():
            self._buffer = rest
            if rest[:1] == b"[":
                self._buffer = rest[1:]
                yield from self._array()
                self._refuse_behind()
            elif opened := opens_objects(rest):
                self._buffer = rest[opened:]
                yield from self._array()
                self._close()
            else:
                yield from elements(self._whole(), RECORD_BYTES, in_array=False)
                return
            self._fill()

    def _fill(self) -> None:
        if len(self._buffer) < PIECE_BYTES and not self._ended:
            wanted = 2 * PIECE_BYTES - len(self._buffer)
            chunk = self._stream.read(wanted)
            self._ended = len(chunk) < wanted
            self._buffer += chunk

    def _close(self) -> None:
        self._fill()
        closing = _CLOSING.match(self._buffer)
        if closing is None:
            raise ValueError(f"this stands behind the objects of a bundle: {_shown(self._buffer)}")
        self._buffer = self._buffer[closing.end() :]

    def _refuse_behind(self) -> None:
        self._fill()
        if behind := self._buffer.strip(_BLANKS):
            raise ValueError(f"this stands outside of the JSON: {_shown(behind)}")

    def _array(self) -> Iterator[bytes]:
        """The elements up to the bracket that closes the array: many at once, or one by one where that fails."""
        while True:
            self._fill()
            cut = self._cut()
            if cut is None:
                break
            many, end = cut
            closes = self._buffer[end : end + 1] == b"]"
            self._buffer = self._buffer[end + 1 :]
            yield from map(bytes, many)
            if closes:
                return
        scan = Scan(self._whole(b"["), RECORD_BYTES, base=1, leaves_rest=True)
        yield from scan.elements()
        self._buffer = scan.rest()

    def _cut(self) -> tuple[list[msgspec.Raw], int] | None:
        """Whole elements from the buffer's beginning, and where the comma or bracket behind them stands.

        A guess, proven by decoding: what is an array between brackets is the array's own beginning.
        """
        for end in self._ends():
            try:
                return msgspec.json.decode(b"[" + self._buffer[:end] + b"]", type=list[msgspec.Raw]), end
            except _FAULTS:
                continue
        return None

    def _ends(self) -> Iterator[int]:
        buffer = self._buffer
        if self._ended and b"]" in buffer:
            yield buffer.rindex(b"]")
        tail = max(0, len(buffer) - _TAIL_BYTES)
        guesses = list(_BETWEEN.finditer(buffer, tail)) if len(buffer) > PIECE_BYTES else []
        for guess in guesses[: -_TRIES - 1 : -1]:
            yield buffer.index(b",", guess.start())

    def _whole(self, before: bytes = b"") -> "_Behind":
        head, self._buffer = before + self._buffer, b""
        return _Behind(head, self._stream)


class _Behind:
    """Bytes that were read already, and the rest of their stream; it reads no further than it is asked to."""

    def __init__(self, head: bytes, rest: "Readable") -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        head, self._head = self._head, b""
        return head or self._rest.read(size)


def _shown(text: bytes) -> str:
    return text.strip()[:40].decode("utf-8", "backslashreplace")
