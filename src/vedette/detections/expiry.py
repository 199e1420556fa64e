"""Whether an indicator still counts at some moment, and how sure its feed is of it by then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vedette.index.entry import Entry


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a feed's indicators count.

    Args:
        lifetime: After it was last seen (else first seen, else when the feed was last renewed).
        retention: After the feed was last renewed, whatever it says.
        decay: The confidence falls to 0 in so long, from when it was last seen on; then it counts no more.
        renewed: When the feed's file last changed.
    """

    lifetime: timedelta | None = None
    retention: timedelta | None = None
    decay: timedelta | None = None
    renewed: datetime | None = None


ENDLESS = Lifetimes()


class Standing(NamedTuple):
    """How an indicator stands at some moment.

    Args:
        confidence: What is left of the feed's.
        expired: Why it counts no more; empty while it does.
    """

    confidence: int
    expired: str = ""


def standing(entry: "Entry", lifetimes: Lifetimes, now: datetime) -> Standing:
    """How this indicator stands now."""
    until = entry.valid_until
    if until is not None and until <= now:
        return Standing(entry.confidence, f"valid until {_written(until)}")
    if lifetimes is ENDLESS:
        return Standing(entry.confidence)
    renewed, seen = lifetimes.renewed, entry.last_seen or entry.first_seen or lifetimes.renewed
    if lifetimes.retention is not None and renewed is not None and now - renewed >= lifetimes.retention:
        return Standing(
            entry.confidence, f"its feed was renewed {_written(renewed)}, which holds {_days(lifetimes.retention)}"
        )
    if seen is None:
        return Standing(entry.confidence)
    if lifetimes.lifetime is not None and now - seen >= lifetimes.lifetime:
        return Standing(entry.confidence, f"last seen {_written(seen)}, which counts {_days(lifetimes.lifetime)}")
    return (
        Standing(entry.confidence)
        if lifetimes.decay is None
        else _decayed(entry.confidence, seen, lifetimes.decay, now)
    )


def _decayed(confidence: int, seen: datetime, decay: timedelta, now: datetime) -> Standing:
    age = max(now - seen, timedelta())
    if age >= decay:
        return Standing(0, f"last seen {_written(seen)}, and decayed in {_days(decay)}")
    return Standing(round(confidence * (1 - age / decay)))


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{days:g} day" if days == 1 else f"{days:g} days"
