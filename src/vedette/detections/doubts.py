"""What may keep a match from being a detection, told cheaply: about these alone a judge is asked before a throttle."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vedette.detections.allowlist import Allowlist
    from vedette.detections.expiry import Lifetimes
    from vedette.index.lists import Lists

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ALWAYS = (2**63 - 1, 2**63 - 1)


class Doubts(NamedTuple):
    """As the core takes it; it may name more than it need.

    Args:
        allowlist: Values that are held back for some; None where there are none.
        by_ends: Whether that depends on the ends of the event's connection.
        feeds: Feed → (entries last seen at this time or before are in doubt, when one is taken to have been seen that
            names no time), in milliseconds since 1970.
        ended_ms: Entries valid until this time or before are in doubt.
    """

    allowlist: "Lists | None" = None
    by_ends: bool = False
    feeds: Mapping[str, tuple[int, int]] = {}
    ended_ms: int | None = None


def doubts_of(
    allowlist: "Allowlist", lifetimes: "Mapping[str, Lifetimes]", roles: Iterable[str], now: datetime, *, cold: bool
) -> Doubts:
    """What may keep a match from becoming a detection now.

    Args:
        allowlist: In force.
        lifetimes: Per feed, how long its indicators count.
        roles: Feeds that have a say in what becomes of the matches of others.
        now: The detections' time.
        cold: Whether an expired indicator raises detections all the same.
    """
    feeds = {} if cold else {feed: _oldest(its, now) for feed, its in lifetimes.items()}
    return Doubts(
        allowlist.lists if allowlist.entries else None,
        allowlist.asks_ends,
        {**feeds, **dict.fromkeys(roles, _ALWAYS)},
        None if cold else _milliseconds(now),
    )


def _oldest(lifetimes: "Lifetimes", now: datetime) -> tuple[int, int]:
    renewed = lifetimes.renewed
    if lifetimes.retention is not None and renewed is not None and now - renewed >= lifetimes.retention:
        return _ALWAYS
    unnamed = _ALWAYS[1] if renewed is None else _milliseconds(renewed)
    spans = [span for span in (lifetimes.lifetime, lifetimes.decay) if span is not None]
    # A millisecond more than need be: the times of entries have no parts of one.
    oldest = _milliseconds(now) - min(spans) // _MILLISECOND + 1 if spans else -(2**63)
    return oldest, unnamed


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
