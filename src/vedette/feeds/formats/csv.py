"""CSV: a record a line, or several lines within quotes; indicators in columns."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from vedette.feeds.formats.csv_columns import FIELD_OPTIONS, columns_of, is_header, looks_named
from vedette.feeds.formats.csv_dialect import commented_header, dialect_of
from vedette.feeds.formats.csv_pieces import Pieces
from vedette.feeds.formats.csv_records import Dialect, careful, csv_records
from vedette.feeds.formats.csv_rows import Rows
from vedette.feeds.formats.csv_table import Record, Table
from vedette.feeds.formats.format import Batch, Format, PreparedBatch, Tally

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.facts import Facts
    from vedette.feeds.rejects import Refuse, Unit
    from vedette.index.tables import TableReader

_LOOKED_AT = 100


class CsvFormat(Format):
    """Tables of text: commas, semicolons, tabs or bars between the cells, quotes around those that need them.

    Columns are those of `fields`; without it those that the header names in well-known words, or that look like
    indicators in most of the first hundred records.
    """

    unit: ClassVar["Unit"] = "line"
    in_core: ClassVar[bool] = True
    """Whether the core reads what it can; the tests read everything here as well, and hold both equal."""

    def batches(self, document: "Document", facts: "Facts", refuse: "Refuse") -> Iterator[Batch | PreparedBatch]:
        """A batch for each block of lines."""
        refused = Tally(refuse)
        dialect = dialect_of(self.feed, document)
        pieces = Pieces(document.whole_lines(refused))
        first = _sample(csv_records(pieces, dialect, refused))
        if not len(first):
            yield Batch([], [], refused.taken())
            return
        header = self._header(first.rows, commented_header(document, dialect))
        if header is first.rows[0]:
            first = Table(first.lines[1:], rows=first.rows[1:])
        rows = Rows(columns_of(self.feed, header, first.rows[:_LOOKED_AT]), facts)
        reader = rows.reader(dialect) if self.in_core else None
        tables = csv_records(pieces, dialect, refused) if reader is None else ()
        for table in chain((first,), tables):
            batch = rows.batch(table, refuse)
            yield batch._replace(records=batch.records + refused.taken())
        if reader is not None:
            yield from _read(pieces, reader, rows, dialect, refused)

    def _header(self, records: Sequence[Record], commented: Record) -> Record:
        """The names of the columns; the first record itself where it is them."""
        first = records[0]
        if self.feed.header is not None:
            return first if self.feed.header else []
        if commented and len(commented) >= len(first):
            return commented
        named = self._names_asked() & {cell.strip().lower() for cell in first}
        if named or is_header(first) or looks_named(first, records[1 : _LOOKED_AT + 1]):
            return first
        return []

    def _names_asked(self) -> set[str]:
        feed = self.feed
        asked = [rule.field for rule in feed.fields]
        asked += filter(None, (getattr(feed, option) for option in FIELD_OPTIONS.values()))
        return {name.strip().lower() for name in asked if not name.isdigit()}


def _read(
    pieces: Pieces, reader: "TableReader", rows: Rows, dialect: Dialect, refused: Tally
) -> Iterator[Batch | PreparedBatch]:
    """What the core reads of the lines, and between that, what it leaves to us."""
    while lines := pieces.rest():
        read = reader.read(lines.text, lines.first)
        yield PreparedBatch(read, read.records + refused.taken())
        if read.end < len(lines.text):
            pieces.put_back(lines, read.end)
            for table in careful(pieces, dialect, refused):
                batch = rows.batch(table, refused.refuse)
                yield batch._replace(records=batch.records + refused.taken())


def _sample(pieces: Iterator[Table]) -> Table:
    """Enough records to look at, taken from the pieces."""
    lines: list[int] = []
    rows: list[Record] = []
    for piece in pieces:
        lines += piece.lines
        rows += piece.records()
        if len(rows) > _LOOKED_AT:
            break
    return Table(lines, rows=rows)
