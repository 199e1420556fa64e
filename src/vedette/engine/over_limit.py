"""Rules and warninglists that were stopped at a limit: how often, and when that is told."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)

_LOG = structlog.get_logger()

Name = TypeVar("Name", bound=Hashable)


@dataclass
class OverLimits(Generic[Name]):
    """A service event for each name that is stopped at a limit: at the first time, then at widening intervals.

    Args:
        warn: Tells of a name, and how often.

    Attributes:
        counts: How often each was stopped since the engine's start.
    """

    warn: Callable[[Name, int], None]
    counts: dict[Name, int] = field(default_factory=dict, init=False)
    _told: dict[Name, "Told"] = field(default_factory=dict, init=False)

    def note(self, counts: Mapping[Name, int], now: datetime) -> None:
        """Take the counts as they are now, and tell what is due."""
        for name, times in counts.items():
            self.counts[name] = times
            told = self._told.get(name)
            if told is None or (times > told.times and now >= told.again):
                self._tell(name, told, times, now)

    def tell_rest(self) -> None:
        """Tell, at the end, of every name what its last event did not."""
        for name, times in sorted(self.counts.items()):
            if times > self._told[name].times:
                self.warn(name, times)

    def _tell(self, name: Name, told: "Told | None", times: int, now: datetime) -> None:
        self.warn(name, times)
        pause = FIRST_PAUSE if told is None else min(2 * told.pause, LONGEST_PAUSE)
        self._told[name] = Told(times, now + pause, pause)


@dataclass(frozen=True)
class Told:
    """What was told last of a name, and when it may be told of again."""

    times: int
    again: datetime
    pause: timedelta


def warn_of_rule(name: tuple[str, str], times: int) -> None:
    """Tell of a rule, (profile, rule)."""
    profile, rule = name
    _LOG.warning("rule.over_match_limit", profile=profile, rule=rule, times=times)


def warn_of_list(name: str, times: int) -> None:
    """Tell of a warninglist."""
    _LOG.warning("warninglist.over_match_limit", list=name, times=times)
