"""JSON values cut out of a stream, one at a time, without holding more than one."""

import re
from collections.abc import Iterator
from typing import Protocol

_STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
# Bounded, because the matcher remembers each repetition.
_TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]+|' + _STRING + rb"){0,500}", re.DOTALL)
_TO_BRACKET_OR_COMMA = re.compile(rb'(?:[^"\[\]{},]+|' + _STRING + rb"){0,500}", re.DOTALL)
_MARKS = frozenset({b"{", b"}", b"[", b"]", b","})
_BLANKS = b" \t\r\n"
_CHUNK_BYTES = 1024 * 1024


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


def elements(stream: Readable, limit_bytes: int, *, in_array: bool, closing: int = 0) -> Iterator[bytes]:
    """Each element of the one array in the stream, or each of the objects that stand one behind the other.

    Only quotes and brackets are looked at: whether an element is JSON, its reader says.

    Args:
        stream: What is read.
        limit_bytes: The longest element.
        in_array: Whether the stream begins with the array.
        closing: How many brackets, opened before the stream begins, close behind the array.

    Raises:
        ValueError: The stream ends within a value, something other stands between values, or a value is too long.
    """
    return Scan(stream, limit_bytes, 1 if in_array else 0, closing).elements()


class Scan:
    """A scan that has got to `at`; the element under way begins at `start`.

    Args:
        base: How deep the elements stand: 1 in an array, else 0.
        closing: How many brackets, opened before the stream begins, close behind the array.
        leaves_rest: Whether what stands behind the array is left for another to read, rather than turned away.
    """

    def __init__(
        self, stream: Readable, limit_bytes: int, base: int, closing: int = 0, *, leaves_rest: bool = False
    ) -> None:
        self._stream = stream
        self._limit_bytes = limit_bytes
        self._base = base
        self._closing = closing
        self._leaves_rest = leaves_rest
        self._buffer = b""
        self._start = 0
        self._at = 0
        self._depth = 0
        self._ended = False

    def elements(self) -> Iterator[bytes]:
        """Each element."""
        while self._more():
            yield from self._in_buffer()
            if self._is_done():
                return
        rest = self._buffer[self._start :].strip(_BLANKS)
        if self._depth or self._closing or (self._base and not self._ended):
            raise ValueError("the JSON ends in the middle of this record")
        if rest:
            raise ValueError(f"this stands outside of the JSON: {_shown(rest)}")

    def rest(self) -> bytes:
        """What was read of the stream and stands behind the array."""
        return self._buffer[self._at :]

    def _is_done(self) -> bool:
        return self._ended and self._leaves_rest

    def _more(self) -> bool:
        chunk = self._stream.read(_CHUNK_BYTES)
        kept = self._buffer[self._start :]
        if len(kept) > self._limit_bytes:
            raise ValueError(f"a record of more than {self._limit_bytes:,} bytes")
        self._buffer = kept + chunk
        self._at -= self._start
        self._start = 0
        return bool(chunk)

    def _in_buffer(self) -> Iterator[bytes]:
        buffer = self._buffer
        while self._at < len(buffer) and not self._is_done():
            at = self._at
            pattern = _TO_BRACKET_OR_COMMA if self._depth == self._base == 1 else _TO_BRACKET
            passed = pattern.match(buffer, at)
            self._at = passed.end() if passed else at
            mark = buffer[self._at : self._at + 1]
            if mark == b'"' and self._at == at:
                # The string goes on in the next chunk.
                return
            if mark in _MARKS:
                self._at += 1
                yield from self._marked(mark, self._at - 1)

    def _marked(self, mark: bytes, at: int) -> Iterator[bytes]:
        if mark in {b"{", b"["}:
            self._open(at)
        elif mark != b",":
            yield from self._close(at, at + 1)
        elif self._depth == self._base == 1:
            yield from self._cut(at, at + 1)

    def _open(self, at: int) -> None:
        outside = self._buffer[self._start : at].strip(_BLANKS) if self._depth == 0 else b""
        if self._ended or outside:
            raise ValueError(f"this stands outside of the JSON: {_shown(outside or self._buffer[at : at + 40])}")
        self._depth += 1
        if self._depth <= self._base:
            self._start = at + 1
        elif self._depth == 1:
            self._start = at

    def _close(self, at: int, end: int) -> Iterator[bytes]:
        if self._depth == 0:
            self._close_around(at, end)
            return
        self._depth -= 1
        if self._depth >= 1 or self._ended:
            return
        if self._base:
            self._ended = True
            yield from self._cut(at, end)
        else:
            yield from self._cut(end, end)

    def _close_around(self, at: int, end: int) -> None:
        if not self._closing:
            raise ValueError("a bracket closes that none opened")
        if outside := self._buffer[self._start : at].strip(_BLANKS):
            raise ValueError(f"this stands outside of the JSON: {_shown(outside)}")
        self._closing -= 1
        self._start = end

    def _cut(self, to: int, behind: int) -> Iterator[bytes]:
        element = self._buffer[self._start : to].strip(_BLANKS)
        self._start = behind
        if element:
            yield element


def _shown(text: bytes) -> str:
    return text[:40].decode("utf-8", "backslashreplace")
