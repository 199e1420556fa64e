"""A document of a feed: one file, or one member of an archive, as plain bytes to be read once."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from vedette.feeds.ahead import ahead

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from vedette.feeds.rejects import Refuse

HEAD_BYTES = 64 * 1024
BLOCK_BYTES = 1024 * 1024
LINE_BYTES = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class Lines(NamedTuple):
    """Whole lines as they stand in the document, and the number of the first."""

    first: int
    text: bytes


class Block(NamedTuple):
    """Whole lines of text, and the number of the first.

    Bytes that are no UTF-8 are lone surrogates in it (PEP 383), and `clean` is false.
    """

    first: int
    text: str
    clean: bool


@dataclass(frozen=True)
class Document:
    """One document of a feed.

    Args:
        file: The feed's file, with `!member` behind it for a member of an archive.
        head: The first 64 KiB, or all, without a byte order mark.
        stream: The whole, not yet read.
    """

    file: str
    head: bytes
    stream: "io.BufferedReader[Any]"

    @classmethod
    def of(cls, file: str, plain: "io.BufferedReader[Any]") -> "Document":
        """A document whose head is read and put back."""
        head = plain.read(HEAD_BYTES)
        start = len(_BOM) if head.startswith(_BOM) else 0
        joined = io.BufferedReader(_Joined(head[start:], plain), BLOCK_BYTES)
        return cls(file, head[start:], joined)

    def lines(self) -> Iterator[str]:
        """The whole lines of the head, without their line breaks, to be looked at; bytes that are no UTF-8 are `�`."""
        text = self.head.decode("utf-8", "replace").replace("\r\n", "\n")
        if "\n" not in text:
            text = text.replace("\r", "\n")
        lines = text.split("\n")
        if len(lines) > 1 and len(self.head) >= HEAD_BYTES - len(_BOM):
            lines.pop()
        return iter(lines)

    def blocks(self, refuse: "Refuse") -> Iterator[Block]:
        """The text in blocks of whole lines; a line beyond 16 MiB is refused."""
        return map(block_of, self.whole_lines(refuse))

    def whole_lines(self, refuse: "Refuse") -> Iterator[Lines]:
        """The bytes in blocks of whole lines; a line beyond 16 MiB is refused."""
        numbered = _numbered(_whole_lines(self._chunks()))
        if len(self.head) >= HEAD_BYTES - len(_BOM):
            # What unpacks the next block need not wait for this one to be read.
            numbered = ahead(numbered)
        for first, lines in numbered:
            if len(lines) > LINE_BYTES:
                refuse(first, f"a line of more than {LINE_BYTES:,} bytes")
            else:
                yield Lines(first, lines)

    def _chunks(self) -> Iterator[bytes]:
        # Lines that end in CR alone (old Macs, some spreadsheets).
        bare_cr = b"\r" in self.head and b"\n" not in self.head
        chunks = iter(lambda: self.stream.read(BLOCK_BYTES), b"")
        return (chunk.replace(b"\r", b"\n") for chunk in chunks) if bare_cr else chunks


def _numbered(pieces: Iterator[bytes]) -> Iterator[Lines]:
    """Each piece with the number of its first line; one beyond the limit is one line, whatever is left of it."""
    first = 1
    for text in pieces:
        yield Lines(first, text)
        first += 1 if len(text) > LINE_BYTES else text.count(b"\n")


def _whole_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces that end in a line break, the last one perhaps not; of a line beyond the limit only the beginning."""
    started: list[bytes] = []
    size = 0
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if not cut:
            size += len(chunk)
            if size <= LINE_BYTES + BLOCK_BYTES:
                started.append(chunk)
            continue
        if size > LINE_BYTES - BLOCK_BYTES:
            # The long line goes alone, so that no other is refused with it.
            cut_long = chunk.index(b"\n") + 1
            yield b"".join([*started, chunk[:cut_long]])
            started = []
            yield chunk[cut_long:cut]
        else:
            yield b"".join([*started, chunk[:cut]])
        started = [chunk[cut:]] if cut < len(chunk) else []
        size = len(chunk) - cut
    if started:
        yield b"".join(started)


def block_of(lines: Lines) -> Block:
    """The lines as text."""
    first, text = lines
    try:
        return Block(first, text.decode("utf-8"), clean=True)
    except UnicodeDecodeError:
        return Block(first, text.decode("utf-8", "surrogateescape"), clean=False)


class _Joined(io.RawIOBase):
    """A head that was read already, and the rest of its stream."""

    def __init__(self, head: bytes, rest: "io.BufferedReader[Any]") -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        if self._head:
            taken = self._head[: len(view)]
            view[: len(taken)] = taken
            self._head = self._head[len(taken) :]
            return len(taken)
        chunk = self._rest.read1(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)


def is_text(text: str) -> bool:
    """Whether no byte of it was other than UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
