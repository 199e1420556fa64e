"""Fetches feeds while the engine runs, each when it is due; none waits for another."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from vedette.config.settings import Feed
from vedette.errors import FeedError
from vedette.feeds.fetch_record import record_of
from vedette.feeds.fetching import fetch_all, fetch_feed

AT_ONCE = 8
SHORTEST_S = 5.0
JITTER = 0.05
"""A feed is fetched up to this share of its interval later: many would else come at the same moment for ever."""

_LOG = structlog.get_logger()


@dataclass(frozen=True)
class Fetches:
    """Keeps feeds fetched.

    Args:
        feeds: All of the configuration's; those without a `fetch`, or not enabled, are left alone.
        changed: Called where other content came.
    """

    feeds: Mapping[str, Feed]
    changed: Callable[[], None]

    async def run(self) -> None:
        """Fetch each feed whenever it is due, until cancelled."""
        turns = asyncio.Semaphore(AT_ONCE)
        due = [self._keep(name, feed, turns) for name, feed in fetched_of(self.feeds).items()]
        await asyncio.gather(*due)

    async def _keep(self, name: str, feed: Feed, turns: asyncio.Semaphore) -> None:
        every_s = feed.fetch.every_s if feed.fetch else 0.0
        while every_s:
            due_in_s = (record_of(feed).due_at(every_s) - datetime.now(UTC)).total_seconds()
            # Where the clock jumped, or nothing could be noted, it is neither left for years nor asked without a pause.
            due_in_s = min(max(due_in_s, SHORTEST_S), every_s)
            await asyncio.sleep(due_in_s + random.uniform(0.0, JITTER * every_s))  # noqa: S311 - no secret
            async with turns:
                await self._fetch(name, feed)

    async def _fetch(self, name: str, feed: Feed) -> None:
        try:
            report = await fetch_feed(name, feed)
        except FeedError as fault:
            _LOG.error("feed.not_fetched", feed=name, why=str(fault), failures=record_of(feed).failures)
            return
        _LOG.info("feed.fetched", feed=name, changed=report.changed, bytes=report.record.size_bytes)
        if report.changed:
            self.changed()


def fetched_of(feeds: Mapping[str, Feed]) -> dict[str, Feed]:
    """The feeds that are fetched."""
    return {name: feed for name, feed in feeds.items() if feed.enabled and feed.fetch is not None}


def fetch_missing(feeds: Mapping[str, Feed], progress: Callable[[str, int, int], None]) -> None:
    """Fetch what was never fetched, before there is anything to match against; a failure is logged, and waited out."""
    missing = {name: feed for name, feed in fetched_of(feeds).items() if not feed.path.exists()}
    for name, one in asyncio.run(fetch_all(missing, progress)).items() if missing else ():
        if isinstance(one, FeedError):
            _LOG.error("feed.not_fetched", feed=name, why=str(one))
