"""A stored detection beside what its event raises now, for `vedette explain --detection`."""

import asyncio
import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from vedette.cli.printing import console, printable, write
from vedette.detections.detection import Detection
from vedette.detections.judgement import Judge
from vedette.detections.templates.json import JsonTemplate
from vedette.errors import IndexFileError, VedetteError
from vedette.events.framing import Framer
from vedette.events.rules import Rules
from vedette.index.generation import FeedManifest, Generation
from vedette.index.index import Index
from vedette.matching.matcher import FeedTerms, Matcher
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


def replayed(
    then: Detection, index: Index, rules: Rules, terms: Mapping[str, FeedTerms], judge: Judge
) -> tuple[Detection | None, tuple[Difference, ...]]:
    """What the same event raises now in its place, and what is not the same; None where it raises nothing there.

    It is judged as of the time of the detection: what has expired since is not the question. Nothing is throttled.
    """
    frames = Framer(limit_bytes=len(then.event) + 1).push(then.event + b"\n")
    matcher = Matcher(index, rules, terms=terms, judge=judge)
    block = matcher.match(frames, peer=peer_of(then), origin=then.origin, now=then.time)
    now = same_among(then, block.detections)
    return now, () if now is None else differences(then, now)


def print_replayed(then: Detection, now: Detection | None, changed: tuple[Difference, ...], generation: int) -> None:
    """Say what was then, and how it is now."""
    steps = ", ".join(f"{what}: {change:+}" for what, change in then.severity_steps)
    since = f" since {then.since.isoformat()}" if then.since else ""
    span = f"{then.span[0]}-{then.span[1]}"
    lines = [
        f"Then: generation {then.generation}, {then.time.isoformat()}, rule {then.rule} at {span}.",
        f"Then: {then.entry.feed} knew {then.entry.indicator}, scope {then.matched_scope}, variant {then.variant}.",
        f"Then: severity {then.severity} = {steps}; stands for {then.count}{since}.",
    ]
    if now is None:
        lines.append(f"Now: generation {generation} has no such detection of this event.")
    elif not changed:
        lines.append(f"Now: generation {generation} has the same.")
    lines += [f"Now: {one.what} is {_shown(one.now)}, was {_shown(one.then)}." for one in changed]
    for line in lines:
        console().print(printable(line), markup=False)


def write_replayed(then: Detection, now: Detection | None, changed: tuple[Difference, ...], generation: int) -> None:
    """The same as a JSON object."""
    template = JsonTemplate()
    record = {
        "then": msgspec.Raw(template.render(then)),
        "now": None if now is None else msgspec.Raw(template.render(now)),
        "generation": generation,
        "differences": [{"what": what, "then": _plain(one), "now": _plain(other)} for what, one, other in changed],
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
