"""A stream of the engine: the bytes of one connection or file on their way to committed detections."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from vedette.engine.counts import Counts
from vedette.engine.sentry import Sentry
from vedette.matching.matcher import Block


class Framing(Protocol):
    """Cuts a byte stream into frames, as `vedette.events.framing.Framer` does."""

    def push(self, chunk: bytes) -> Any:
        """The frames that this chunk completes."""

    def finish(self) -> Any:
        """What still waits, as a last frame."""

    @property
    def cut(self) -> int:
        """How many times a frame was cut because it was too long."""

    @property
    def empty(self) -> int:
        """How many empty lines were passed over."""

    @property
    def waiting_bytes(self) -> int:
        """Bytes of a frame whose end has not come."""


@dataclass
class MatchedStream:
    """Frames, matches, commits, counts. While a block is being committed, the next is matched already.

    Args:
        counts: Where this stream's events are counted, together with those of its input's other streams.
    """

    sentry: Sentry
    framer: Framing
    counts: Counts
    origin: str
    peer: str | None = None
    numbered: bool = False
    _keeping: "asyncio.Future[None] | None" = field(default=None, init=False)
    _cut: int = field(default=0, init=False)
    _empty: int = field(default=0, init=False)

    async def push(self, chunk: bytes) -> None:
        """Take a chunk; returns when the next may come."""
        await self._take(partial(self.framer.push, chunk))

    async def idle(self) -> None:
        """Take what waits for an event."""
        if self.framer.waiting_bytes:
            await self._take(self.framer.finish)

    async def finish(self) -> None:
        """Take what waits for an event; returns when everything is committed."""
        await self._take(self.framer.finish)
        await self._kept()

    async def _take(self, cut: Callable[[], Any]) -> None:
        block, dropped = await self.sentry.match(cut, peer=self.peer, origin=self.origin, numbered=self.numbered)
        self._count_framing()
        await self._kept()
        if block.detections:
            self._keeping = asyncio.ensure_future(self._keep(block))
        else:
            self._count(block, dropped)

    async def _keep(self, block: Block) -> None:
        kept = False
        try:
            kept = await self.sentry.keep(block)
        finally:
            self._count(block, 0 if kept else block.matched)

    async def _kept(self) -> None:
        if self._keeping is not None:
            keeping, self._keeping = self._keeping, None
            await keeping

    def _count(self, block: Block, dropped: int) -> None:
        lost = dropped > 0
        self.counts.received += block.received
        self.counts.matched += 0 if lost else block.matched
        self.counts.unmatched += block.unmatched
        self.counts.ignored += block.ignored
        self.counts.dropped += dropped
        kept = () if lost else block.detections
        self.counts.detections += len(kept)
        self.counts.held_back += sum(block.held_back.values())
        self.counts.expired += block.expired
        self.sentry.note(block)
        self.counts.throttled += 0 if lost else block.throttled
        self.counts.quarantined += sum(detection.quarantined for detection in kept)

    def _count_framing(self) -> None:
        cut, empty = self.framer.cut, self.framer.empty
        self.counts.cut += cut - self._cut
        self.counts.empty += empty - self._empty
        self._cut, self._empty = cut, empty
