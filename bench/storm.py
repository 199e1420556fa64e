"""Every event matches: how many detections one thread builds and templates, the core's matching included and apart.

Usage: python bench/storm.py [--events 50000] [--runs 5]
"""

import argparse
import csv
import gzip
import itertools
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.table import Table

from bench import inputs
from vedette import _core
from vedette.config.settings import AUTO, Profile, Rule, Template
from vedette.detections.detection import Detection
from vedette.detections.templates.cef import CefTemplate
from vedette.detections.templates.json import JsonTemplate
from vedette.detections.templates.pattern import PatternTemplate
from vedette.detections.templates.template import Template as Writer
from vedette.events.framing import Framer
from vedette.events.rules import compile_profiles
from vedette.index.index import Index
from vedette.matching.matcher import Matcher

GUIDE_EVENT = (
    "CEF:0|Kaspersky|CyberTrace|3.1|2|CyberTrace Detection Event|8|reason=%Category% dst=%RE_IP% src=%SRC_IP% "
    "dvc=%DeviceIp% fileHash=%RE_HASH% request=%RE_URL% sourceServiceName=%Device% sproc=%Product% suser=%UserName% "
    "externalId=%Id% %ActionableFields% cs5Label=MatchedIndicator cs5=%MatchedIndicator% msg=%RecordContext%"
)
GUIDE = Profile(
    rules={
        "RE_HASH": Rule(type="hash", regex=r"([\da-fA-F]{32,64})"),
        "RE_IP": Rule(type="ip", extract="first", regex=r"dst\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)"),
        "SRC_IP": Rule(type="ip", extract="first", regex=r"src\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)"),
        "RE_URL": Rule(
            type="url",
            regex=r"(?:\:\/\/)((?:\S+(?:\:\S*)?+@)?(?:(?:[a-z\x{00a1}-\x{ffff}0-9]-*)*[a-z\x{00a1}-\x{ffff}0-9]+)"
            r"(?:\.(?:[a-z\x{00a1}-\x{ffff}0-9]-*)*[a-z\x{00a1}-\x{ffff}0-9]+)*"
            r"(?:\.(?:[a-z\x{00a1}-\x{ffff}0-9]{2,}+))(?:\.*\:\d{2,5})?+(?:\.*\/[^\s\"<>]*+)?+)",
        ),
        "Device": Rule(extract="first", regex=r"[^\|]*\|[^\|]*\|([^\|]*)\|"),
        "Product": Rule(extract="first", regex=r"[^\|]*\|[^\|]*\|([^\|]*)\|"),
        "Id": Rule(extract="first", regex=r"eventId\=(\d+)(?:$|\s)"),
        "DeviceIp": Rule(extract="first", regex=r"dvc\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)"),
        "UserName": Rule(extract="first", regex=r"suser\=(.*)(?:$|\s)"),
    }
)
AS_WRITTEN = {"cidr": " dst={} ", "ipv4": " dst={} ", "ipv6": " dst={} ", "url": " request={} ", "email": " from={} "}
CHUNK_BYTES = 1 << 20


def events(count: int, seed: int) -> bytes:
    """Bench events, each with a random indicator at its end as a device would write it."""
    chosen = random.Random(seed)
    with gzip.open(inputs.INDICATORS, "rt", encoding="utf-8", newline="") as rows:
        indicators = [(kind, value) for kind, value, *_ in itertools.islice(csv.reader(rows), 1, None)]
    lines = inputs.events(seed, 100_000_000)[0].read_bytes().split(b"\n")
    return b"".join(
        line + _written(*indicator).encode() + b"\n"
        for line, indicator in zip(itertools.cycle(lines[:-1]), chosen.choices(indicators, k=count), strict=False)
    )


def _written(kind: str, value: str) -> str:
    if kind == "ip":
        kind, value = "ipv4", value
    if kind == "cidr":
        value = value.partition("/")[0]
    if kind == "url" and "://" not in value:
        value = f"http://{value}"
    if kind == "domain":
        return f" request=http://{value}/ "
    return AS_WRITTEN.get(kind, " fileHash={} ").format(value)


def frames_of(log: bytes) -> list[_core.Frames]:
    framer = Framer()
    chunks = [framer.push(log[start : start + CHUNK_BYTES]) for start in range(0, len(log), CHUNK_BYTES)]
    return [*chunks, framer.finish()]


def built(matcher: Matcher, frames: list[_core.Frames]) -> Iterator[tuple[Detection, ...]]:
    """The detections of each block."""
    now = datetime.now(UTC)
    for one in frames:
        yield matcher.match(one, now=now, origin="192.0.2.7").detections


def medians(runs: int, works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median seconds of each, run in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            started = time.process_time()
            work()
            seconds[name].append(time.process_time() - started)
    return {name: statistics.median(each) for name, each in seconds.items()}


def measure(index: Index, profiles: dict[str, Profile], template: Writer, log: bytes, runs: int) -> tuple[str, ...]:
    rules = compile_profiles(profiles)
    frames = frames_of(log)
    core = _core.Matcher(index.core, rules)

    def matcher() -> Matcher:
        """One that remembers no entry: each event holds another indicator."""
        return Matcher(Index(index.core, index.path), rules)

    count = sum(map(len, built(matcher(), frames)))

    def all_of_it() -> None:
        for detections in built(matcher(), frames):
            template.render_all(detections)

    def build() -> None:
        for _ in built(matcher(), frames):
            pass

    def match() -> None:
        for one in frames:
            core.match(one)

    taken = medians(runs, {"all": all_of_it, "build": build, "match": match})
    each = {name: seconds / count * 1e6 for name, seconds in taken.items()}
    return (
        f"{count:,}",
        f"{each['match']:.2f} µs",
        f"{each['build'] - each['match']:.2f} µs",
        f"{each['all'] - each['build']:.2f} µs",
        f"{1e6 / (each['all'] - each['match']):,.0f}/s",
        f"{1e6 / each['all']:,.0f}/s",
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=50_000)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--index", type=Path, help="an index of the bench's indicators; built if not given")
    chosen = options.parse_args()
    log = events(chosen.events, chosen.seed)
    table = Table("profile, template", "detections", "match", "build", "template", "build + template", "all")
    guide = PatternTemplate(Template(event=GUIDE_EVENT))
    works: tuple[tuple[str, dict[str, Profile], Writer], ...] = (
        ("auto, cef", dict(AUTO), CefTemplate()),
        ("auto, json", dict(AUTO), JsonTemplate()),
        ("the guide's, its pattern", {"default": GUIDE}, guide),
    )
    with tempfile.TemporaryDirectory(dir=inputs.DATA) as folder:
        if chosen.index is None:
            command = [sys.executable, "-m", "vedette", "index", "build", "--out", folder]
            subprocess.run([*command, "--feed", f"bench={inputs.INDICATORS},format=csv"], check=True)
        index = Index.open(chosen.index or Path(folder))
        for name, profiles, template in works:
            table.add_row(name, *measure(index, profiles, template, log, chosen.runs))
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
