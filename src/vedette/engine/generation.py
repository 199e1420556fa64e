"""The generation that a configuration's feeds make: the one in force, or a new one where a feed has changed since."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog

from vedette.config.settings import Feed
from vedette.detections.warninglists.warninglists import Warninglists
from vedette.engine.over_limit import warn_of_list
from vedette.errors import FeedError, IndexFileError
from vedette.feeds.misp_folder import changing_file
from vedette.feeds.reading import read_feed
from vedette.feeds.report import EmptyFeedError, FeedReport
from vedette.index.building import Building
from vedette.index.generation import FeedManifest, Generation
from vedette.index.generations import Generations
from vedette.index.index import Index
from vedette.index.lists import Overlap

FeedProgress = Callable[[str, int, int], None]
"""Called now and then with a feed's name, the bytes of its file read so far, and all of them."""

_OF_NO_ENTRY = {"role", "lifetime_days", "retention_days", "decay_days", "fetch"}
"""Keys of a feed that change nothing in the index: changing them needs no new generation."""

KEPT = 5
"""Generations that stay on the disk, to go back to."""

_LOG = structlog.get_logger()


@dataclass(frozen=True)
class Built:
    """What came of each feed: a report or a fault, and what warninglists know of it; the generation made of all."""

    generation: Generation | None
    reports: tuple[FeedReport, ...]
    faults: tuple[str, ...]
    overlaps: tuple[Overlap, ...] = ()


def generations_of(state: Path) -> Generations:
    """The generations of a state folder."""
    return Generations(state / "generations")


def current_index(
    state: Path,
    feeds: Mapping[str, Feed],
    progress: FeedProgress | None = None,
    warninglists: Warninglists | None = None,
) -> Index:
    """Open the generation in force; first build one if there is none, or if a feed has changed since the newest.

    A generation that somebody went back to stays in force until a feed changes.

    Raises:
        FeedError: There is no generation, and no feed that can be read.
        IndexFileError: The generation in force is damaged, and the feeds cannot be read to make another.
    """
    generations = generations_of(state)
    index = opened_if_whole(generations)
    enabled = {name: feed for name, feed in feeds.items() if feed.enabled}
    if index is not None and is_fresh(generations, enabled):
        return index
    built = build_generation(generations, enabled, progress, before=index, warninglists=warninglists)
    if built.generation is not None:
        generations.prune(keep=KEPT)
        return Index.open_current(generations)
    if index is None:
        raise FeedError("no feed could be read, so there is nothing to look for:\n" + "\n".join(built.faults))
    _LOG.error("generation.kept", generation=index.generation, why="no feed could be read")
    return index


def build_generation(
    generations: Generations,
    feeds: Mapping[str, Feed],
    progress: FeedProgress | None = None,
    *,
    before: Index | None = None,
    warninglists: Warninglists | None = None,
) -> Built:
    """Read every feed into a new generation and put it in force; None is built where no feed can be read.

    Args:
        generations: Where it is built.
        feeds: Those that are read, by name.
        progress: Told how far each feed's file has been read.
        warninglists: Which entries these know is noted, logged, and changes nothing.
        before: The generation in force: a feed that cannot be read now keeps the entries that it has there.
    """
    with generations.new() as building:
        readings = [_read(name, feed, building, progress, before) for name, feed in feeds.items()]
        reports = tuple(reading.report for reading in readings if reading.report is not None)
        faults = tuple(reading.manifest.fault for reading in readings if reading.manifest.fault)
        indicators = sum(reading.manifest.rows for reading in readings)
        if feeds and len(faults) == len(feeds):
            return Built(None, reports, faults)
        generation = building.finish(
            tuple(reading.manifest for reading in readings),
            overlapping=warninglists.frozen.lists.overlaps if warninglists else None,
        )
    _LOG.info("generation.built", generation=generation.number, indicators=indicators)
    for one in building.overlaps:
        _LOG.warning("feed.on_warninglist", feed=one.feed, list=one.name, entries=one.entries, among_them=one.examples)
    for name, times in warninglists.frozen.lists.over_limit().items() if warninglists else ():
        warn_of_list(name, times)
    return Built(generation, reports, faults, building.overlaps)


@dataclass(frozen=True)
class _Reading:
    """What came of one feed."""

    manifest: FeedManifest
    report: FeedReport | None = None


def _read(name: str, feed: Feed, building: Building, progress: FeedProgress | None, before: Index | None) -> _Reading:
    # Before it is read: a file that changes meanwhile must be found changed the next time.
    as_it_stands = feed_as_it_stands(name, feed)
    try:
        report = read_feed(name, feed, building.builder, _progress_of(name, progress))
    except FeedError as fault:
        kept = before.copy_feed(name, building.builder) if before is not None else 0
        _LOG.error("feed.failed", feed=name, why=str(fault), kept=kept)
        held_nothing = fault.report if isinstance(fault, EmptyFeedError) else None
        sha256 = _sha256_in(before, name) if kept else ""
        return _Reading(msgspec.structs.replace(as_it_stands, fault=str(fault), rows=kept, sha256=sha256), held_nothing)
    _log_report(report)
    return _Reading(
        msgspec.structs.replace(as_it_stands, sha256=report.sha256, rows=report.indicators, rejects=report.rejected),
        report,
    )


def _sha256_in(before: Index | None, name: str) -> str:
    """Of the file that a feed's entries in a generation are from."""
    if before is None:
        return ""
    try:
        feeds = Generation(before.generation, before.path.parent).manifest().feeds
    except IndexFileError:
        return ""
    return next((feed.sha256 for feed in feeds if feed.name == name), "")


def opened_if_whole(generations: Generations) -> Index | None:
    """Open the generation in force; None if there is none, or if it is damaged."""
    try:
        return Index.open_current(generations) if generations.current() is not None else None
    except IndexFileError as error:
        # What the feeds hold is more than what a damaged file holds: build again.
        _LOG.error("generation.damaged", why=str(error))
        return None


def is_fresh(generations: Generations, feeds: Mapping[str, Feed]) -> bool:
    """Whether the newest generation was built from these feeds, as they are set and as their files stand."""
    newest = generations.list()[-1:]
    if not newest:
        return False
    try:
        built_from = {feed.name: feed for feed in newest[0].manifest().feeds}
    except IndexFileError as error:
        _LOG.error("generation.damaged", why=str(error))
        return False
    return built_from.keys() == feeds.keys() and all(
        _is_unchanged(built_from[name], feed_as_it_stands(name, feed)) for name, feed in feeds.items()
    )


def _is_unchanged(built_from: FeedManifest, now: FeedManifest) -> bool:
    return (built_from.path, built_from.settings_sha256, built_from.size_bytes, built_from.modified_at) == (
        now.path,
        now.settings_sha256,
        now.size_bytes,
        now.modified_at,
    )


def feed_as_it_stands(name: str, feed: Feed) -> FeedManifest:
    """A feed's settings and file as they stand; a file that is not there has neither size nor time."""
    settings_sha256 = hashlib.sha256(feed.model_dump_json(exclude=_OF_NO_ENTRY).encode()).hexdigest()
    manifest = FeedManifest(name=name, path=str(feed.path), settings_sha256=settings_sha256)
    try:
        status = changing_file(feed.path).stat()
    except OSError:
        return manifest
    modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return msgspec.structs.replace(manifest, size_bytes=status.st_size, modified_at=modified_at)


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
        left_out=sum(count for _, count in report.left_out),
        seconds=round(report.seconds, 2),
    )
    for reject in report.rejects[:10]:
        _LOG.warning("feed.rejected", feed=report.feed, reject=str(reject))
