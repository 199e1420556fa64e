"""One look-up in the core beside one in Python's `set` of bytes: the same values, medians of batches of both.

The core's side is `core/examples/look_up_speed.rs`, built here with cargo, which also says what it asked. The rival
asks each once, when its hash is not yet known, as a value out of an event is.
"""

import os
import shutil
import statistics
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

CORE = Path(__file__).resolve().parents[1] / "core"
BATCH = 32


class NoExampleError(Exception):
    """The core's side cannot be built; the message says why."""


@dataclass(frozen=True)
class LookUp:
    """Nanoseconds of a look-up of values of one kind, all known or none: alone, in a batch together, and in a `set`."""

    what: str
    kind: str
    alone_ns: float
    together_ns: float
    set_ns: float


def measure(indicators: Path, events: Path, index: Path, rival: set[bytes], folder: Path) -> list[LookUp]:
    """Ask both; the files of indicators and of what was asked are written into the folder."""
    unpacked, asked = folder / "indicators.csv", folder / "asked.tsv"
    with unpacked.open("wb") as file:
        subprocess.run(["gzip", "--decompress", "--stdout", str(indicators)], stdout=file, check=True)
    command = [_example(), str(unpacked), str(events), str(index), str(asked)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    values: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    for line in asked.read_bytes().split(b"\n")[:-1]:
        what, *kind_and_value = line.split(b"\t", 2)
        # The rest of a value that holds a line break: a few URLs do, and are asked of the set cut short.
        if len(kind_and_value) == 2:
            kind, value = kind_and_value
            values[what.decode(), kind.decode()].append(value)
    rows = (line.split() for line in printed.splitlines()[2:])
    return [
        LookUp(what, kind, float(alone), float(together), _median_ns(values[what, kind], rival))
        for _, _, alone, together, _, _, what, _, kind in rows
    ]


def _example() -> str:
    if not shutil.which("cargo"):
        raise NoExampleError("needs cargo")
    target = Path(os.environ.get("CARGO_TARGET_DIR", CORE / "target"))
    command = ["cargo", "build", "--release", "--locked", "--quiet", "--example", "look_up_speed"]
    built = subprocess.run(command, cwd=CORE, env={**os.environ, "CARGO_TARGET_DIR": str(target)}, check=False)
    if built.returncode:
        raise NoExampleError("the core's example does not build")
    return str(target / "release" / "examples" / "look_up_speed")


def _median_ns(values: list[bytes], rival: set[bytes]) -> float:
    taken = []
    for start in range(0, len(values), BATCH):
        batch = values[start : start + BATCH]
        started = time.perf_counter_ns()
        for value in batch:
            value in rival  # noqa: B015  # its answer is not what is measured
        taken.append((time.perf_counter_ns() - started) / len(batch))
    return statistics.median(taken)
