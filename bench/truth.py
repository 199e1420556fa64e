"""Detections held against the generator's truth: what was planted and found, and what was found beyond it."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from vedette.indicators.normal_form import guess_kind, normalise

Known = tuple[str, bytes]


@dataclass
class Verdict:
    """How the detections compare with the truth.

    Args:
        planted: Planted indicators per variant.
        found: Those of them that were found, per variant.
        missed: (line, kind, indicator, observed text, variant) of the others.
        further: (line, kind, indicator) found though neither planted nor in `also`.
    """

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    further: list[tuple[int, str, str]] = field(default_factory=list)


def known(kind: str, value: str) -> Known:
    """An indicator by its kind and normal form: two texts with one normal form are one indicator."""
    exact = (guess_kind(value) or "ipv4") if kind == "ip" else kind
    return exact, normalise(exact, value)


def judge(truth: Path, detections: Iterable[tuple[int, str, str]]) -> Verdict:
    """Compare (line, kind, the indicator's text) of every detection with the truth file."""
    seen: defaultdict[int, dict[Known, str]] = defaultdict(dict)
    for line, kind, indicator in detections:
        seen[line][known(kind, indicator)] = indicator
    verdict = Verdict()
    with truth.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            line = int(row["line"])
            here = seen.pop(line, {})
            planted = known(row["type"], row["indicator"])
            verdict.planted[row["variant"]] += 1
            if planted in here:
                verdict.found[row["variant"]] += 1
            else:
                missed = (line, row["type"], row["indicator"], row["observed"], row["variant"])
                verdict.missed.append(missed)
            also = {known(*other.split(":", 1)) for other in row["also"].split("|") if other}
            verdict.further += [(line, k[0], text) for k, text in here.items() if k != planted and k not in also]
    verdict.further += [(line, k[0], text) for line, here in seen.items() for k, text in here.items()]
    return verdict
