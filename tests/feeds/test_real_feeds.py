"""Real feeds: none is too odd to be read or turned away in words, and what a plain extractor finds is found."""

from contextlib import suppress

import pytest

from feed_rows import read
from shared_data import SHARED, needs_shared_data
from vedette.errors import FeedError
from vedette.indicators.normal_form import guess_kind, is_shared, normalise

pytestmark = [needs_shared_data, pytest.mark.slow]

FEEDS = SHARED / "real" / "feeds"
EXPECTED = SHARED / "real" / "expected"

# The extractor drops a quotation mark at the end of a URL, which may be all that made it bad.
OTHERWISE = {
    (
        b"administraactiv9.2host.in/32p07haui77t*'wi=8q\xc2\xa19\xc2\xbf9da!9\xc2\xba\xc2\xb4fojr"
        b"\xc3\xa7kxn&%\xe2\x82\xacsiana"
    )
}


def references() -> list[tuple[str, str]]:
    index = EXPECTED / "INDEX.tsv"
    lines = index.read_text().splitlines()[1:] if index.is_file() else []
    rows = (line.split("\t") for line in lines)
    return [(name, source) for name, source, *_ in rows if name.startswith(("plain__", "csv__", "urlhaus__"))]


def files() -> list[str]:
    if not FEEDS.is_dir():
        return []
    return sorted(str(path.relative_to(FEEDS)) for path in FEEDS.rglob("*") if path.is_file())


@pytest.mark.parametrize("file", files())
def test_a_real_file_is_read_or_turned_away_in_words(file: str) -> None:
    with suppress(FeedError):
        collector, report = read(FEEDS / file)
        assert report.indicators == len(collector.rows) + collector.merged > 0
        assert report.records <= report.indicators + report.rejected + sum(count for _, count in report.left_out)


@pytest.mark.parametrize(("name", "source"), references())
def test_what_a_plain_extractor_finds_is_found(name: str, source: str) -> None:
    wanted = set()
    for line in (EXPECTED / f"{name}.tsv").read_text().splitlines():
        kind, value = line.split("\t", 1)
        wanted.add(normal(None if kind == "ip" else kind, value))

    collector, _ = read(SHARED / "real" / source)

    # The extractor drops the port of a pair.
    found = {normal("ipv4" if kind == "ip_port" else kind, value) for kind, value in collector.pairs()}
    refused = {value for value in wanted if guess_kind(value) == "domain" and is_shared(value.decode())}
    assert sorted(wanted - found - OTHERWISE - refused) == []


def normal(kind: str | None, value: str) -> bytes:
    kind = kind or guess_kind(value)
    assert kind is not None
    return normalise(kind, value)
