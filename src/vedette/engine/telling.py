"""What the throttle still holds when the engine ends: told of in last detections, so that all counts add up."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from msgspec.structs import replace

from vedette.errors import StoreError
from vedette.matching.matcher import detection_ids
from vedette.matching.throttle import Pending, Throttle
from vedette.store.store import Store

MOST = 10_000
"""Keys that have a last detection each; what else is held is counted in the log: the end must not take for ever."""

_AT_ONCE = 500

_LOG = structlog.get_logger()


async def tell_pending(throttle: Throttle, store: Store, now: datetime) -> None:
    """Commit a last detection of each key that has repeats of which nobody was told: its last one, with their count."""
    pending = throttle.take_pending(MOST)
    told = 0
    for start in range(0, len(pending), _AT_ONCE):
        told += await _tell(pending[start : start + _AT_ONCE], store, now)
    untold = sum(one.count for one in pending) - told
    while rest := throttle.take_pending(MOST):
        untold += sum(one.count for one in rest)
    stats = throttle.stats()
    _LOG.info("throttle.ended", held=stats["held"], told_at_the_end=told, untold=stats["untold"] + untold)


async def _tell(pending: Sequence[Pending], store: Store, now: datetime) -> int:
    """How many repeats were told of."""
    ids = detection_ids()
    try:
        last = await store.with_ids([one.id for one in pending])
        found = [
            replace(last[one.id], id=next(ids), time=now, count=one.count, since=one.since)
            for one in pending
            if one.id in last
        ]
        if found:
            await store.add(found)
    except StoreError as error:
        _LOG.error("store.failed", why=str(error), detections=len(pending))
        return 0
    return sum(one.count for one in found)
