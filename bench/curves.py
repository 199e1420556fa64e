"""The cost curves: events a second over the number of indicators, an event's length, the rules, the share of hits.

Usage: python bench/curves.py [--bytes 50000000] [--runs 3] [--largest 50000000] [--only indicators,length,rules,hits]

Writes `bench/pictures/curves.json` (what was measured) and, where matplotlib is installed, a picture for each curve.
Each point is the median of its runs; all points of a curve are run in turn, so that a slow minute slows them all.
"""

import argparse
import json
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.progress import track

from bench import inputs, made
from bench.matching import AUTO, CHUNK_BYTES, GUIDE, profile
from bench.measuring import seconds
from vedette import _core

PICTURES = Path(__file__).parent / "pictures"
RESULTS = PICTURES / "curves.json"

COUNTS = (10_000, 100_000, 1_000_000, 2_600_000, 15_000_000, 50_000_000)
LENGTHS = (100, 250, 500, 1_000, 4_000, 16_000, 65_536)
RULES = (1, 2, 4, 8, 16, 32, 64)
SHARES = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Point:
    """One measured point: events a second, by what was run."""

    x: float
    events: int
    size_bytes: int
    events_per_second: dict[str, float]


Work = Callable[[], object]


def chunks_of(lines: Iterable[bytes]) -> list[bytes]:
    log = b"\n".join(lines) + b"\n"
    return [log[start : start + CHUNK_BYTES] for start in range(0, len(log), CHUNK_BYTES)]


def matching(index: _core.Index, rules: "list[_core.RuleSpec]", chunks: list[bytes]) -> Work:
    """Frame and match: what becomes a row is counted."""
    matcher = _core.Matcher(index, profile(rules))

    def run() -> int:
        framer = _core.Framer(limit_bytes=1 << 17)
        return sum(matcher.match(framer.push(chunk)).matched for chunk in chunks)

    return run


def copying(chunks: list[bytes]) -> Work:
    """The floor of all that reads events: their memory copied once."""
    return lambda: sum(len(bytearray(chunk)) for chunk in chunks)


def counting(chunks: list[bytes]) -> Work:
    """The floor of all that frames events: their line breaks counted, which is `memchr`."""
    return lambda: sum(chunk.count(b"\n") for chunk in chunks)


def works(index: _core.Index, chunks: list[bytes], rules: "list[_core.RuleSpec] | None" = None) -> dict[str, Work]:
    matched = {"rules": rules} if rules else {"auto": AUTO, "guide's profile": GUIDE}
    ours = {name: matching(index, wanted, chunks) for name, wanted in matched.items()}
    return {**ours, "memory copy": copying(chunks), "memchr": counting(chunks)}


def measured(points: dict[float, tuple[list[bytes], dict[str, Work]]], runs: int) -> list[Point]:
    """Run every work of every point in turn, `runs` times, after a run that is not counted."""
    times: dict[tuple[float, str], list[float]] = {}
    for turn in track(range(runs + 1), "runs", transient=True):
        for x, (_, work) in points.items():
            for name, run in work.items():
                took = seconds(run)
                if turn:
                    times.setdefault((x, name), []).append(took)
    return [point(x, lines, {name: times[x, name] for name in work}) for x, (lines, work) in points.items()]


def point(x: float, lines: list[bytes], times: dict[str, list[float]]) -> Point:
    rates = {name: len(lines) / statistics.median(took) for name, took in times.items()}
    return Point(x, len(lines), sum(map(len, lines)) + len(lines), rates)


def over_indicators(lines: list[bytes], folder: Path, largest: int, runs: int) -> list[Point]:
    chunks = chunks_of(lines)
    points: dict[float, tuple[list[bytes], dict[str, Work]]] = {}
    for count in (count for count in COUNTS if count <= largest):
        path = folder / f"{count}.vdx"
        keys = made.build_index(path, count, inputs.INDICATORS)
        points[keys] = (lines, works(_core.Index(str(path), 0, False), chunks))
    return measured(points, runs)


def over_length(lines: list[bytes], index: _core.Index, size_bytes: int, runs: int) -> list[Point]:
    cut = {length: made.events_of_length(lines, length, size_bytes) for length in LENGTHS}
    return measured({length: (some, works(index, chunks_of(some))) for length, some in cut.items()}, runs)


def over_rules(lines: list[bytes], index: _core.Index, runs: int) -> list[Point]:
    chunks = chunks_of(lines)
    return measured({count: (lines, works(index, chunks, some_rules(count))) for count in RULES}, runs)


def over_hits(lines: list[bytes], index: _core.Index, runs: int) -> list[Point]:
    with_hits = {share: made.events_with_hits(lines, share, inputs.INDICATORS) for share in SHARES}
    return measured({100 * share: (some, works(index, chunks_of(some))) for share, some in with_hits.items()}, runs)


def some_rules(count: int) -> "list[_core.RuleSpec]":
    """The guide's four rules, then as many of their like, each led by a word of its own."""
    words = ("dhost", "shost", "fname", "request", "cs1", "cs2", "cs3", "user", "srcip", "dstip", "url", "query")
    address = r"(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)"
    more = [(f"R{n}", "ip", "all", rf"{words[n % 12]}{n // 12 or ''}\={address}", None) for n in range(count)]
    return [*GUIDE, *more][:count]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--bytes", type=int, default=50_000_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--largest", type=int, default=COUNTS[-1], help="the largest number of indicators")
    options.add_argument("--only", default="indicators,length,rules,hits")
    chosen = options.parse_args()
    if not inputs.INDICATORS.exists():
        raise SystemExit(f"the shared benchmark data is not at {inputs.SHARED}: nothing measured")
    log, _ = inputs.events(chosen.seed, chosen.bytes)
    lines = log.read_bytes().split(b"\n")[:-1]
    curves = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    with tempfile.TemporaryDirectory(dir=inputs.DATA) as name:
        folder = Path(name)
        made.build_index(folder / "bench.vdx", 2_768_521, inputs.INDICATORS)
        index = _core.Index(str(folder / "bench.vdx"))
        measures: dict[str, Callable[[], list[Point]]] = {
            "indicators": lambda: over_indicators(lines, folder, chosen.largest, chosen.runs),
            "length": lambda: over_length(lines, index, chosen.bytes, chosen.runs),
            "rules": lambda: over_rules(lines, index, chosen.runs),
            "hits": lambda: over_hits(lines, index, chosen.runs),
        }
        for curve in chosen.only.split(","):
            curves[curve] = [asdict(point) for point in measures[curve]()]
            show(curve, curves[curve])
    curves["machine"] = f"{platform.machine()}, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}"
    PICTURES.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(curves, indent=1) + "\n")


def show(curve: str, points: list[dict[str, object]]) -> None:
    console = Console(width=140)
    console.print(f"[bold]{curve}[/bold]")
    for point in points:
        console.print(point)


if __name__ == "__main__":
    main()
