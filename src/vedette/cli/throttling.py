"""The throttle's part in an explanation: by what key a match would be held back, and what was sent of it last."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vedette.cli.printing import printable
from vedette.cli.replaying import peer_of
from vedette.config.throttle import KeyPart
from vedette.config.throttle import Throttle as Settings
from vedette.detections.detection import Detection
from vedette.index.entry import Entry
from vedette.matching.explanation import Ends, Step
from vedette.matching.throttle import key_of
from vedette.store.latest import LOOKED_AT, latest


@dataclass(frozen=True)
class Throttled:
    """What the throttle knows a match by.

    Args:
        key: What makes it a repeat of another match of the same entry.
        last: What was sent last of this key, as far as the store tells.
    """

    key: tuple[tuple[KeyPart, str], ...]
    last: Detection | None


@dataclass(frozen=True)
class Throttling:
    """Tells of each match of an event how the throttle sees it.

    Args:
        store: The store's file.
        peer: Who sent the event; empty if unknown.
    """

    settings: Settings
    store: Path
    ends: Ends
    peer: str

    def of(self, step: Step, entry: Entry) -> Throttled:
        """How it sees a match of this entry."""
        parts, (near, far, _) = self.settings.key, self.ends
        key = key_of(parts, near, far, step.profile, step.rule, step.normal_form or "", self.peer)
        return Throttled(key, latest(self.store, entry, lambda one: _is_repeat(parts, key, entry, one)))

    def record(self, step: Step, entry: Entry) -> dict[str, Any]:
        """The same as a JSON object."""
        seen = self.of(step, entry)
        last = seen.last
        told = last and {"id": last.id, "time": last.time, "count": last.count, "since": last.since}
        return {"key": dict(seen.key), "last": told}

    def lines(self, step: Step, entry: Entry) -> tuple[str, str]:
        """The same in words."""
        seen = self.of(step, entry)
        key = ", ".join(f"{part} {value or 'unknown'}" for part, value in seen.key) or "the entry alone"
        intervals = ", ".join(f"{seconds:g}" for seconds in self.settings.intervals_s)
        return printable(f"throttle: its key is {key}; repeats are held back, and told of after {intervals} s"), _of(
            seen.last
        )


def _of(last: Detection | None) -> str:
    if last is None:
        return f"throttle: of this key nothing is among the store's last {LOOKED_AT:,} detections"
    return f"throttle: of this key {last.id} was sent last, at {last.time.isoformat()}, for {last.count}"


def _is_repeat(parts: Sequence[KeyPart], key: tuple[tuple[KeyPart, str], ...], entry: Entry, one: Detection) -> bool:
    same = (one.entry.normal_form, one.entry.scope) == (entry.normal_form, entry.scope)
    return same and key == key_of(parts, one.near, one.far, one.profile, one.rule, one.normal_form, peer_of(one) or "")
