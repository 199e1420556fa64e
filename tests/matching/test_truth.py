"""Events whose indicators are known: `auto` finds every one of them, and nothing else."""

import csv
import gzip
import subprocess
import sys
from collections import defaultdict
from itertools import islice
from pathlib import Path

import pytest

from shared_data import SHARED, needs_shared_data
from vedette import _core

BENCH = SHARED / "bench"
EVENT_BYTES = 20_000_000
AUTO: "_core.ProfileSpec" = ("default", (), (), None, (), (), (("AUTO", "auto", "all", None, None),))

Value = tuple[str, bytes]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), needs_shared_data]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> _core.Index:
    path = str(tmp_path_factory.mktemp("index") / "index.vdx")
    builder = _core.IndexBuilder(path)
    facts = builder.facts("bench", "bench")
    with gzip.open(BENCH / "indicators.csv.gz", "rt", encoding="utf-8", newline="") as file:
        indicators = islice(csv.reader(file), 1, None)
        while some := list(islice(indicators, 50_000)):
            assert builder.add([(kind, value, None, facts, None, None, None, None) for kind, value, _ in some]) == []
    builder.finish()
    return _core.Index(path)


@pytest.mark.parametrize("seed", [7, 11, 23])
def test_every_planted_indicator_is_found_and_nothing_else(seed: int, index: _core.Index, tmp_path: Path) -> None:
    events, truth = generated(seed, tmp_path)

    found = values_by_line(index, events)

    missed, allowed = [], defaultdict(set)
    for row in truth:
        planted = value_of(row["type"], row["indicator"])
        also = (one.split(":", 1) for one in row["also"].split("|") if one)
        line = int(row["line"])
        allowed[line] = {planted, *(value_of(kind, value) for kind, value in also)}
        if planted not in found[line]:
            missed.append((line, row["variant"], row["indicator"]))
    assert missed == []
    assert {line: values - allowed[line] for line, values in found.items() if values - allowed[line]} == {}


def generated(seed: int, folder: Path) -> tuple[bytes, list[dict[str, str]]]:
    events, truth = folder / "events.log", folder / "truth.tsv"
    generator = [sys.executable, str(BENCH / "gen_events.py"), "--seed", str(seed), "--bytes", str(EVENT_BYTES)]
    subprocess.run([*generator, "--out", str(events), "--truth", str(truth)], check=True, capture_output=True)
    with truth.open(encoding="utf-8", newline="\n") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) > 100
    return events.read_bytes(), rows


def values_by_line(index: _core.Index, events: bytes) -> dict[int, set[Value]]:
    """The indicators found in each line, by kind and normal form: texts that have one normal form are the same."""
    matcher = _core.Matcher(index, _core.Rules([AUTO]))
    framer = _core.Framer(limit_bytes=1 << 20)
    found: dict[int, set[Value]] = defaultdict(set)
    frames = framer.push(events)
    for event, *_, entry, _, _ in matcher.match(frames).rows:
        kind, _, normal_form, *_ = index.entry(entry)
        found[event + 1].add((kind, normal_form))
    assert framer.empty == framer.cut == 0
    return found


def value_of(kind: str, text: str) -> Value:
    if kind == "ip":
        kind = "ipv6" if ":" in text else "ipv4"
    return kind, _core.normalise(kind, text)
