"""What an input has received and what became of it: `received == matched + unmatched + ignored + dropped`, always."""

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass
class Counts:
    """Events, unless said otherwise.

    Args:
        dropped: Read, but not matched or not kept: the store refused until the end, or the matcher failed.
        detections: Detections committed.
        throttled: Matches that the throttle held back: repeats, of which a later detection tells.
        quarantined: Those of them that a warninglist keeps from the outputs.
        held_back: Detections that the allowlist, or a feed of false positives, kept from being made.
        expired: Detections that were not made because the indicator no longer counts.
        cut: How many times an event was cut because it was too long.
        empty: Empty lines passed over.
    """

    received: int = 0
    matched: int = 0
    unmatched: int = 0
    ignored: int = 0
    dropped: int = 0
    detections: int = 0
    throttled: int = 0
    quarantined: int = 0
    held_back: int = 0
    expired: int = 0
    cut: int = 0
    empty: int = 0


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of them all."""
    every = tuple(counts)
    return Counts(**{field.name: sum(getattr(one, field.name) for one in every) for field in fields(Counts)})
