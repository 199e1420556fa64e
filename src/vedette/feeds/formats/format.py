"""The contract of a format: how a feed is written."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, TypeVar

from vedette.feeds.field_words import said_scope
from vedette.feeds.rejects import LeftOut
from vedette.feeds.times import in_milliseconds

if TYPE_CHECKING:
    from vedette.config.settings import Feed
    from vedette.feeds.document import Document
    from vedette.feeds.facts import Builder, Facts, Row
    from vedette.feeds.rejects import Refuse, Unit
    from vedette.index.tables import PreparedRows
    from vedette.indicators.indicator import Indicator

R = TypeVar("R")
BATCH = 4096


class Batch(NamedTuple):
    """Rows for the index, where each came from, and how many records were read for them, refused ones included."""

    rows: list["Row"]
    places: Sequence[int]
    records: int

    def give(self, builder: "Builder") -> "Given":
        """Hand the rows to a builder."""
        refusals = builder.add(self.rows)
        taken = len(self.rows) - len(refusals)
        return Given(taken, [(self.places[position], reason) for position, reason in refusals])


class PreparedBatch(NamedTuple):
    """Rows that the core has read and prepared for the index."""

    rows: "PreparedRows"
    records: int

    def give(self, builder: "Builder") -> "Given":
        """Hand the rows to a builder."""
        return Given(*builder.add_prepared(self.rows))


class Given(NamedTuple):
    """What came of a batch: how many rows were taken, and of the others (line or record, why)."""

    taken: int
    refusals: list[tuple[int, str]]


@dataclass(frozen=True)
class Format(ABC):
    """How a feed is written.

    Args:
        feed: The feed's options.
    """

    unit: ClassVar["Unit"] = "record"

    feed: "Feed"

    @abstractmethod
    def batches(self, document: "Document", facts: "Facts", refuse: "Refuse") -> Iterator[Batch | PreparedBatch]:
        """The document as rows for the index; records that give none are refused, with the reason.

        Raises:
            FeedError: The document as a whole cannot be read.
        """


@dataclass(frozen=True)
class RecordFormat(Format, Generic[R]):
    """A format whose records are read one by one; simple, and fast enough for all but the longest feeds."""

    @abstractmethod
    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, R]]:
        """Each record with its line or number; what is none is refused."""

    @abstractmethod
    def indicators(self, record: R, file: str) -> Iterable["Indicator"]:
        """The indicators of one record; ValueError refuses it, LeftOut says that it is left out on purpose.

        Args:
            record: As `records` gave it.
            file: The document that the record is from.
        """

    def batches(self, document: "Document", facts: "Facts", refuse: "Refuse") -> Iterator[Batch]:
        """The document as rows."""
        refused = Tally(refuse)
        rows: list[Row] = []
        places: list[int] = []
        records = 0
        for place, record in self.records(document, refused):
            records += 1
            try:
                found = [_row(indicator, facts) for indicator in self.indicators(record, document.file)]
            except LeftOut as sort:
                refuse.leave_out(str(sort))
                continue
            except (ValueError, RecursionError) as fault:
                refuse(place, str(fault))
                continue
            rows += found
            places += [place] * len(found)
            if len(rows) >= BATCH:
                yield Batch(rows, places, records + refused.taken())
                rows, places, records = [], [], 0
        yield Batch(rows, places, records + refused.taken())


@dataclass
class Tally:
    """Passes refusals on and counts them."""

    refuse: "Refuse"
    count: int = 0

    def __call__(self, place: int, reason: str, /) -> None:
        """Note a refusal."""
        self.count += 1
        self.refuse(place, reason)

    def leave_out(self, sort: str, /, count: int = 1) -> None:
        """Pass on what is left out."""
        self.refuse.leave_out(sort, count)

    def taken(self) -> int:
        """How many there were since this was asked last."""
        count, self.count = self.count, 0
        return count


def _row(indicator: "Indicator", facts: "Facts") -> "Row":
    return (
        indicator.kind,
        indicator.value,
        said_scope(indicator.own_scope) or indicator.scope,
        facts.of(indicator.feed, indicator.category, indicator.confidence, indicator.tags, indicator.tlp),
        in_milliseconds(indicator.first_seen),
        in_milliseconds(indicator.last_seen),
        in_milliseconds(indicator.valid_until),
        indicator.context or None,
    )
