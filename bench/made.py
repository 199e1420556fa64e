"""Indicators and events made up on top of the shared ones: any number, any length, any share of matches; seeded."""

import csv
import gzip
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vedette._core import IndexBuilder
from vedette.indicators.normal_form import normalise

if TYPE_CHECKING:
    from vedette._core import Row

ROWS_AT_ONCE = 100_000
WORDS = ("secure", "login", "update", "cdn", "mail", "files", "static", "account", "support", "news", "shop", "cloud")
ENDINGS = ("com", "net", "org", "info", "top", "xyz", "online", "ru", "cn", "de", "click", "shop")


def shared_indicators(path: Path) -> Iterator[tuple[str, str]]:
    """(kind, value) of each row of the shared CSV, in its order."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in itertools.islice(csv.reader(lines), 1, None):
            yield row[0], row[1]


def made_indicators(seed: int) -> Iterator[tuple[str, str]]:
    """(kind, value), endlessly, in about the shares in which the shared ones come: 36 % addresses, 35 % domains, …."""
    draw = random.Random(seed)
    while True:
        share, bits = draw.random(), draw.getrandbits(256)
        if share < 0.36:
            yield "ip", ".".join(str(bits >> shift & 255) for shift in (0, 8, 16, 24))
        elif share < 0.71:
            yield "domain", _domain(bits)
        elif share < 0.97:
            yield "url", f"http://{_domain(bits)}/{WORDS[bits >> 60 & 7]}/{bits >> 64 & 0xFFFFFFFF:x}.php"
        else:
            yield "sha256", f"{bits:064x}"


def _domain(bits: int) -> str:
    name = f"{WORDS[bits % 12]}-{bits >> 8 & 0xFFFFFFFFFF:x}"
    return f"{name}.{ENDINGS[bits >> 50 & 7]}"


def build_index(path: Path, count: int, indicators: Path, seed: int = 7) -> int:
    """Write an index of `count` indicators: the shared ones as far as they go, spread evenly, then made ones."""
    shared = list(shared_indicators(indicators))
    step = max(1, len(shared) // count)
    rows = itertools.islice(itertools.chain(shared[::step], made_indicators(seed)), count)
    builder = IndexBuilder(str(path))
    facts = builder.facts("bench", "bench")
    while some := [_row(kind, value, facts) for kind, value in itertools.islice(rows, ROWS_AT_ONCE)]:
        builder.add(some)
    return builder.finish()["keys"]


def _row(kind: str, value: str, facts: int) -> "Row":
    return (kind, value, None, facts, None, None, None, None)


def events_of_length(lines: list[bytes], length: int, total: int) -> list[bytes]:
    """Events of exactly this length, cut from the given ones laid end to end; about `total` bytes of them."""
    text = b" ".join(itertools.islice(itertools.cycle(lines), max(1, total // max(1, len(lines[0])))))
    text = text[: max(length, total)]
    return [text[start : start + length] for start in range(0, len(text) - length + 1, length)]


def events_with_hits(lines: list[bytes], share: float, indicators: Path, seed: int = 7) -> list[bytes]:
    """The same events, of which this share also names an indicator, each another one."""
    draw = random.Random(seed)
    plain = (value for kind, value in shared_indicators(indicators) if kind != "cidr" and _is_plain(kind, value))
    known = [value.encode() for value in plain]
    draw.shuffle(known)
    values = itertools.cycle(known)
    return [line + b" target=" + next(values) if draw.random() < share else line for line in lines]


def _is_plain(kind: str, value: str) -> bool:
    exact = ("ipv6" if ":" in value else "ipv4") if kind == "ip" else kind
    try:
        return bool(normalise(exact, value)) and " " not in value
    except ValueError:
        return False
