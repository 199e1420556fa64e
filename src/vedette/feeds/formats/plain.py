"""Plain lists: one value a line."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import msgspec

from vedette.feeds.document import block_of, is_text
from vedette.feeds.formats.format import BATCH, Batch, Format, PreparedBatch, Tally
from vedette.index.tables import ListReader
from vedette.indicators.normal_form import is_range

if TYPE_CHECKING:
    from vedette.feeds.document import Block, Document
    from vedette.feeds.facts import Facts, Row
    from vedette.feeds.rejects import Refuse, Unit

_COMMENTS = ("#", ";", "//")
_BLANK = re.compile(r"\s")
_RANGE = re.compile(r"(\S+\s+-\s+\S+)(.*)")
_LONGEST_SHOWN = 80
_SINKHOLES = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 - not an address to listen on


class PlainFormat(Format):
    """A list of values, one a line; whatever follows a blank or tab is context.

    Lines that begin with `#`, `;` or `//` are comments, and so is what follows ` #`. Kinds are told by looking unless
    the feed says one.
    """

    unit: ClassVar["Unit"] = "line"
    in_core_from_bytes: ClassVar[int] = 64 * 1024
    """Blocks of lines from this size on are read by the core; the tests hold both readings equal."""

    @property
    def _comments(self) -> tuple[str, ...]:
        comment = self.feed.comment
        return _COMMENTS if comment == "#" else (comment,) if comment else ()

    def batches(self, document: "Document", facts: "Facts", refuse: "Refuse") -> Iterator[Batch | PreparedBatch]:
        """The first word of each line, as rows."""
        refused = Tally(refuse)
        of_feed = facts.of()
        reader = ListReader(
            self.feed.kind,
            self.feed.scope,
            of_feed,
            comments=self._comments,
            comment_behind=self.feed.comment,
        )
        for lines in document.whole_lines(refused):
            if len(lines.text) < self.in_core_from_bytes:
                yield from self._in_python(block_of(lines), of_feed, refused)
                continue
            read = reader.read(lines.text, lines.first)
            if read.comments:
                refuse.leave_out("comments", read.comments)
            yield PreparedBatch(read, read.records + refused.taken())

    def _in_python(self, block: "Block", of_feed: int, refused: Tally) -> Iterator[Batch]:
        kind, scope = self.feed.kind, self.feed.scope
        rows: list[Row] = []
        places: list[int] = []
        records = 0
        for number, record in self._records(block, refused):
            records += 1
            value, context = record, None
            if _BLANK.search(record):
                try:
                    value, context = self._value(record)
                except ValueError as fault:
                    refused.refuse(number, str(fault))
                    continue
            rows.append((kind, value, scope, of_feed, None, None, None, context))
            places.append(number)
            if len(rows) >= BATCH:
                yield Batch(rows, places, records + refused.taken())
                rows, places, records = [], [], 0
        yield Batch(rows, places, records + refused.taken())

    def _records(self, block: "Block", refuse: "Refuse") -> Iterator[tuple[int, str]]:
        comments = self._comments
        commented = 0
        for number, line in enumerate(block.text.split("\n"), block.first):
            record = line.strip()
            if not record:
                continue
            if record.startswith(comments):
                commented += 1
            elif not block.clean and not is_text(record):
                refuse(number, "bytes that are no UTF-8")
            else:
                yield number, record
        if commented:
            refuse.leave_out("comments", commented)

    def _value(self, record: str) -> tuple[str, bytes | None]:
        """The line's first word, or the range that it begins with; the other words are its context."""
        text = self._without_comment(record)
        apart = _RANGE.fullmatch(text)
        if apart and is_range(apart[1]):
            value, columns = apart[1], apart[2].split()
        else:
            value, *columns = text.split()
        if columns and value in _SINKHOLES:
            raise ValueError(
                f"`{record[:_LONGEST_SHOWN]}` looks like a line of a hosts file, which is not a plain list"
            )
        return value, msgspec.json.encode({"columns": columns}) if columns else None

    def _without_comment(self, record: str) -> str:
        comment = self.feed.comment
        if not comment:
            return record
        for blank in (" ", "\t"):
            record = record.split(blank + comment, 1)[0]
        return record
