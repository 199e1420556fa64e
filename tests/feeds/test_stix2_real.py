"""Real STIX 2 bundles: what a plain extractor finds is found, and what is not is told with its id."""

import pytest

from feed_rows import read
from shared_data import SHARED, needs_shared_data
from vedette.feeds.report import EmptyFeedError
from vedette.indicators.normal_form import guess_kind, normalise

pytestmark = needs_shared_data

EXPECTED = SHARED / "real" / "expected"

# `[domain-name:value='fgr1w2gnsdvsb.xyz/x']`: a page is no domain, and the record is a reject.
OTHERWISE = {b"fgr1w2gnsdvsb.xyz/x"}
WITHOUT_INDICATORS = "stix2__cellebrite"


def references() -> list[tuple[str, str]]:
    index = EXPECTED / "INDEX.tsv"
    lines = index.read_text().splitlines()[1:] if index.is_file() else []
    rows = (line.split("\t") for line in lines)
    return [(name, source) for name, source, *_ in rows if name.startswith("stix2__")]


@pytest.mark.parametrize(("name", "source"), [row for row in references() if row[0] != WITHOUT_INDICATORS])
def test_what_a_plain_extractor_finds_in_a_bundle_is_found(name: str, source: str) -> None:
    wanted = set()
    for line in (EXPECTED / f"{name}.tsv").read_text().splitlines():
        kind, value = line.split("\t", 1)
        wanted.add(normal(None if kind == "ip" else kind, value))

    collector, report = read(SHARED / "real" / source)

    found = {normal(kind, value) for kind, value in collector.pairs()}
    assert report.format == "stix2"
    assert sorted(wanted - found - OTHERWISE) == []
    assert all("indicator--" in reject.reason or "domain" in reject.reason for reject in report.rejects)
    assert report.records == report.indicators + report.rejected


def test_a_bundle_of_apps_alone_holds_no_indicators() -> None:
    with pytest.raises(EmptyFeedError, match="unsupported: app:id="):
        read(SHARED / "real" / dict(references())[WITHOUT_INDICATORS])


def normal(kind: str | None, value: str) -> bytes:
    kind = kind or guess_kind(value)
    assert kind is not None
    return normalise(kind, value)
