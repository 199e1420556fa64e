"""What hostile lines cost the others: events with some lines among them on which a backtracking regex works for ever.

Usage: python bench/redos.py [--seed 7] [--bytes 20000000] [--runs 5]
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.table import Table

from bench import inputs
from bench.matching import CHUNK_BYTES, GUIDE, profile
from bench.measuring import in_pairs
from vedette import _core

URL_BAITS = (b"a-", b"a:", b"a:@", b"a.", b"://", b"://a.bc", b"a", "é-".encode())
"""Repeated behind `://`, each leads the guide's `RE_URL` into another of its nested quantifiers."""
BEYOND: "_core.RuleSpec" = ("BEYOND", "domain", "all", r"bait=((?:a+)+)!(?=\d)\d", None)
"""A regex that our own engine does not know: PCRE2 runs it, within the rule's budget."""


def url_bait(size: int, number: int) -> bytes:
    bait = URL_BAITS[number % len(URL_BAITS)]
    return b"x=://" + bait * (size // len(bait)) + b" end"


def beyond_bait(size: int, number: int) -> bytes:
    return b"bait=" + b"a" * (size + number % 7) + b"! end"


def mixed(lines: list[bytes], every: int, bait: Callable[[int], bytes]) -> Iterator[bytes]:
    """The lines, and after each so many of them a bait."""
    for number, line in enumerate(lines, 1):
        yield line
        if number % every == 0:
            yield bait(number // every)


def work(matcher: "_core.Matcher", lines: list[bytes]) -> Callable[[], int]:
    log = b"".join(line + b"\n" for line in lines)
    chunks = [log[start : start + CHUNK_BYTES] for start in range(0, len(log), CHUNK_BYTES)]

    def run() -> int:
        framer = _core.Framer()
        return sum(matcher.match(framer.push(chunk)).received for chunk in chunks)

    return run


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--bytes", type=int, default=20_000_000)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    if not inputs.INDICATORS.exists():
        raise SystemExit(f"the shared benchmark data is not at {inputs.SHARED}: nothing measured")
    lines = inputs.events(chosen.seed, chosen.bytes)[0].read_bytes().split(b"\n")[:-1]
    table = Table(
        "rules", "hostile lines", "of bytes", "share of all bytes", "the others' throughput falls by", "stopped"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.vdx"
        _core.IndexBuilder(str(path)).finish()
        index = _core.Index(str(path))
        for name, rules, bait in (("guide", GUIDE, url_bait), ("guide, one beyond", [*GUIDE, BEYOND], beyond_bait)):
            for every, size in ((100, 480), (1000, 480), (1000, 4000), (10_000, 60_000)):
                table.add_row(name, *measured(index, rules, lines, every, partial(bait, size), chosen.runs))
    Console(width=160).print(table)


def measured(
    index: "_core.Index",
    rules: "list[_core.RuleSpec]",
    lines: list[bytes],
    every: int,
    bait: Callable[[int], bytes],
    runs: int,
) -> tuple[str, ...]:
    """One row: with the hostile lines, and without them, in turn."""
    matcher = _core.Matcher(index, profile(rules))
    hostile = list(mixed(lines, every, bait))
    pairs = in_pairs(work(matcher, lines), work(matcher, hostile), runs)
    size = sum(map(len, hostile))
    low, high = pairs.spread
    return (
        f"1 in {every:,}",
        f"{len(bait(1)):,}",
        f"{1 - sum(map(len, lines)) / size:.1%}",
        f"{1 - 1 / pairs.ratio:.1%} ({1 - 1 / low:.1%} to {1 - 1 / high:.1%})",
        f"{sum(matcher.over_limit().values()):,}",
    )


if __name__ == "__main__":
    main()
