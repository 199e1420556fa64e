"""How fast STIX 2.1 bundles of simple patterns become an index, beside `stix2.parse` and `stix2-patterns`.

Ours reads the file, resolves what other objects say, and gives rows with their context to the index that is being
built. The rival parses the same file's objects and every pattern, and keeps the values in a set. Both run in turn.

Usage: python bench/stix.py [--indicators 2000] [--runs 5] [--long 100000]
"""

import argparse
import json
import random
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import stix2
from stix2patterns.v21.pattern import Pattern

from bench.measuring import in_pairs
from vedette import _core
from vedette.config.settings import Feed
from vedette.feeds.reading import read_feed

_MALWARE = 50
_CLEAR = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"


def made_bundle(indicators: int, *, related: bool, seed: int = 7) -> str:
    """A bundle of addresses, names, URLs and hashes; where related, each has a relationship to a malware."""
    chance = random.Random(seed)
    identity = _object("identity", chance, name="Made", identity_class="organization")
    families = [_object("malware", chance, name=f"Made{number}", is_family=True) for number in range(_MALWARE)]
    objects = [identity, *families]
    for number in range(indicators):
        moment = f"2026-{chance.randrange(1, 10):02}-{chance.randrange(1, 28):02}T{chance.randrange(24):02}:17:05.000Z"
        indicator = _object(
            "indicator",
            chance,
            created_by_ref=identity["id"],
            indicator_types=["malicious-activity"],
            pattern=_pattern(number, chance),
            pattern_type="stix",
            valid_from=moment,
            labels=["phishing"],
            confidence=80,
            object_marking_refs=[_CLEAR],
        )
        objects.append(indicator)
        if related:
            ends = {"source_ref": indicator["id"], "target_ref": chance.choice(families)["id"]}
            objects.append(_object("relationship", chance, relationship_type="indicates", **ends))
    bundle = {"type": "bundle", "id": f"bundle--{_uuid(chance)}", "objects": objects}
    return json.dumps(bundle, separators=(",", ":"))


def _object(type_: str, chance: random.Random, **more: Any) -> dict[str, Any]:
    moment = "2026-01-01T00:00:00.000Z"
    told = {"type": type_, "spec_version": "2.1", "id": f"{type_}--{_uuid(chance)}"}
    return {**told, "created": moment, "modified": moment, **more}


def _uuid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _pattern(number: int, chance: random.Random) -> str:
    name = f"d{chance.getrandbits(48):x}.example"
    address = ".".join(str(chance.randrange(1, 224)) for _ in range(4))
    return (
        f"[ipv4-addr:value = '{address}']",
        f"[domain-name:value = '{name}']",
        f"[url:value = 'http://{name}/p/{number}']",
        f"[file:hashes.'SHA-256' = '{chance.getrandbits(256):064x}']",
    )[number % 4]


def ours(path: Path, folder: Path) -> int:
    """The indicators of the file, given to an index."""
    return read_feed("made", Feed(path=path), _core.IndexBuilder(str(folder / "index.vdx"))).indicators


def rivals(path: Path) -> int:
    """The values of the file's patterns, by the libraries that OASIS keeps."""
    values: set[Any] = set()
    for one in stix2.parse(path.read_text(), allow_custom=True).objects:
        if one["type"] == "indicator":
            for comparisons in Pattern(one["pattern"]).inspect().comparisons.values():
                values.update(value for _, _, value in comparisons)
    return len(values)


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--indicators", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--long", type=int, default=100_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for related in (False, True):
            _compare(Path(folder), chosen, related=related)


def _compare(folder: Path, chosen: argparse.Namespace, *, related: bool) -> None:
    said = "each with a relationship" if related else "simple patterns"
    path = folder / "short.json"
    path.write_text(made_bundle(chosen.indicators, related=related))
    if ours(path, folder) != chosen.indicators or rivals(path) != chosen.indicators:
        raise SystemExit("the two do not find the same number of indicators; no figures")
    pairs = in_pairs(lambda: ours(path, folder), lambda: rivals(path), chosen.runs)
    low, high = pairs.spread
    rates = [chosen.indicators / min(times) for times in (pairs.ours, pairs.rival)]
    print(f"{said}, {chosen.indicators:,}: ours {rates[0]:,.0f}/s, stix2 + stix2-patterns {rates[1]:,.0f}/s at best")
    print(f"  {pairs.ratio:.0f} times as fast (median of {chosen.runs} pairs; {low:.0f}-{high:.0f})")
    path.write_text(made_bundle(chosen.long, related=related))
    times = sorted(_processor_seconds(path, folder) for _ in range(chosen.runs))
    best, middle = chosen.long / times[0], chosen.long / times[len(times) // 2]
    print(f"{said}, {chosen.long:,}: ours {best:,.0f} a second of the processor at best, {middle:,.0f} in the middle")


def _processor_seconds(path: Path, folder: Path) -> float:
    started = time.process_time()
    ours(path, folder)
    return time.process_time() - started


if __name__ == "__main__":
    main()
