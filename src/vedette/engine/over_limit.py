"""Rules that were stopped at a limit: how often, and when that is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)

_LOG = structlog.get_logger()

RuleName = tuple[str, str]
"""(profile, rule)"""


@dataclass
class OverLimits:
    """A service event for each rule that is stopped at a limit: at the first time, then at widening intervals.

    Attributes:
        counts: (profile, rule) → how often it was stopped since the engine's start.
    """

    counts: dict[RuleName, int] = field(default_factory=dict)
    _told: dict[RuleName, "Told"] = field(default_factory=dict)

    def note(self, counts: Mapping[RuleName, int], now: datetime) -> None:
        """Take the counts as they are now, and tell what is due."""
        for name, times in counts.items():
            self.counts[name] = times
            told = self._told.get(name)
            if told is None or (times > told.times and now >= told.again):
                self._tell(name, told, times, now)

    def tell_rest(self) -> None:
        """Tell, at the end, of every rule what its last event did not."""
        for name, times in sorted(self.counts.items()):
            if times > self._told[name].times:
                _warn(name, times)

    def _tell(self, name: RuleName, told: "Told | None", times: int, now: datetime) -> None:
        _warn(name, times)
        pause = FIRST_PAUSE if told is None else min(2 * told.pause, LONGEST_PAUSE)
        self._told[name] = Told(times, now + pause, pause)


@dataclass(frozen=True)
class Told:
    """What was told last of a rule, and when it may be told of again."""

    times: int
    again: datetime
    pause: timedelta


def _warn(name: RuleName, times: int) -> None:
    profile, rule = name
    _LOG.warning("rule.over_match_limit", profile=profile, rule=rule, times=times)
