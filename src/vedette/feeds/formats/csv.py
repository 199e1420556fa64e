"""CSV: a record a line, or several lines within quotes; indicators in columns."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from vedette.feeds.formats.csv_columns import columns_of, is_header, looks_named
from vedette.feeds.formats.csv_dialect import commented_header, dialect_of
from vedette.feeds.formats.csv_records import csv_records
from vedette.feeds.formats.csv_rows import Rows
from vedette.feeds.formats.csv_table import Record, Table
from vedette.feeds.formats.format import Batch, Format, Tally

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.facts import Facts
    from vedette.feeds.rejects import Refuse, Unit

_LOOKED_AT = 100


class CsvFormat(Format):
    """Tables of text: commas, semicolons, tabs or bars between the cells, quotes around those that need them.

    Columns are those of `fields`; without it those that the header names in well-known words, or that look like
    indicators in most of the first hundred records.
    """

    unit: ClassVar["Unit"] = "line"

    def batches(self, document: "Document", facts: "Facts", refuse: "Refuse") -> Iterator[Batch]:
        """A batch for each block of lines."""
        refused = Tally(refuse)
        dialect = dialect_of(self.feed, document)
        pieces = csv_records(document.blocks(refused), dialect, refused)
        first = _sample(pieces)
        if not len(first):
            yield Batch([], [], refused.taken())
            return
        header = self._header(first.rows, commented_header(document, dialect))
        if header is first.rows[0]:
            first = Table(first.lines[1:], rows=first.rows[1:])
        rows = Rows(columns_of(self.feed, header, first.rows[:_LOOKED_AT]), facts)
        for table in chain((first,), pieces):
            batch = rows.batch(table, refuse)
            yield batch._replace(records=batch.records + refused.taken())

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
        asked += filter(None, (feed.feed_field, feed.first_seen_field, feed.last_seen_field, feed.valid_until_field))
        return {name.strip().lower() for name in asked if not name.isdigit()}


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
