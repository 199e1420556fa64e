"""Records of a feed that were not taken: counted all, kept with place and reason up to a bound."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Unit = Literal["line", "record"]
Refuse: TypeAlias = Callable[[int, str], None]
"""Called with (line or record number, why) for each record, or indicator of one, that is not taken."""

KEPT = 1000
LONGEST_REASON = 300


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
    """All rejects of one feed: every one is counted, the first 1,000 are kept."""

    count: int = 0
    kept: list[Reject] = field(default_factory=list)

    def at(self, file: str, unit: Unit) -> Refuse:
        """What notes the rejects of one file."""

        def refuse(place: int, reason: str) -> None:
            self.count += 1
            if len(self.kept) < KEPT:
                self.kept.append(Reject(file, unit, place, _shortened(reason)))

        return refuse


def _shortened(reason: str) -> str:
    # A reason may quote what a hostile feed wrote, broken bytes included.
    text = reason.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= LONGEST_REASON else text[:LONGEST_REASON] + "…"
