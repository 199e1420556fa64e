"""Timing in pairs: ours and the rival's in turn, so that a machine that slows down slows both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pairs:
    """Seconds of each run of ours and of the rival's, in the order they ran."""

    ours: tuple[float, ...]
    rival: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """How many times faster ours is: the median of the pairs' ratios."""
        return statistics.median(rival / ours for ours, rival in zip(self.ours, self.rival, strict=True))

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest of the pairs' ratios."""
        ratios = [rival / ours for ours, rival in zip(self.ours, self.rival, strict=True)]
        return min(ratios), max(ratios)


def in_pairs(ours: Callable[[], object], rival: Callable[[], object], runs: int) -> Pairs:
    """Run both in turn, `runs` times, after a run of each that is not counted."""
    ours()
    rival()
    pairs = [(seconds(ours), seconds(rival)) for _ in range(runs)]
    return Pairs(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, by the wall clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
