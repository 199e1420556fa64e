"""A stored detection beside what its event raises now, for `vedette explain --detection`."""

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from vedette.cli.opening import Opened
from vedette.cli.printing import console, printable, write
from vedette.detections.detection import Detection
from vedette.detections.in_force import changed_since
from vedette.detections.templates.json import JsonTemplate
from vedette.errors import IndexFileError, VedetteError
from vedette.events.framing import Framer
from vedette.index.generation import FeedManifest, Generation
from vedette.index.generations import Generations
from vedette.index.index import Index
from vedette.matching.matcher import Matcher
from vedette.matching.replay import Difference, differences, same_among
from vedette.store.store import Store


def stored_detection(state: Path, id_: str) -> Detection:
    """The detection of this id, as the store of this state folder keeps it.

    Raises:
        VedetteError: There is no store, or no such detection.
    """
    path = state / "detections.db"
    if not path.is_file():
        raise VedetteError(f"{path}: there is no store here")

    async def found() -> dict[str, Detection]:
        store = Store(path)
        try:
            return await store.with_ids([id_])
        finally:
            store.close()

    detections = asyncio.run(found())
    if id_ not in detections:
        raise VedetteError(f"{path}: there is no detection {id_!r}")
    return detections[id_]


def peer_of(detection: Detection) -> str | None:
    """The address that its event came from; None where it came from a file."""
    try:
        return str(ipaddress.ip_address(detection.origin))
    except ValueError:
        return None


def versions_of(index: Index) -> Mapping[str, FeedManifest]:
    """What each feed was when this generation was built; nothing where the index is a lone file."""
    try:
        feeds = Generation(index.generation, index.path.parent).manifest().feeds
    except IndexFileError:
        return {}
    return {feed.name: feed for feed in feeds}


def version_record(version: FeedManifest | None) -> dict[str, Any] | None:
    """A feed's version as a JSON object."""
    if version is None:
        return None
    return {"sha256": version.sha256, "modified_at": version.modified_at, "path": version.path, "fault": version.fault}


@dataclass(frozen=True)
class Replayed:
    """A detection as it was, and as its event raises it now.

    Args:
        now: None where the event raises nothing in its place.
        differences: What is not the same.
        changed: Which rules and lists have changed since; None where it is not known what they were.
        generation: That was asked now.
        is_kept: Whether the generation that it came from is still there to be asked.
    """

    then: Detection
    now: Detection | None
    differences: tuple[Difference, ...]
    changed: tuple[str, ...] | None
    generation: int
    is_kept: bool


def replayed(then: Detection, opened: Opened) -> Replayed:
    """What the same event raises now in a detection's place.

    It is judged as of the time of the detection: what has expired since is not the question. Nothing is throttled.
    """
    frames = Framer(limit_bytes=len(then.event) + 1).push(then.event + b"\n")
    matcher = Matcher(opened.index, opened.rules, terms=opened.terms, judge=opened.judge)
    block = matcher.match(frames, peer=peer_of(then), origin=then.origin, now=then.time)
    now = same_among(then, block.detections)
    changed = changed_since(then.in_force, opened.judge.in_force)
    is_kept = _is_kept(opened.index.path, then.generation)
    return Replayed(then, now, () if now is None else differences(then, now), changed, opened.index.generation, is_kept)


def _is_kept(index: Path, number: int) -> bool:
    """Whether this generation is there beside the one whose index this is."""
    return any(generation.number == number for generation in Generations(index.parent.parent).list())


def print_replayed(one: Replayed) -> None:
    """Say what was then, and how it is now."""
    then = one.then
    steps = ", ".join(f"{what}: {change:+}" for what, change in then.severity_steps)
    since = f" since {then.since.isoformat()}" if then.since else ""
    span = f"{then.span[0]}-{then.span[1]}"
    lines = [
        f"Then: generation {then.generation}, {then.time.isoformat()}, rule {then.rule} at {span}.",
        f"Then: {then.entry.feed} knew {then.entry.indicator}, scope {then.matched_scope}, variant {then.variant}.",
        f"Then: severity {then.severity} = {steps}; stands for {then.count}{since}.",
        f"Then: {_in_force(one)}.",
        *([] if one.is_kept else [f"Then: generation {then.generation} is not kept any more."]),
    ]
    if one.now is None:
        lines.append(f"Now: generation {one.generation} has no such detection of this event.")
    elif not one.differences:
        lines.append(f"Now: generation {one.generation} has the same.")
    lines += [f"Now: {its.what} is {_shown(its.now)}, was {_shown(its.then)}." for its in one.differences]
    for line in lines:
        console().print(printable(line), markup=False)


def _in_force(one: Replayed) -> str:
    if one.changed is None:
        return "it was not recorded which rules and lists were in force"
    if not one.changed:
        return "the same rules and lists were in force as now"
    return f"other rules and lists were in force than now: {', '.join(one.changed)} changed since"


def write_replayed(one: Replayed) -> None:
    """The same as a JSON object."""
    template = JsonTemplate()
    record = {
        "then": msgspec.Raw(template.render(one.then)),
        "now": None if one.now is None else msgspec.Raw(template.render(one.now)),
        "generation": one.generation,
        "is_kept": one.is_kept,
        "changed_since": one.changed,
        "differences": [
            {"what": its.what, "then": _plain(its.then), "now": _plain(its.now)} for its in one.differences
        ],
    }
    write(msgspec.json.encode(record))


def _shown(value: object) -> str:
    return msgspec.json.encode(_plain(value)).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value
