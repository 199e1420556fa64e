"""The throttle as its page promises it, slowly and without a bound: one dictionary, one key at a time."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass
class _Key:
    due: int
    level: int
    pending: int = 0
    since: int = 0


class Throttle:
    """Says of each row what it stands for, or None where it is held back."""

    def __init__(self, intervals: Sequence[int]) -> None:
        self._intervals = intervals
        self._keys: dict[Hashable, _Key] = {}
        self._latest = self._ahead = 0

    def ask(self, key: Hashable, now: int) -> tuple[int, int] | None:
        """(how many rows, when the first of them came); `now` may jump back."""
        time = self._time(now)
        known = self._keys.get(key)
        if known is not None and time < known.due:
            if known.pending == 0:
                known.since = now
            known.pending += 1
            return None
        if known is None or time >= known.due + self._intervals[known.level]:
            level = 0
        else:
            level = min(known.level + 1, len(self._intervals) - 1)
        self._keys[key] = _Key(time + self._intervals[level], level)
        if known is None or known.pending == 0:
            return 1, now
        return known.pending + 1, known.since

    def pending(self) -> list[tuple[int, int]]:
        """(how many, since when) of each key that holds some."""
        return sorted((known.pending, known.since) for known in self._keys.values() if known.pending)

    def _time(self, now: int) -> int:
        if now + self._ahead < self._latest:
            self._ahead = self._latest - now
        self._latest = now + self._ahead
        return self._latest
