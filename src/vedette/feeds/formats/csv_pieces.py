"""The lines of a document in pieces: as text where care is needed, or as they stand."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vedette.feeds.document import Lines, block_of

if TYPE_CHECKING:
    from vedette.feeds.document import Block

_PIECE_BYTES = 8 * 1024


class Pieces:
    """Gives pieces of text one by one; lines with a quote in small ones, since only some of them need care.

    Args:
        blocks: Whole lines.
    """

    def __init__(self, blocks: Iterator[Lines]) -> None:
        self._blocks = blocks
        self._rest = Lines(1, b"")

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> "Block":
        first, text = self.rest() or next(self._blocks)
        end = len(text)
        if b'"' in text:
            end = text.find(b"\n", _PIECE_BYTES) + 1 or end
        return block_of(self._cut(first, text, end))

    def rest(self) -> Lines | None:
        """All lines of the block at hand, or of the next one; None at the end."""
        if self._rest.text:
            rest, self._rest = self._rest, Lines(1, b"")
            return rest
        return next(self._blocks, None)

    def put_back(self, lines: Lines, read: int) -> None:
        """Give the lines that begin behind so many bytes of these once more."""
        self._cut(lines.first, lines.text, read)

    def _cut(self, first: int, text: bytes, end: int) -> Lines:
        cut = text[:end]
        self._rest = Lines(first + cut.count(b"\n"), text[end:])
        return Lines(first, cut)
