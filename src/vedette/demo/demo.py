"""Runs the whole of Vedette on its samples: events in over TCP, detections out to a SIEM's side, and a summary."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vedette.config.settings import Configuration
from vedette.demo.samples import EVENTS, configuration
from vedette.demo.siem import Siem
from vedette.detections.detection import Detection
from vedette.engine.assembly import assemble
from vedette.engine.counts import Counts, total
from vedette.engine.engine import Engine
from vedette.engine.generation import generations_of
from vedette.index.generation import FeedManifest
from vedette.inputs.tcp import TcpInput
from vedette.store.store import Store

ARRIVAL_S = 20.0
"""Longer than this the demo waits for no detection: something is broken, and the summary will say so."""


@dataclass
class Outcome:
    """What the demo did.

    Args:
        lines: What arrived at the SIEM's side, as it arrived.
        detections: What the store holds, in order.
    """

    counts: Counts = field(default_factory=Counts)
    lines: list[bytes] = field(default_factory=list)
    detections: tuple[Detection, ...] = ()
    complete: bool = False


@dataclass(frozen=True)
class Watcher:
    """Who is told as the demo goes on.

    Args:
        built: What the new generation holds of each feed.
        listening: Where events may be sent: host and port.
        sent: An event on its way.
        arrived: A line at the SIEM's side.
        stay: Awaited after the samples are through; the demo ends when it returns.
    """

    built: Callable[[tuple[FeedManifest, ...]], None]
    listening: Callable[[str, int], None]
    sent: Callable[[bytes], None]
    arrived: Callable[[bytes], None]
    stay: Callable[[], "asyncio.Future[None] | None"]


def run_demo(watcher: Watcher, *, pause_s: float = 0.0) -> Outcome:
    """Run the samples through a real engine in a temporary folder; `pause_s` is waited between events."""
    outcome = Outcome()

    def arrived(line: bytes) -> None:
        outcome.lines.append(line)
        watcher.arrived(line)

    with tempfile.TemporaryDirectory(prefix="vedette-demo-") as folder, Siem(arrived) as siem:
        chosen = configuration(Path(folder), siem.port)
        asyncio.run(_run(chosen, watcher, outcome, pause_s))
    return outcome


async def _run(chosen: Configuration, watcher: Watcher, outcome: Outcome, pause_s: float) -> None:
    engine = assemble(chosen)
    started = asyncio.Event()
    running = asyncio.ensure_future(engine.run(started.set))
    starting = asyncio.ensure_future(started.wait())
    await asyncio.wait({running, starting}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    try:
        if (generation := generations_of(chosen.state).current()) is not None:
            watcher.built(generation.manifest().feeds)
        listening = engine.inputs["events"]
        if not isinstance(listening, TcpInput):
            raise TypeError("the demo's events come over TCP")
        host, port = listening.address
        watcher.listening(host, port)
        await _send(host, port, watcher, pause_s)
        outcome.complete = await _arrived(engine, outcome)
        if (staying := watcher.stay()) is not None:
            await staying
    finally:
        engine.stop()
        await running
        outcome.counts = total(engine.counts.values())
        outcome.detections = await _kept(chosen.state)


async def _send(host: str, port: int, watcher: Watcher, pause_s: float) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for event in EVENTS.read_bytes().splitlines(keepends=True):
        watcher.sent(event)
        writer.write(event)
        await writer.drain()
        await asyncio.sleep(pause_s)
    writer.write_eof()
    await reader.read()
    writer.close()


async def _arrived(engine: Engine, outcome: Outcome) -> bool:
    """Wait until the SIEM's side has every detection that was committed."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + ARRIVAL_S
    while loop.time() < deadline:
        counts = total(engine.counts.values())
        if counts.received and counts.detections == len(outcome.lines):
            return True
        await asyncio.sleep(0.02)
    return False


async def _kept(state: Path) -> tuple[Detection, ...]:
    store = Store(state / "detections.db")
    try:
        if not store.last_seq:
            return ()
        return tuple(detection for _, detection in await store.after(0, 1000))
    finally:
        store.close()
