"""Formats that say all that they say of a value in one line."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from vedette.feeds.document import is_text
from vedette.feeds.formats.format import BATCH, Batch, Format, Tally
from vedette.feeds.rejects import LeftOut
from vedette.indicators.kind import scopes_of

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.facts import Facts, Row
    from vedette.feeds.rejects import Refuse, Unit
    from vedette.indicators.kind import Scope

LONGEST_LINE = 1024 * 1024
"""One line may hold many values, all of which stand in memory at once."""


Reading: TypeAlias = "tuple[str, str | None, Scope | None, bytes | None]"
"""What a line says of one value: (value, kind, scope, context); a scope is only said of the kind that has it.

A bare tuple, for there are millions.
"""


class LineFormat(Format):
    """A format whose lines are read one by one: less than an object for each value, for lists of millions."""

    unit: ClassVar["Unit"] = "line"
    comments: ClassVar[tuple[str, ...]] = ("#",)

    @abstractmethod
    def readings(self, line: str) -> Iterable[Reading]:
        """What one line says; it has no blanks around it. ValueError refuses it, LeftOut leaves it out on purpose."""

    def batches(self, document: "Document", facts: "Facts", refuse: "Refuse") -> Iterator[Batch]:
        """The document as rows."""
        refused = Tally(refuse)
        kind_of_feed, scopes, of_feed = self.feed.kind, _Scopes(self.feed.scope), facts.of()
        rows: list[Row] = []
        places: list[int] = []
        records = 0
        for number, line in self.lines(document, refused):
            records += 1
            try:
                found = self.readings(line)
                for value, kind, scope, context in found:
                    kind = kind_of_feed or kind
                    rows.append((kind, value, scopes[kind, scope], of_feed, None, None, None, context))
                    places.append(number)
            except LeftOut as sort:
                refuse.leave_out(str(sort))
            except ValueError as fault:
                refuse(number, str(fault))
            if len(rows) >= BATCH:
                yield Batch(rows, places, records + refused.taken())
                rows, places, records = [], [], 0
        yield Batch(rows, places, records + refused.taken())

    def lines(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, str]]:
        """Each line that says something, with its number; comments are left out, and what is no text is refused."""
        return said_lines(document, refuse, self.comments)


def said_lines(
    document: "Document", refuse: "Refuse", comments: tuple[str, ...], trimmed: Callable[[str], str] = str.strip
) -> Iterator[tuple[int, str]]:
    """Each line that says something, trimmed, with its number; comments are left out, what is no text is refused."""
    for block in document.blocks(refuse):
        commented = 0
        for number, whole in enumerate(block.text.split("\n"), block.first):
            line = trimmed(whole)
            if not line:
                continue
            if line.lstrip().startswith(comments):
                commented += 1
            elif not block.clean and not is_text(line):
                refuse(number, "bytes that are no UTF-8")
            elif len(line) > LONGEST_LINE:
                refuse(number, f"a line of more than {LONGEST_LINE:,} characters")
            else:
                yield number, line
        if commented:
            refuse.leave_out("comments", commented)


class _Scopes(dict[tuple[str | None, "Scope | None"], "Scope | None"]):
    """By kind and what the line says: the feed's scope where the kind can have it."""

    def __init__(self, of_feed: "Scope | None") -> None:
        self._of_feed = of_feed

    def __missing__(self, said: tuple[str | None, "Scope | None"]) -> "Scope | None":
        kind, scope = said
        if self._of_feed and (kind is None or self._of_feed in scopes_of(kind)):
            scope = self._of_feed
        self[said] = scope
        return scope


def without_comment(line: str) -> str:
    """What stands before a `#` that follows a blank."""
    if "#" not in line:
        return line
    for blank in (" #", "\t#"):
        line = line.split(blank, 1)[0]
    return line.rstrip()
