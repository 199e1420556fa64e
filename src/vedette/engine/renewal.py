"""Puts another generation in the place of the one that events are matched against, while they are."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from vedette.engine.sentry import BlockMatcher, Sentry
from vedette.errors import VedetteError

Check = Callable[[], None]
"""Called now and then by work that takes long; raises `StoppedError` where it should end."""

Renew = Callable[[BlockMatcher, Check], BlockMatcher | None]
"""Makes the matcher that should take this one's place; None where this one should stay. Called in a thread."""

_LOG = structlog.get_logger()


class StoppedError(Exception):
    """The engine is to end: what is being opened or built is no longer wanted."""


@dataclass
class Renewal:
    """Looks now and then, or when asked, and swaps; a look that fails leaves everything as it is until the next.

    Args:
        sentry: Whose matcher is replaced.
        renew: Looks.
        every_s: How long to wait from the end of one look to the next; 0 looks only when asked.
        check: Raises `StoppedError` once the engine is to end.
        asked: Set it to have a look taken at once, or once more if one is under way.
    """

    sentry: Sentry
    renew: Renew
    every_s: float
    check: Check
    asked: asyncio.Event
    _ended: bool = field(default=False, init=False)

    async def run(self) -> None:
        """Look and swap until `end`; what is being built then is given up."""
        while await self._is_due():
            await self._look()

    def end(self) -> None:
        """Let `run` return."""
        self._ended = True
        self.asked.set()

    async def _is_due(self) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.asked.wait(), self.every_s or None)
        self.asked.clear()
        return not self._ended

    async def _look(self) -> None:
        before = self.sentry.matcher
        try:
            after = await asyncio.to_thread(self.renew, before, self._check)
        except StoppedError:
            _LOG.info("generation.given_up", generation=before.generation)
        except (VedetteError, ValueError, LookupError, OSError, MemoryError) as error:
            # Whatever was wrong with the new one, the old one is as good as it was.
            _LOG.error("generation.kept", generation=before.generation, why=str(error) or type(error).__name__)
        else:
            if after is not None:
                self.sentry.swap(after)
                _LOG.info("generation.swapped", before=before.generation, after=after.generation)

    def _check(self) -> None:
        if self._ended:
            raise StoppedError
        self.check()
