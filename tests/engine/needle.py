"""A matcher for tests of what stands around it: `bad` and a number in an event is a detection of that number."""

import re
from dataclasses import replace
from datetime import datetime

from sample_detection import detection
from vedette._core import Frames
from vedette.matching.matcher import Block


class Needle:
    """Events that hold `skip` are ignored."""

    def __init__(self, generation: int = 1) -> None:
        self.generation = generation

    def match(self, frames: Frames, *, peer: str | None, origin: str, numbered: bool, now: datetime) -> Block:
        del peer, numbered
        events = [frames.frame(number) for number in range(len(frames))]
        ignored = sum(b"skip" in event for event in events)
        found = tuple(
            replace(
                detection(int(number.group(1))),
                event=event,
                time=now,
                origin=origin,
                generation=self.generation,
            )
            for event in events
            if b"skip" not in event and (number := re.search(rb"bad (\d+)", event))
        )
        return Block(len(events), len(found), len(events) - len(found) - ignored, ignored, found)
