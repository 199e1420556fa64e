"""Detections as rows of their values and of their entries', as the core writes lines of them."""

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import astuple

from vedette.detections.detection import Detection
from vedette.index.entry import Entry

if TYPE_CHECKING:
    from vedette._core import LineWriter, Place


def place_of(path: str) -> "Place":
    """Where a detection's `name` stands, or its entry's `entry.name`."""
    owner, _, name = path.rpartition(".")
    if owner not in ("", "entry"):
        raise ValueError(f"expected `name` or `entry.name`, got `{path}`")
    return (1, Entry.__struct_fields__.index(name)) if owner else (0, Detection.__struct_fields__.index(name))


def lines(writer: "LineWriter", detections: Sequence[Detection]) -> list[bytes]:
    """The line of each detection."""
    # Not lists: each row would live until the last is made, and the collector would look at them all.
    return writer.lines(map(astuple, detections), map(astuple, map(_ENTRY, detections)))


_ENTRY = attrgetter("entry")
