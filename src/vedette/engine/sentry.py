"""The sentry between inputs and store: matches blocks of frames in threads, and commits what it found."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import structlog

from vedette.engine.over_limit import OverLimits, warn_of_list, warn_of_rule
from vedette.errors import StoreError
from vedette.matching.matcher import Block
from vedette.store.store import Store

RETRY_S, RETRY_LIMIT_S = 0.5, 10.0

_LOG = structlog.get_logger()


class BlockMatcher(Protocol):
    """Events against one generation, as `vedette.matching.matcher.Matcher` is."""

    @property
    def generation(self) -> int:
        """The number of the generation that is asked."""

    def match(self, frames: Any, *, peer: str | None, origin: str, numbered: bool, now: datetime) -> Block:
        """Match every frame; called from several threads."""

    def unfiltered(self) -> list[tuple[str, str]]:
        """(profile, rule) of what is asked of every event."""

    def over_limit(self) -> dict[tuple[str, str], int]:
        """(profile, rule) → how often its regex was stopped at the match limit, in this and earlier generations."""

    def lists_over_limit(self) -> dict[str, int]:
        """Warninglist → how often its regex was stopped at the match limit, in this and earlier generations."""


@dataclass
class Sentry:
    """Matches and commits for every stream of the engine.

    Args:
        matcher: What blocks are matched by; `swap` replaces it.
        now: The clock that detections carry.
        over_limits: Where rules are noted that were stopped at a limit.
        lists_over_limits: Where warninglists are.
        note_held: Told of every block how many of its matches were held back; called by any thread.
    """

    matcher: BlockMatcher
    store: Store
    threads: ThreadPoolExecutor
    now: Callable[[], datetime]
    over_limits: OverLimits[tuple[str, str]] = field(default_factory=lambda: OverLimits(warn_of_rule))
    lists_over_limits: OverLimits[str] = field(default_factory=lambda: OverLimits(warn_of_list))
    note_held: Callable[[int], None] = lambda _: None
    _giving_up: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _held_back: Counter[str] = field(default_factory=Counter, init=False)

    def swap(self, matcher: BlockMatcher) -> None:
        """Match by another from now on. A block that is under way ends with the old one, the next takes the new."""
        self.matcher = matcher

    async def match(
        self, cut: Callable[[], Any], *, peer: str | None, origin: str, numbered: bool
    ) -> tuple[Block, int]:
        """Cut frames and match them, off the event loop. Returns the block, and how many of its events were dropped."""
        matched = await asyncio.get_running_loop().run_in_executor(
            self.threads, lambda: self._match(cut, peer, origin, numbered)
        )
        self.over_limits.note(self.matcher.over_limit(), self.now())
        self.lists_over_limits.note(self.matcher.lists_over_limit(), self.now())
        return matched

    async def keep(self, block: Block) -> bool:
        """Commit the block's detections, however often it takes; False if `give_up` came first.

        Whoever waits for this reads nothing meanwhile: a full disk stops the senders and loses nothing.
        """
        pause_s = RETRY_S
        while True:
            try:
                await self.store.add(block.detections)
            except StoreError as error:
                _LOG.error("store.failed", why=str(error), detections=len(block.detections), again_in_s=pause_s)
            else:
                return True
            if await self._gave_up_within(pause_s):
                _LOG.error("store.gave_up", detections=len(block.detections))
                return False
            pause_s = min(2 * pause_s, RETRY_LIMIT_S)

    def note(self, block: Block) -> None:
        """Count what was held back; `keep_notes` writes it down."""
        self._held_back.update(block.held_back)

    async def keep_notes(self) -> None:
        """Write down how many detections each holder has held back."""
        counts, self._held_back = self._held_back, Counter()
        if not counts:
            return
        try:
            await self.store.add_held_back(counts, self.now())
        except StoreError as error:
            self._held_back.update(counts)
            _LOG.warning("allowlist.counts_not_kept", why=str(error))

    def give_up(self) -> None:
        """Try no failed commit again: the engine must end."""
        self._giving_up.set()

    def _match(self, cut: Callable[[], Any], peer: str | None, origin: str, numbered: bool) -> tuple[Block, int]:
        frames = cut()
        try:
            block = self.matcher.match(frames, peer=peer, origin=origin, numbered=numbered, now=self.now())
        except (ValueError, LookupError, OSError) as error:
            # A fault of ours: this block is lost, the next may be well.
            _LOG.error("matching.failed", events=len(frames), origin=origin, exc_info=error)
            return Block(len(frames), 0, 0, 0), len(frames)
        self.note_held(block.throttled)
        return block, 0

    async def _gave_up_within(self, pause_s: float) -> bool:
        try:
            await asyncio.wait_for(self._giving_up.wait(), pause_s)
        except TimeoutError:
            return False
        return True
