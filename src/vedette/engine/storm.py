"""A storm of repeats: one service event when it begins, further ones at widening intervals, one when it is over."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import structlog

from vedette.matching.throttle import Throttle

_WINDOW_S = 1.0

_LOG = structlog.get_logger()


@dataclass
class StormWatch:
    """Watches how many repeats are held back a second, and whether keys have to make way.

    Args:
        throttle: That holds them back.
        per_s: From so many a second on it is a storm; and where a key had to make way.
        intervals_s: From one service event of a storm to the next; the last is repeated.
    """

    throttle: Throttle
    per_s: float
    intervals_s: Sequence[float]
    clock: Callable[[], float] = time.monotonic
    _lock: Lock = field(default_factory=Lock, init=False)
    _since: float | None = field(default=None, init=False)
    _held: int = field(default=0, init=False)
    _evicted: int = field(default=0, init=False)
    _storm: int | None = field(default=None, init=False)
    _told: int = field(default=0, init=False)
    _due: float = field(default=0.0, init=False)

    def note(self, held: int) -> None:
        """So many more were held back; called for every block, by any thread."""
        with self._lock:
            now = self.clock()
            if self._since is None:
                self._since = now
            self._held += held
            if now - self._since >= _WINDOW_S:
                self._look(now, self._held / (now - self._since))
                self._since, self._held = now, 0

    def _look(self, now: float, per_s: float) -> None:
        stats = self.throttle.stats()
        evicted, self._evicted = stats["evicted"] - self._evicted, stats["evicted"]
        if per_s >= self.per_s or evicted:
            self._rages(now, per_s, stats)
        elif self._storm is not None:
            _LOG.info("throttle.storm_over", held=stats["held"] - self._storm)
            self._storm = None

    def _rages(self, now: float, per_s: float, stats: dict[str, int]) -> None:
        if self._storm is None:
            self._storm, self._told, self._due = stats["held"] - self._held, 0, now
        if now < self._due:
            return
        held = stats["held"] - self._storm
        _LOG.warning("throttle.storm", held=held, per_s=round(per_s), keys=stats["keys"], evicted=stats["evicted"])
        self._due = now + self.intervals_s[min(self._told, len(self.intervals_s) - 1)]
        self._told += 1
