"""The configuration of the throttle: what counts as a repeat, and when it is told of."""

from typing import Annotated, Literal

from pydantic import Field

from vedette.config.part import Settings

KeyPart = Literal["near", "far", "profile", "rule", "observed", "peer"]

INTERVALS_S = (60.0, 300.0, 1800.0, 7200.0, 21600.0)
"""A minute, five minutes, half an hour, two hours, six hours."""


class Throttle(Settings):
    """Holds back repeats of a detection, and counts them; see the page on the throttle."""

    enabled: bool = Field(default=True, description="Whether repeats are held back; else every match is a detection")
    intervals_s: tuple[Annotated[float, Field(ge=0.001, le=31_536_000)], ...] = Field(
        default=INTERVALS_S,
        min_length=1,
        max_length=100,
        description="Seconds from one detection of a key to the next, which says how many there were between; the last "
        "is repeated",
    )
    key: tuple[KeyPart, ...] = Field(
        default=("near", "far"),
        description="What makes two detections of one indicator the same: `near`, `far` (the connection's ends), "
        "`profile`, `rule`, `observed`, `peer` (who sent the event)",
    )
    keys: int = Field(
        default=1_000_000,
        ge=1,
        le=2**26,
        description="How many keys are known at a time, 64 bytes each; then the one that was silent longest makes way",
    )
    storm_per_s: float = Field(
        default=1000.0, gt=0, description="Repeats a second from which on the log calls it a storm"
    )
