"""Fetches a feed into the state folder: what was good there stays until something good can take its place.

`feeds/NAME/` of the state folder holds `content`, the file as it was fetched, and `fetch.json`, what came of it.
"""

import asyncio
import fcntl
import hashlib
import os
import random
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from vedette.config.fetching import HttpFetch
from vedette.errors import FeedError
from vedette.feeds.compression import FAULTS, Limits, Meter, unpacked
from vedette.feeds.document import Document
from vedette.feeds.fetch_record import FetchRecord, keep_record, record_of
from vedette.feeds.guessing import refuse_other
from vedette.feeds.secrets import secrets_of
from vedette.feeds.transports import TRANSPORTS
from vedette.feeds.transports.transport import Known, Transport, TransportError, Watch
from vedette.index.durable import sync_folder
from vedette.index.generation import file_sha256
from vedette.plugins import find

if TYPE_CHECKING:
    from vedette.config.settings import Feed

LOCK_NAME = "LOCK"
_NEW = ".new-"
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
LONGEST_WAIT_S = 300.0
"""A server that wants to be left alone for longer is asked again at another time."""

_DAY_S = 86400.0

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class FetchReport:
    """What came of one fetch.

    Args:
        changed: Whether other content came.
        record: As it is kept now.
    """

    feed: str
    changed: bool
    record: FetchRecord


async def fetch_feed(
    name: str, feed: "Feed", watch: Watch | None = None, *, sleep: Sleep = asyncio.sleep
) -> FetchReport:
    """Fetch a feed, trying again where that may help, and keep what came if it can be a feed at all.

    Args:
        name: The feed's name.
        feed: With a `fetch`, and its path absolute.
        watch: Who watches.
        sleep: Waits between attempts.

    Raises:
        FeedError: It could not be fetched; what was kept is kept, and the failure is noted.
    """
    folder = feed.path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise FeedError(f"feeds.{name}: {folder}: {fault.strerror}") from fault
    with _locked(name, folder):
        before = record_of(feed)
        tried_at = datetime.now(UTC)
        try:
            return await _Fetching(name, feed, before, tried_at, watch or Watch(), sleep).report()
        except FeedError as fault:
            after_s = fault.after_s if isinstance(fault, TransportError) else None
            failed = msgspec.structs.replace(
                before,
                tried_at=tried_at,
                failures=before.failures + 1,
                fault=str(fault),
                not_before=tried_at + timedelta(seconds=min(after_s, _DAY_S)) if after_s else None,
            )
            keep_record(folder, failed)
            raise FeedError(f"feeds.{name}: {fault}") from fault
        except OSError as fault:
            raise FeedError(f"feeds.{name}: {fault.filename or folder}: {fault.strerror}") from fault


@dataclass
class _Fetching:
    """One fetch of one feed."""

    name: str
    feed: "Feed"
    before: FetchRecord
    tried_at: datetime
    watch: Watch
    sleep: Sleep

    async def report(self) -> FetchReport:
        its = self.feed.fetch
        if its is None:
            raise FeedError("it is not fetched: it has a `path`")
        transport = find(TRANSPORTS, its.type, "transport")(its, secrets_of(its))
        with _new_file(self.feed.path.parent) as (path, file):
            known = await self._tried(transport, its, file)
            record = self._went_well(its)
            if known is None:
                return self._kept(record, changed=False)
            size, sha256 = await asyncio.to_thread(_settled, path, file)
            record = msgspec.structs.replace(record, known=known, size_bytes=size, sha256=sha256)
            if sha256 == self.before.sha256 and self.feed.path.exists():
                return self._kept(record, changed=False)
            await asyncio.to_thread(self._put, path)
        return self._kept(msgspec.structs.replace(record, changed_at=self.tried_at), changed=True)

    async def _tried(self, transport: Transport, its: HttpFetch, file: BinaryIO) -> Known | None:
        """Try until it goes well, or until trying again would not help."""
        for attempt in range(its.retries + 1):
            try:
                return await transport.fetch(file, self._known(its), self.watch)
            except TransportError as fault:
                pause = min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
                pause = max(pause, fault.after_s or 0.0)
                if not fault.passes or attempt == its.retries or pause > LONGEST_WAIT_S:
                    raise
                await self.sleep(pause)
        raise AssertionError  # The last attempt returns or raises.

    def _known(self, its: HttpFetch) -> Known:
        """What the server may be told of the content that is kept: nothing if it is gone, or is from elsewhere."""
        is_its = self.before.url_sha256 == _sha256(its.url) and self.feed.path.exists()
        return self.before.known if is_its else Known()

    def _went_well(self, its: HttpFetch) -> FetchRecord:
        return msgspec.structs.replace(
            self.before,
            url_sha256=_sha256(its.url),
            tried_at=self.tried_at,
            fetched_at=self.tried_at,
            failures=0,
            fault="",
            not_before=None,
        )

    def _kept(self, record: FetchRecord, *, changed: bool) -> FetchReport:
        keep_record(self.feed.path.parent, record)
        return FetchReport(self.name, changed, record)

    def _put(self, new: Path) -> None:
        """Give what came its name, if it can be a feed at all: whether it is one is for who reads it."""
        _look_at(new)
        new.replace(self.feed.path)
        sync_folder(self.feed.path.parent)


def _look_at(path: Path) -> None:
    """Turn away what is no feed of any format: nothing, a page of HTML, a file that is damaged at its beginning."""
    size = path.stat().st_size
    if not size:
        raise FeedError("what came is empty")
    try:
        with path.open("rb") as file:
            for _, plain in unpacked(file, Meter(size, Limits())):
                refuse_other(Document.of("", plain))
                return
    except FAULTS as fault:
        raise FeedError(f"what came is damaged: {fault}") from fault


def _settled(path: Path, file: BinaryIO) -> tuple[int, str]:
    """Let the disk have the file; its size and SHA-256."""
    file.flush()
    os.fsync(file.fileno())
    return path.stat().st_size, file_sha256(path)


@contextmanager
def _new_file(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A file in the folder, which is gone afterwards if it did not get another name. What a crash left goes first."""
    for left in folder.glob(f"{_NEW}*"):
        left.unlink()
    descriptor, path = tempfile.mkstemp(prefix=_NEW, dir=folder)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield Path(path), file
    finally:
        Path(path).unlink(missing_ok=True)


@contextmanager
def _locked(name: str, folder: Path) -> Iterator[None]:
    with (folder / LOCK_NAME).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FeedError(f"feeds.{name}: another process is fetching it") from None
        yield


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def fetch_all(
    feeds: Mapping[str, "Feed"],
    progress: Callable[[str, int, int], None] = lambda _name, _come, _all: None,
    *,
    at_once: int = 8,
) -> dict[str, FetchReport | FeedError]:
    """Fetch feeds, several at once; what came of each, in their order."""
    turns = asyncio.Semaphore(at_once)

    async def one(name: str, feed: "Feed") -> FetchReport | FeedError:
        async with turns:
            try:
                return await fetch_feed(name, feed, Watch(lambda come, whole: progress(name, come, whole)))
            except FeedError as fault:
                return fault

    found = await asyncio.gather(*(one(name, feed) for name, feed in feeds.items()))
    return dict(zip(feeds, found, strict=True))
