"""What a plain reference extractor finds in real feeds, to be found by ours."""

from pathlib import Path

from feed_rows import Collector
from shared_data import SHARED
from vedette.indicators.normal_form import guess_kind, normalise

REAL = SHARED / "real"


def expected(name: str) -> set[bytes]:
    """The normal forms of a reference's values."""
    lines = (REAL / "expected" / f"{name}.tsv").read_text().splitlines()
    pairs = (line.split("\t", 1) for line in lines)
    return {normal(None if kind == "ip" else kind, value) for kind, value in pairs}


def found(collector: Collector) -> set[bytes]:
    """Those of a feed's rows; the reference drops the port of a pair."""
    return {normal("ipv4" if kind == "ip_port" else kind, value) for kind, value in collector.pairs()}


def normal(kind: str | None, value: str) -> bytes:
    """A value's normal form."""
    kind = kind or guess_kind(value)
    assert kind is not None
    return normalise(kind, value)


def sources(prefix: str) -> list[tuple[str, Path]]:
    """The references whose names begin so, and their feeds."""
    index = REAL / "expected" / "INDEX.tsv"
    lines = index.read_text().splitlines()[1:] if index.is_file() else []
    rows = (line.split("\t") for line in lines)
    return [(name, REAL / source) for name, source, *_ in rows if name.startswith(prefix)]
