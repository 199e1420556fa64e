"""How much slower matching is with many times the indicators, and what it costs to build them.

The bench's indicators with as many made-up ones as it takes are written as CSV and built by `vedette index build`; the
same events are then matched against the small and the large index in turn.

Usage: python bench/scale.py [--count 15000000] [--bytes 100000000] [--runs 7] [--folder FOLDER] [--build-only]
"""

import argparse
import csv
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.table import Table

from bench import inputs
from bench.made import made_indicators, shared_indicators
from bench.matching import AUTO, GUIDE, profile, work
from bench.measuring import in_pairs
from vedette.errors import IndexFileError
from vedette.index.index import Index

FEEDS = 15


def write_table(path: Path, count: int) -> None:
    """Write so many indicators, the bench's own first, as the table that users of such feeds have."""
    indicators = itertools.chain(shared_indicators(inputs.INDICATORS), made_indicators(7))
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("type", "value", "feed"))
        numbered = enumerate(itertools.islice(indicators, count))
        table.writerows((kind, value, f"feed{number % FEEDS}") for number, (kind, value) in numbered)


def build(feed: Path, folder: Path, console: Console) -> Index:
    """Build with the command that users have, and say what that cost."""
    command = [sys.executable, "-m", "vedette", "index", "build", "--out", str(folder)]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--feed", f"bench={feed},format=csv"], stdout=subprocess.DEVNULL)
    peak_mb, before_s = 0.0, sum(os.times()[2:4])
    while process.poll() is None:
        peak_mb = max(peak_mb, _peak_mb(process.pid))
        time.sleep(0.02)
    busy_s = sum(os.times()[2:4]) - before_s
    elapsed = time.perf_counter() - started
    if process.returncode:
        raise SystemExit("the build failed")
    index = Index.open(folder)
    stats = index.stats
    console.print(
        f"{stats['keys']:,} indicators of {stats['entries']:,} rows: {elapsed:.1f} s by the wall, "
        f"{busy_s:.1f} s of processors, {stats['entries'] / elapsed:,.0f} rows/s, peak {peak_mb:,.0f} MB, "
        f"{index.path.stat().st_size / 1e6:,.0f} MB on disk, "
        f"hot {stats['hot_bytes'] / stats['keys']:.1f} B an indicator"
    )
    return index


def _peak_mb(pid: int) -> float:
    """The most memory that a process has had so far; 0 once it is gone."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def cached(count: int, console: Console) -> Index:
    """The index of so many indicators, built where there is none of this version yet."""
    folder = inputs.DATA / f"index-{count}"
    try:
        return Index.open(folder)
    except IndexFileError:
        shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=inputs.DATA) as work_folder:
        feed = Path(work_folder) / "indicators.csv"
        write_table(feed, count)
        return build(feed, folder, console)


def measure(folder: Path, chosen: argparse.Namespace, console: Console) -> None:
    """Build both and match in turn."""
    feed = folder / "indicators.csv"
    write_table(feed, chosen.count)
    large = build(feed, folder / "large", console)
    feed.unlink()
    if chosen.build_only:
        return
    small = build(inputs.INDICATORS, folder / "small", console)
    log = inputs.events(7, chosen.bytes)[0].read_bytes()
    table = Table("what", "small MB/s", "large MB/s", "matched", "slower by", "smallest", "largest")
    for name, rules in (("guide's profile", profile(GUIDE)), ("auto", profile(AUTO))):
        works = [work(index, rules, log) for index in (small, large)]
        pairs = in_pairs(works[0], works[1], chosen.runs)
        speeds = [len(log) / 1e6 / sorted(times)[len(times) // 2] for times in (pairs.ours, pairs.rival)]
        slower = [f"{(ratio - 1) * 100:+.0f} %" for ratio in (pairs.ratio, *pairs.spread)]
        matched = " / ".join(f"{one():,}" for one in works)
        table.add_row(name, *(f"{speed:,.0f}" for speed in speeds), matched, *slower)
    console.print(table)


def main() -> None:
    """Measure as the command line says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=15_000_000)
    options.add_argument("--bytes", type=int, default=100_000_000)
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--folder", type=Path, help="where indexes are built; bench/data if not given")
    options.add_argument("--build-only", action="store_true", help="build the large index and match nothing")
    chosen = options.parse_args()
    console = Console(width=160)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    console.print(f"{os.cpu_count()} processors, load before: {load}")
    with tempfile.TemporaryDirectory(dir=chosen.folder or inputs.DATA) as folder:
        measure(Path(folder), chosen, console)


if __name__ == "__main__":
    main()
