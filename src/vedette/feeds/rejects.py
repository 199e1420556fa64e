"""Records of a feed that were not taken: counted all, kept with place and reason up to a bound."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, Protocol

Unit = Literal["line", "record"]

KEPT = 1000
KEPT_SORTS = 100
LONGEST_REASON = 300


class Refuse(Protocol):
    """Notes what is not taken of one file."""

    def __call__(self, place: int, reason: str, /) -> None:
        """Note a record, or an indicator of one, that is wrong: its line or number, and why."""

    def leave_out(self, sort: str, /, count: int = 1) -> None:
        """Count what is left out on purpose, by its sort: an exception of a list, an attribute that is no indicator."""


class LeftOut(ValueError):  # noqa: N818 - nothing is wrong with such a record
    """Raised by a format for a record that it leaves out on purpose; its text names the sort, not this one record."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A record, or one indicator of it, that was not taken.

    Args:
        file: The feed's file; for a member of an archive `feeds.zip!member.json`.
        place: The line or record, counted from 1.
    """

    file: str
    unit: Unit
    place: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.unit} {self.place}: {self.reason}"


@dataclass
class Rejects:
    """All that one feed has and that was not taken.

    Args:
        count: How many records, or indicators of them, were wrong.
        kept: The first 1,000 of those.
        left_out: How many of each sort were left out on purpose; sorts beyond the first 100 go by one name.
    """

    count: int = 0
    kept: list[Reject] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def at(self, file: str, unit: Unit) -> Refuse:
        """What notes the rejects of one file."""
        return _OfFile(self, file, unit)


@dataclass(frozen=True)
class _OfFile:
    rejects: Rejects
    file: str
    unit: Unit

    def __call__(self, place: int, reason: str, /) -> None:
        self.rejects.count += 1
        if len(self.rejects.kept) < KEPT:
            self.rejects.kept.append(Reject(self.file, self.unit, place, _shortened(reason)))

    def leave_out(self, sort: str, /, count: int = 1) -> None:
        left_out = self.rejects.left_out
        sort = _shortened(sort)
        left_out[sort if sort in left_out or len(left_out) < KEPT_SORTS else "others"] += count


def _shortened(reason: str) -> str:
    # A reason may quote what a hostile feed wrote, broken bytes included.
    text = reason.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= LONGEST_REASON else text[:LONGEST_REASON] + "…"
