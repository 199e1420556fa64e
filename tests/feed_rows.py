"""Keeps what a feed hands over, in a list, so that tests can look at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from vedette import _core
from vedette.config.settings import Feed
from vedette.feeds.facts import Row
from vedette.feeds.reading import read_feed
from vedette.feeds.report import FeedReport
from vedette.index.tables import PreparedRows
from vedette.indicators.kind import HASHES
from vedette.indicators.normal_form import guess_kind, normalise

_FAMILIES: dict[str | None, set[str]] = {"ip": {"ipv4", "ipv6", "cidr", "ip_port"}, "hash": set(HASHES)}


@dataclass(frozen=True)
class Shared:
    feed: str
    category: str
    confidence: int
    tags: tuple[str, ...]
    tlp: str | None


@dataclass
class Collector:
    """Takes rows as the index does: a value that has no normal form is refused."""

    shared: list[Shared] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    merged: int = 0

    def facts(
        self, feed: str, category: str, confidence: int = 50, tags: Sequence[str] = (), tlp: str | None = None
    ) -> int:
        said = Shared(feed, category, confidence, tuple(tags), tlp)
        if said not in self.shared:
            self.shared.append(said)
        return self.shared.index(said)

    def add(self, rows: Sequence[Row]) -> list[tuple[int, str]]:
        refusals = []
        for position, row in enumerate(rows):
            try:
                kind_of(row[0], row[1])
            except ValueError as fault:
                refusals.append((position, str(fault)))
            else:
                self.rows.append(row)
        return refusals

    def add_prepared(self, rows: PreparedRows) -> tuple[int, list[tuple[int, str]]]:
        """Look at what only the core can read by building an index of it; its order is not the feed's."""
        with TemporaryDirectory() as folder:
            path = str(Path(folder, "index.vdx"))
            builder = _core.IndexBuilder(path)
            for one in self.shared:
                builder.facts(one.feed, one.category, one.confidence, one.tags, one.tlp)
            given = builder.add_prepared(rows)
            self.merged += builder.finish()["merged"]
            listed = _core.Index(path).entries(0, given[0])
        for _, raw in listed:
            shared = Shared(raw[4], raw[5], raw[6], raw[10], raw[11])
            facts = self.shared.index(shared)
            self.rows.append((raw[0], raw[1].decode(), raw[3], facts, raw[7], raw[8], raw[9], raw[12] or None))
        return given

    def values(self) -> list[tuple[str, str, str | None]]:
        return [(kind_of(row[0], row[1]), str(row[1]), row[2]) for row in self.rows]

    def pairs(self) -> list[tuple[str, str]]:
        return [(kind, value) for kind, value, _ in self.values()]

    def contexts(self) -> list[Any]:
        return [msgspec.json.decode(row[7]) if row[7] else None for row in self.rows]

    def categories(self) -> list[str]:
        return [self.shared[row[3]].category for row in self.rows]

    def feeds(self) -> list[str]:
        return [self.shared[row[3]].feed for row in self.rows]


def kind_of(word: str | None, value: str | bytes) -> str:
    """The kind of a row's value, as the index would take it; ValueError where it is none."""
    kind = word if word not in {None, *_FAMILIES} else guess_kind(value)
    if kind is None or (word in _FAMILIES and kind not in _FAMILIES[word]):
        raise ValueError(f"told by looking, {value!r} is of no kind")
    normalise(kind, value)
    return kind


def read(path: Path, **options: Any) -> tuple[Collector, FeedReport]:
    """A feed's rows, and the report on it."""
    collector = Collector()
    report = read_feed("sample", Feed(path=path, **options), collector)
    return collector, report


def read_text(folder: Path, text: str | bytes, name: str = "feed.txt", **options: Any) -> tuple[Collector, FeedReport]:
    """The same for a feed of this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, **options)
