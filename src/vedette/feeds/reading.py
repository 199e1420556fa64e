"""Reads a feed's file into the index that is being built."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from vedette.errors import FeedError
from vedette.feeds.compression import FAULTS, Limits
from vedette.feeds.document import Document
from vedette.feeds.facts import Builder, Facts
from vedette.feeds.formats import FORMATS
from vedette.feeds.guessing import format_of, refuse_other
from vedette.feeds.opened import Opened, OpenedFile, opened_folder
from vedette.feeds.rejects import LeftOut, Rejects
from vedette.feeds.report import EmptyFeedError, FeedReport
from vedette.plugins import find

if TYPE_CHECKING:
    from vedette.config.settings import Feed

Progress = Callable[[int, int], None]
"""Called now and then with the bytes of the file read so far, and all of them."""


def read_feed(
    name: str, feed: "Feed", builder: Builder, progress: Progress | None = None, limits: Limits | None = None
) -> FeedReport:
    """Hand all of a feed's indicators to the builder, and say what came of it.

    Raises:
        FeedError: The file is missing, unreadable, of a wrong kind, damaged, or a bomb. What was read before that
            is in the builder.
        EmptyFeedError: It holds no indicators; its report says why.
    """
    place = f"feeds.{name}: {feed.path}"
    try:
        with _opened(feed.path, limits or Limits()) as opened:
            report = _Reading(name, feed, builder, opened, progress).report()
    except FeedError as fault:
        raise FeedError(f"{place}: {fault}") from None
    except FAULTS as fault:
        if feed.fetch is not None and isinstance(fault, FileNotFoundError):
            raise FeedError(f"feeds.{name}: it was never fetched: `vedette feeds update` does that") from None
        raise FeedError(f"{place}: {_in_words(fault)}") from fault
    if not report.indicators:
        raise EmptyFeedError(report)
    return report


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[Opened]:
    if path.is_dir():
        yield opened_folder(path)
        return
    if path.exists() and not path.is_file():
        # A pipe or device may never end, and cannot be read twice.
        raise FeedError("it is no regular file")
    with path.open("rb") as file:
        yield OpenedFile(path, file, limits)


def _in_words(fault: Exception) -> str:
    if isinstance(fault, FileNotFoundError):
        return "there is no such file"
    if isinstance(fault, PermissionError):
        return "it may not be read (permission denied)"
    if isinstance(fault, OSError) and fault.errno is not None:
        return os.strerror(fault.errno)
    return f"its compressed data is damaged: {fault}"


class _Reading:
    """One reading of one feed."""

    def __init__(
        self,
        name: str,
        feed: "Feed",
        builder: Builder,
        opened: Opened,
        progress: Progress | None,
    ) -> None:
        self._name = name
        self._feed = feed
        self._builder = builder
        self._opened = opened
        self._progress = progress or (lambda _read, _all: None)
        self._rejects = Rejects()
        self._facts = Facts(builder, name, feed)
        self._records = 0
        self._indicators = 0

    def report(self) -> FeedReport:
        begun = monotonic()
        sha256 = self._opened.sha256()
        formats = [self._read(document) for document in self._opened.documents(self._rejects)]
        size_bytes = self._opened.size_bytes
        self._progress(size_bytes, size_bytes)
        return FeedReport(
            feed=self._name,
            file=str(self._feed.path),
            format=", ".join(dict.fromkeys(formats)),
            records=self._records,
            indicators=self._indicators,
            rejected=self._rejects.count,
            rejects=tuple(self._rejects.kept),
            size_bytes=size_bytes,
            seconds=monotonic() - begun,
            sha256=sha256,
            left_out=tuple(self._rejects.left_out.items()),
        )

    def _read(self, document: Document) -> str:
        inside = document.file != str(self._feed.path)
        try:
            refuse_other(document)
            name = format_of(self._feed, document)
        except LeftOut as sort:
            self._rejects.at(document.file, "record").leave_out(str(sort))
            return "none"
        except FeedError as fault:
            if not inside:
                raise
            # One odd member, a licence or a picture, must not cost the others.
            self._rejects.at(document.file, "record")(1, str(fault))
            return "none"
        format_ = find(FORMATS, name, "format")(self._feed)
        refuse = self._rejects.at(document.file, format_.unit)
        for batch in format_.batches(document, self._facts, refuse):
            given = batch.give(self._builder)
            for place, reason in given.refusals:
                refuse(place, reason)
            self._records += batch.records
            self._indicators += given.taken
            self._progress(self._opened.read_bytes, self._opened.size_bytes)
        return name
