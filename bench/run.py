"""The published figures: Vedette beside its rivals in one run, on one machine.

Usage: python bench/run.py [--seed 7] [--bytes 100000000] [--runs 5] [--tuned] [--short]
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.table import Table

from bench import inputs, look_up, scale
from bench.matching import AUTO, GUIDE, profile, work
from bench.measuring import Pairs, in_pairs
from bench.rivals import pcre2_loop, python_re
from bench.truth import Verdict, judge
from vedette import _core
from vedette.index.index import Index

MANY = 15_000_000
LOOKED_UP = ("sha256", "ipv4", "domain", "url")


def detections(index: Index, log: Path) -> Iterable[tuple[int, str, str]]:
    """(line, kind, indicator) of all that `auto` finds."""
    matcher = _core.Matcher(index.core, profile(AUTO))
    framer = _core.Framer()
    for frames in (framer.push(log.read_bytes()), framer.finish()):
        for row in matcher.match(frames).rows:
            entry = index.entry(row[9])
            yield frames.line(row[0]), entry.kind, entry.indicator


def build(folder: Path) -> tuple[float, float, int]:
    """Build from the CSV with the command that users have; (seconds, peak MB, indicators)."""
    command = [sys.executable, "-m", "vedette", "index", "build", "--out", str(folder)]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--feed", f"bench={inputs.INDICATORS},format=csv"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - started
    if status:
        raise SystemExit("the build failed")
    return elapsed, usage.ru_maxrss / 1024, Index.open(folder).stats["entries"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--bytes", type=int, default=100_000_000)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--tuned", action="store_true", help="also the rival with a hand-tuned alternation")
    options.add_argument("--short", action="store_true", help="without 15 million indicators and look-ups")
    chosen = options.parse_args()
    if not inputs.INDICATORS.exists():
        raise SystemExit(f"the shared benchmark data is not at {inputs.SHARED}: nothing measured")
    log_path, truth_path = inputs.events(chosen.seed, chosen.bytes)
    log = log_path.read_bytes()
    lines = log.split(b"\n")[:-1]
    console = Console(width=160)
    console.print(
        f"{platform.machine()}, Python {platform.python_version()}, {len(lines):,} events of {len(log):,} bytes"
    )
    with tempfile.TemporaryDirectory(dir=inputs.DATA) as folder:
        measure(Path(folder) / "index", log, lines, log_path, truth_path, chosen, console)


def measure(
    folder: Path,
    log: bytes,
    lines: list[bytes],
    log_path: Path,
    truth_path: Path,
    chosen: argparse.Namespace,
    console: Console,
) -> None:
    """Measure each figure and print the table; nothing is printed of a build that fails the truth."""
    elapsed, peak_mb, entries = build(folder)
    index = Index.open(folder)
    verdict = judge(truth_path, detections(index, log_path))
    if verdict.found["exact"] != verdict.planted["exact"] or verdict.further:
        report_failure(verdict, console)
        raise SystemExit(1)
    rival_set = python_re.read_set(inputs.INDICATORS)
    stats = index.stats
    table = Table("what", "ours", "rival", "ratio", "goal")
    rows = {
        "guide's profile": (profile(GUIDE), lambda: python_re.guide(lines, rival_set), "20"),
        "auto": (profile(AUTO), lambda: python_re.auto(lines, rival_set), "60"),
    }
    if chosen.tuned:
        tuned = python_re.TUNED
        rows["auto, tuned rival"] = (profile(AUTO), lambda: python_re.auto(lines, rival_set, tuned), "-")
    for name, (rules, rival, goal) in rows.items():
        pairs = in_pairs(work(index, rules, log), rival, chosen.runs)
        table.add_row(*pair_row(name, pairs, lines, log, goal))
    table.add_row(*beside_pcre2(index, log, lines, log_path, rival_set, chosen.runs))
    table.add_row(*of_two_threads(index, log, chosen.runs))
    if not chosen.short:
        table.add_row(*of_many_indicators(index, log, chosen.runs, console))
        for row in of_look_ups(index, log_path, rival_set):
            table.add_row(*row)
    rate = entries / elapsed
    table.add_row("build from CSV", f"{rate:,.0f} entries/s ({elapsed:.1f} s, {peak_mb:,.0f} MB)", "", "", "1,000,000")
    hot = stats["hot_bytes"] / stats["keys"]
    set_bytes = (sys.getsizeof(rival_set) + sum(map(sys.getsizeof, rival_set))) / len(rival_set)
    table.add_row("hot memory per indicator", f"{hot:.1f} B", f"{set_bytes:.0f} B", f"{set_bytes / hot:.1f}", "≤ 20 B")
    found = ", ".join(f"{name} {verdict.found[name]}/{count}" for name, count in sorted(verdict.planted.items()))
    table.add_row("planted and found", found, "", "", "exact: all")
    table.add_row("found beyond the truth", str(len(verdict.further)), "", "", "0")
    console.print(table)


def beside_pcre2(
    index: Index, log: bytes, lines: list[bytes], log_path: Path, indicators: set[bytes], runs: int
) -> tuple[str, ...]:
    """The guide's profile beside a C loop over PCRE2, which must take the same values; or why not."""
    name, rules = "guide's profile, beside PCRE2 in C", profile(GUIDE)
    with tempfile.TemporaryDirectory(dir=inputs.DATA) as folder:
        try:
            rival = pcre2_loop.Pcre2Loop(Path(folder), log_path, indicators, GUIDE)
        except pcre2_loop.NoRivalError as reason:
            return name, "", f"not run: {reason}", "", "6"
        with closing(rival):
            ours, its = pcre2_loop.taken(_core.Matcher(index.core, rules), lines, GUIDE), rival.run()
            if ours != its:
                raise SystemExit(f"the rules take other values than PCRE2 does: {ours}, {its}")
            pairs = in_pairs(work(index, rules, log), rival.run, runs)
    return pair_row(f"{name}: the same {its.values:,} values", pairs, lines, log, "6")


def of_two_threads(index: Index, log: bytes, runs: int) -> tuple[str, ...]:
    """How many times faster two threads are than one; framing is within the time, and one thread does it."""
    one, two = (work(index, profile(AUTO), log, threads) for threads in (1, 2))
    return plain_row("auto, two threads over one", in_pairs(two, one, runs), log, "1.85")


def of_many_indicators(index: Index, log: bytes, runs: int, console: Console) -> tuple[str, ...]:
    """How fast it is with 15 million indicators, as a part of what it is with the bench's own."""
    many = scale.cached(MANY, console)
    pairs = in_pairs(work(many, profile(AUTO), log), work(index, profile(AUTO), log), runs)
    return plain_row(f"auto, {MANY:,} indicators over {index.stats['keys']:,}", pairs, log, "0.87")


def of_look_ups(index: Index, log_path: Path, rival: set[bytes]) -> Iterable[tuple[str, ...]]:
    """A row for each kind, of hits and of misses."""
    with tempfile.TemporaryDirectory(dir=inputs.DATA) as folder:
        try:
            measured = look_up.measure(inputs.INDICATORS, log_path, index.path, rival, Path(folder))
        except look_up.NoExampleError as reason:
            yield "one look-up in the core", "", f"not run: {reason}", "", ""
            return
    for one in measured:
        if one.kind in LOOKED_UP:
            ours = f"{one.alone_ns:.0f} ns alone, {one.together_ns:.0f} ns of {look_up.BATCH} together"
            goal = "≤ 150 ns" if one.what == "hit" else "≤ 40 ns"
            ratio = f"{one.set_ns / one.alone_ns:.1f}"
            yield f"one look-up, {one.what}: {one.kind}", ours, f"`set`: {one.set_ns:.0f} ns", ratio, goal


def plain_row(name: str, pairs: Pairs, log: bytes, goal: str) -> tuple[str, ...]:
    """A row of our own against our own."""
    ours, other = (len(log) / sorted(times)[len(times) // 2] / 1e6 for times in (pairs.ours, pairs.rival))
    low, high = pairs.spread
    return name, f"{ours:,.0f} MB/s", f"{other:,.0f} MB/s", f"{pairs.ratio:.2f} ({low:.2f}-{high:.2f})", goal


def pair_row(name: str, pairs: Pairs, lines: list[bytes], log: bytes, goal: str) -> tuple[str, ...]:
    ours, rival = sorted(pairs.ours)[len(pairs.ours) // 2], sorted(pairs.rival)[len(pairs.rival) // 2]
    low, high = pairs.spread
    return (
        name,
        f"{len(lines) / ours:,.0f} events/s, {len(log) / ours / 1e6:,.0f} MB/s",
        f"{len(lines) / rival:,.0f} events/s",
        f"{pairs.ratio:.1f} ({low:.1f}-{high:.1f})",
        goal,
    )


def report_failure(verdict: Verdict, console: Console) -> None:
    console.print("This build fails the truth: no figures.")
    console.print("missed:", verdict.missed[:20])
    console.print("further:", verdict.further[:20])


if __name__ == "__main__":
    main()
