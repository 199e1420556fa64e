"""A generation that is being built, beside the one in force."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from vedette import _core
from vedette.index.durable import sync_folder, write_file
from vedette.index.generation import INDEX_NAME, MANIFEST_NAME, FeedManifest, Generation, Manifest, file_sha256
from vedette.index.lists import Overlap

Overlapping = Callable[["_core.Index"], Iterable[Overlap]]
"""Says which feeds' entries warninglists know."""

DEFAULT_MEMORY_BYTES = 256 * 1024 * 1024


class Building:
    """Takes rows by its `builder`; `finish` makes a generation of them.

    Args:
        number: The generation's number.
        folder: A folder of its own, which becomes the generation's.
        publish: Gives the folder its name and returns the generation.
        memory_bytes: Roughly how much may be held before rows are sorted on disk.

    Attributes:
        overlaps: Once finished: which feeds' entries warninglists know.
    """

    def __init__(
        self, number: int, folder: Path, publish: Callable[["Building", bool], Generation], *, memory_bytes: int
    ) -> None:
        self.number = number
        self.folder = folder
        self.builder = _core.IndexBuilder(str(folder / INDEX_NAME), memory_bytes)
        self.overlaps: tuple[Overlap, ...] = ()
        self._publish = publish

    def finish(
        self,
        feeds: tuple[FeedManifest, ...] = (),
        *,
        make_current: bool = True,
        overlapping: Overlapping | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Generation:
        """Write the index and its manifest, verify it, and put the generation in its place.

        Args:
            feeds: What each feed gave; the number of its entries is counted here.
            make_current: Whether it takes the place of the generation in force.
            overlapping: Says which entries warninglists know.
            now: The clock.
        """
        counts = self.builder.finish()
        path = self.folder / INDEX_NAME
        index = _core.Index(str(path), self.number, verify=True)
        self.overlaps = tuple(overlapping(index)) if overlapping else ()
        entries, warned = index.feeds(), _by_feed(self.overlaps)
        manifest = Manifest(
            number=self.number,
            built_at=now(),
            built_by=_core.__version__,
            index_sha256=file_sha256(path),
            index_bytes=path.stat().st_size,
            counts={name: count for name, count in counts.items() if name not in _OF_THIS_PROCESS},
            feeds=tuple(
                msgspec.structs.replace(feed, entries=entries.get(feed.name, 0), warninglists=warned.get(feed.name, {}))
                for feed in feeds
            ),
        )
        write_file(self.folder / MANIFEST_NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        sync_folder(self.folder)
        return self._publish(self, make_current)


def _by_feed(overlaps: Iterable[Overlap]) -> dict[str, dict[str, int]]:
    """Feed → warninglist → how many of the feed's entries it knows."""
    counts: dict[str, dict[str, int]] = {}
    for one in overlaps:
        counts.setdefault(one.feed, {})[one.name] = one.entries
    return counts


_OF_THIS_PROCESS = frozenset({"damage_met"})
