"""The generation that a configuration's feeds make: the one in force, or a new one where a feed has changed since."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from vedette.config.settings import Feed
from vedette.errors import FeedError, IndexFileError
from vedette.feeds.reading import read_feed
from vedette.feeds.report import EmptyFeedError, FeedReport
from vedette.index.generation import FeedManifest, Generation
from vedette.index.generations import Generations
from vedette.index.index import Index

FeedProgress = Callable[[str, int, int], None]
"""Called now and then with a feed's name, the bytes of its file read so far, and all of them."""

KEPT = 5
"""Generations that stay on the disk, to go back to."""

_LOG = structlog.get_logger()


@dataclass(frozen=True)
class Built:
    """What came of each feed: a report, or why it gave nothing; and the new generation, None if nothing was built."""

    generation: Generation | None
    reports: tuple[FeedReport, ...]
    faults: tuple[str, ...]


def generations_of(state: Path) -> Generations:
    """The generations of a state folder."""
    return Generations(state / "generations")


def current_index(state: Path, feeds: Mapping[str, Feed], progress: FeedProgress | None = None) -> Index:
    """Open the generation in force; first build one if there is none, or if the feeds are not those it was built from.

    A feed that cannot be read leaves the generation in force as it is; only where there is none yet is one made of
    the other feeds.

    Raises:
        FeedError: There is no generation yet, and no feed that can be read.
        IndexFileError: The generation in force is damaged, and the feeds cannot be read to make another.
    """
    generations = generations_of(state)
    index = _opened(generations)
    enabled = {name: feed for name, feed in feeds.items() if feed.enabled}
    if index is not None and _is_fresh(generations, enabled):
        return index
    built = build_generation(generations, enabled, progress, whole=index is not None)
    if built.generation is not None:
        generations.prune(keep=KEPT)
        return Index.open_current(generations)
    if index is None:
        raise FeedError("no feed could be read, so there is nothing to look for:\n" + "\n".join(built.faults))
    _LOG.error("generation.kept", generation=index.generation, why="a feed could not be read")
    return index


def build_generation(
    generations: Generations, feeds: Mapping[str, Feed], progress: FeedProgress | None = None, *, whole: bool = False
) -> Built:
    """Read every feed into a new generation and put it in force.

    Args:
        generations: Where it is built.
        feeds: Those that are read, by name.
        progress: Told how far each feed's file has been read.
        whole: One feed that cannot be read is enough to build nothing.
    """
    reports: list[FeedReport] = []
    faults: list[str] = []
    # Before they are read: a file that changes meanwhile must be found changed the next time.
    modified = {name: _modified_at(feed.path) for name, feed in feeds.items()}
    with generations.new() as building:
        for name, feed in feeds.items():
            try:
                report = read_feed(name, feed, building.builder, _progress_of(name, progress))
            except FeedError as fault:
                faults.append(str(fault))
                _LOG.error("feed.failed", feed=name, why=str(fault))
                if isinstance(fault, EmptyFeedError):
                    reports.append(fault.report)
                continue
            reports.append(report)
            _log_report(report)
        readable = sum(report.indicators for report in reports)
        if (feeds and not readable) or (whole and faults):
            return Built(None, tuple(reports), tuple(faults))
        manifests = tuple(_manifest(report, feeds[report.feed], modified[report.feed]) for report in reports)
        generation = building.finish(manifests)
    _LOG.info("generation.built", generation=generation.number, indicators=readable)
    return Built(generation, tuple(reports), tuple(faults))


def _opened(generations: Generations) -> Index | None:
    try:
        return Index.open_current(generations) if generations.current() is not None else None
    except IndexFileError as error:
        # What the feeds hold is more than what a damaged file holds: build again.
        _LOG.error("generation.damaged", why=str(error))
        return None


def _is_fresh(generations: Generations, feeds: Mapping[str, Feed]) -> bool:
    """Whether the generation in force was built from these feeds, as they are set and as their files stand."""
    current = generations.current()
    if current is None:
        return False
    built_from = {feed.name: feed for feed in current.manifest().feeds}
    if built_from.keys() != feeds.keys():
        return False
    return all(_is_unchanged(built_from[name], feed) for name, feed in feeds.items())


def _is_unchanged(built_from: FeedManifest, feed: Feed) -> bool:
    try:
        size_bytes = feed.path.stat().st_size
    except OSError:
        return False
    return (
        built_from.path == str(feed.path)
        and built_from.settings_sha256 == _settings_sha256(feed)
        and built_from.size_bytes == size_bytes
        and built_from.modified_at == _modified_at(feed.path)
    )


def _manifest(report: FeedReport, feed: Feed, modified_at: datetime | None) -> FeedManifest:
    return FeedManifest(
        name=report.feed,
        path=str(feed.path),
        sha256=report.sha256,
        settings_sha256=_settings_sha256(feed),
        size_bytes=report.size_bytes,
        modified_at=modified_at,
        rows=report.indicators,
        rejects=report.rejected,
    )


def _settings_sha256(feed: Feed) -> str:
    return hashlib.sha256(feed.model_dump_json().encode()).hexdigest()


def _modified_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def _progress_of(name: str, progress: FeedProgress | None) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda read, whole: progress(name, read, whole)


def _log_report(report: FeedReport) -> None:
    _LOG.info(
        "feed.read",
        feed=report.feed,
        format=report.format,
        indicators=report.indicators,
        rejected=report.rejected,
        seconds=round(report.seconds, 2),
    )
    for reject in report.rejects[:10]:
        _LOG.warning("feed.rejected", feed=report.feed, reject=str(reject))
