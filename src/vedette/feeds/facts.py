"""The facts that many rows of a feed share, each given to the index once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from vedette.config.settings import Feed
    from vedette.index.tables import PreparedRows

Row: TypeAlias = tuple[str | None, str | bytes, str | None, int, int | None, int | None, int | None, bytes | None]
"""(kind, value, scope, facts, first seen, last seen, valid until, context): what the index takes; times in ms."""

LIMIT = 100_000
"""Facts of one feed; each costs memory for good, and a hostile feed could make them up without end."""


class Builder(Protocol):
    """What takes a feed's rows."""

    def facts(
        self, feed: str, category: str, confidence: int = 50, tags: Sequence[str] = (), tlp: str | None = None
    ) -> int:
        """A number for what many rows share."""

    def add(self, rows: Sequence[Row]) -> list[tuple[int, str]]:
        """Take rows; those refused come back as (position, why)."""

    def add_prepared(self, rows: "PreparedRows") -> tuple[int, list[tuple[int, str]]]:
        """Take rows that the core prepared; how many it took, and the others as (line, why)."""


class Facts:
    """The numbers of one feed's facts; what a record leaves out is the feed's own."""

    def __init__(self, builder: Builder, name: str, feed: "Feed") -> None:
        self._builder = builder
        self._name = name
        self._feed = feed
        self._known: dict[tuple[str | None, str | None, int | None, tuple[str, ...], str | None], int] = {}

    def of(
        self,
        feed: str | None = None,
        category: str | None = None,
        confidence: int | None = None,
        tags: tuple[str, ...] = (),
        tlp: str | None = None,
    ) -> int:
        """The number of these facts.

        Raises:
            ValueError: The feed makes up more of them than are held.
        """
        key = (feed, category, confidence, tags, tlp)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = self._new(*key)
        return number

    def _new(
        self,
        feed: str | None,
        category: str | None,
        confidence: int | None,
        tags: tuple[str, ...],
        tlp: str | None,
    ) -> int:
        if len(self._known) >= LIMIT:
            raise ValueError(
                f"more than {LIMIT:,} combinations of feed, category, confidence, tags and TLP in one feed"
            )
        own = self._feed
        return self._builder.facts(
            feed or self._name,
            category or own.category or feed or self._name,
            own.confidence if confidence is None else confidence,
            own.tags + tuple(tag for tag in tags if tag not in own.tags),
            tlp or own.tlp,
        )
