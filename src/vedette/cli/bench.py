"""`vedette bench`: how fast this machine matches."""

import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from vedette.cli.opening import CONFIG_OPTION, INDEX_OPTION, open_matcher
from vedette.cli.printing import format_option, print_records
from vedette.demo.samples import EVENTS, configuration
from vedette.engine.judging import judge_of
from vedette.engine.logs import set_up_logs
from vedette.engine.matchers import index_of, matcher_of
from vedette.events.framing import Framer
from vedette.matching.matcher import Matcher

CHUNK_BYTES = 1 << 20
RUNS = 5


@click.command("bench")
@CONFIG_OPTION
@INDEX_OPTION
@click.option(
    "--events", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Events of your own, one a line."
)
@click.option(
    "--size-mb", type=click.IntRange(1, 4096), default=64, show_default=True, help="How much to match in each run."
)
@click.option("--threads", type=click.IntRange(1, 256), default=1, show_default=True, help="Threads that match.")
@format_option()
def command(
    config: Path | None, index: Path | None, events: Path | None, size_mb: int, threads: int, format_: str
) -> None:
    """Measure matching on this machine: framing, extraction, normal forms, lookups and detections, from memory.

    Without options the demo's own feeds and events are used: a few indicators, and many more detections than a real
    stream has. With --index and --events the figure is that of your indicators and your events.
    """
    sample = (events or EVENTS).read_bytes()
    sample = sample if sample.endswith(b"\n") else sample + b"\n"
    log = sample * max(1, (size_mb << 20) // len(sample))
    with matcher_for(config, index, threads) as matcher:
        counts = [match_all(matcher, log)]
        seconds = [timed(lambda: match_all(matcher, log)) for _ in range(RUNS)]
    received, detections = counts[0]
    records = [
        {
            "what": f"matching, {threads} thread" + ("s" if threads > 1 else ""),
            "events_per_s": round(received / statistics.median(seconds)),
            "mb_per_s": round(len(log) / statistics.median(seconds) / 1e6, 1),
            "slowest_s": round(max(seconds), 3),
            "fastest_s": round(min(seconds), 3),
            "events": received,
            "detections": detections,
        }
    ]
    print_records(records, tuple(records[0]), format_, title=f"median of {RUNS} runs over {len(log):,} bytes")


@contextmanager
def matcher_for(config: Path | None, index: Path | None, threads: int) -> Iterator[Matcher]:
    """The matcher that the options name, or one over the demo's feeds."""
    if config is not None or index is not None:
        yield open_matcher(config, index, threads)
        return
    set_up_logs(level=logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="vedette-bench-") as folder:
        chosen = configuration(Path(folder), siem_port=1)
        yield matcher_of(chosen, index_of(chosen), judge_of(chosen), threads=threads)


def match_all(matcher: Matcher, log: bytes) -> tuple[int, int]:
    """Match it as it would come from a socket; (events, detections)."""
    framer, now = Framer(), datetime.now(UTC)
    received = detections = 0
    for start in range(0, len(log), CHUNK_BYTES):
        block = matcher.match(framer.push(log[start : start + CHUNK_BYTES]), now=now)
        received += block.received
        detections += len(block.detections)
    return received, detections


def timed(work: Callable[[], object]) -> float:
    """How many seconds it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
