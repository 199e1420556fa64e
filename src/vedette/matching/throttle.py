"""The throttle as the product uses it: it outlives generations, and numbers what goes through."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from vedette import _core

if TYPE_CHECKING:
    from vedette.config.throttle import KeyPart
    from vedette.config.throttle import Throttle as Settings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pending:
    """Repeats of which no detection has told.

    Args:
        id: The detection of the same key that was sent last.
        count: How many they are.
        since: When the first of them came.
    """

    id: str
    count: int
    since: datetime


class Throttle:
    """Holds back repeats of a detection and counts them. Shared by every matcher and thread.

    Args:
        settings: As configured.
    """

    def __init__(self, settings: "Settings") -> None:
        intervals_ms = [max(1, round(1000 * seconds)) for seconds in settings.intervals_s]
        self.core = _core.Throttle(intervals_ms, settings.keys, settings.key)
        self._own = secrets.token_hex(12)

    def ids(self, tickets: Iterable[int]) -> list[str]:
        """The ids of detections that went through, by the numbers that the core gave them."""
        return [f"{self._own}{ticket:08x}" for ticket in tickets]

    def take_pending(self, limit: int) -> tuple[Pending, ...]:
        """What was held back and not yet told of, of up to `limit` keys: it counts as told from now on."""
        taken = self.core.take_pending(limit)
        ids = self.ids(ticket for ticket, _, _ in taken)
        return tuple(Pending(own, count, time_of(since)) for own, (_, count, since) in zip(ids, taken, strict=True))

    def stats(self) -> dict[str, int]:
        """Counts: see `_core.Throttle.stats`."""
        return self.core.stats()


def key_of(
    parts: "Sequence[KeyPart]", near: str, far: str, profile: str, rule: str, normal_form: str, peer: str
) -> "tuple[tuple[KeyPart, str], ...]":
    """What makes two matches of one entry repeats, as the core has it: each part with its value."""
    values: dict[KeyPart, str] = {
        "near": near or peer,
        "far": far,
        "profile": profile,
        "rule": rule,
        "observed": normal_form,
        "peer": peer,
    }
    return tuple((part, values[part]) for part in parts)


def milliseconds(moment: datetime) -> int:
    """A time as the core takes it."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def time_of(milliseconds_: int) -> datetime:
    """A time that the core gave back."""
    return _EPOCH + timedelta(milliseconds=milliseconds_)
