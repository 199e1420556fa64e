"""Vedette as a library: open an index, make a matcher, match bytes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from vedette.config.settings import AUTO, Profile
from vedette.detections.detection import Detection
from vedette.events.framing import Framer
from vedette.events.rules import compile_profiles
from vedette.index.index import Index
from vedette.matching.matcher import Matcher


class EventMatcher:
    """Matches bytes that hold one event a line.

    Args:
        index: As `open_index` returns it.
        profiles: Rules by profile; by default the one rule `auto`.
        threads: How many threads of the core share a block.

    Raises:
        ValueError: A regex does not compile; the profile and the rule are named.
    """

    def __init__(self, index: Index, profiles: Mapping[str, Profile] = AUTO, *, threads: int = 1) -> None:
        self._matcher = Matcher(index, compile_profiles(profiles), threads=threads)

    def match(self, events: bytes, *, origin: str = "") -> tuple[Detection, ...]:
        """Return the detections of these events, in their order. `Detection.event_line` counts from 1."""
        framer = Framer()
        now = datetime.now(UTC)
        blocks = [
            self._matcher.match(frames, origin=origin, numbered=True, now=now)
            for frames in (framer.push(events), framer.finish())
        ]
        return tuple(detection for block in blocks for detection in block.detections)


def open_index(path: str | Path) -> Index:
    """Open the current generation of a folder that `vedette index build --out` wrote.

    Raises:
        IndexFileError: There is none, or it is damaged; the message says which part and what to do.
    """
    return Index.open(Path(path))
