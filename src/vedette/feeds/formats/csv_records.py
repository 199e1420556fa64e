"""CSV cut into records, whatever stands in quotes."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from vedette.feeds.document import is_text
from vedette.feeds.formats.csv_table import Table, table_of

if TYPE_CHECKING:
    from vedette.feeds.document import Block
    from vedette.feeds.rejects import Refuse


class Dialect(NamedTuple):
    """How cells are apart, and what a comment begins with (empty: nothing does)."""

    delimiter: str
    comment: str

    def reader(self, lines: Iterable[str]) -> "Iterator[list[str]]":
        """What cuts these lines into records."""
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True)


def csv_records(blocks: "Iterator[Block]", dialect: Dialect, refuse: "Refuse") -> Iterator[Table]:
    """The records of each block of lines, without comments and blank lines."""
    for block in blocks:
        if '"' in block.text or not block.clean:
            yield from careful(chain((block,), blocks), dialect, refuse)
        else:
            yield from _quick(block, dialect, refuse)


def _quick(block: "Block", dialect: Dialect, refuse: "Refuse") -> Iterator[Table]:
    """Without quotes a line is a record, and the block is read in one go."""
    text, comment = block.text, dialect.comment
    has_comments = bool(comment) and ("\n" + comment in text or text.startswith(comment))
    table = None if has_comments else table_of(text, dialect.delimiter, block.first)
    if table is not None:
        yield table
        return
    numbered = [
        (number, line)
        for number, line in enumerate(text.split("\n"), block.first)
        if line.strip() and not (has_comments and line.startswith(comment))
    ]
    try:
        rows = list(dialect.reader(line for _, line in numbered))
    except csv.Error:
        yield from careful(iter((block,)), dialect, refuse)
        return
    yield Table([number for number, _ in numbered], rows=rows)


def careful(blocks: "Iterator[Block]", dialect: Dialect, refuse: "Refuse") -> Iterator[Table]:
    """The first block record by record; its last record may take lines of the next blocks."""
    source = _Lines(blocks, dialect.comment)
    reader = dialect.reader(source)
    lines: list[int] = []
    cells: list[list[str]] = []
    while source.begin():
        try:
            record = next(reader)
        except csv.Error as fault:
            refuse(source.started, f"not CSV: {fault}")
            source.give_back()
            continue
        if source.ended_inside:
            refuse(source.started, "a quote opens here and is never closed")
            source.give_back()
        elif not source.clean and not all(map(is_text, record)):
            refuse(source.started, "bytes that are no UTF-8")
        elif record:
            cells.append(record)
            lines.append(source.started)
    yield Table(lines, rows=cells)


class _Lines:
    """Hands lines to the reader and remembers those of the record under way, so that an open quote costs one line."""

    def __init__(self, blocks: "Iterator[Block]", comment: str) -> None:
        self._blocks = blocks
        self._comment = comment
        self._lines: Iterator[str] = iter(())
        self._next_line = 1
        self._record: list[str] = []
        self._first = ""
        self.clean = True
        self.started = 0
        self.ended_inside = False
        self._take_block()

    def begin(self) -> bool:
        """Whether another record begins within the block, or blocks, taken so far; comments are passed over."""
        self._record = []
        self.ended_inside = False
        for line in self._lines:
            self._next_line += 1
            if line.strip() and not (self._comment and line.startswith(self._comment)):
                self._first = line
                self.started = self._next_line - 1
                return True
        return False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if not self._record:
            line = self._first
        else:
            following = next(self._lines, None)
            if following is None and self._take_block():
                following = next(self._lines, None)
            if following is None:
                self.ended_inside = True
                raise StopIteration
            line = following
            self._next_line += 1
        self._record.append(line)
        return line

    def give_back(self) -> None:
        """Read the lines of the broken record anew, but for its first."""
        again = self._record[1:]
        self._lines = chain(again, self._lines)
        self._next_line -= len(again)

    def _take_block(self) -> bool:
        block = next(self._blocks, None)
        if block is None:
            return False
        self._next_line = max(self._next_line, block.first)
        self.clean = self.clean and block.clean
        self._lines = io.StringIO(block.text, newline="\n")
        return True
