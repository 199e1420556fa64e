"""Plain lists."""

from pathlib import Path
from typing import Any

import pytest

from feed_rows import read_text
from vedette.feeds.report import EmptyFeedError


def test_every_line_is_an_indicator_of_the_kind_that_it_looks_like(tmp_path: Path) -> None:
    lines = [
        "192.0.2.1",
        "192.0.2.0/24",
        "2001:db8::1",
        "bad.example.com",
        "http://a.example.com/x",
        "mal@bad.example.com",
    ]
    hashes = ["a" * 32, "b" * 40, "c" * 64]

    collector, report = read_text(tmp_path, "\n".join(lines + hashes))

    kinds = ["ipv4", "cidr", "ipv6", "domain", "url", "email", "md5", "sha1", "sha256"]
    assert collector.pairs() == list(zip(kinds, lines + hashes, strict=True))
    assert (report.format, report.records, report.indicators, report.rejected) == ("plain", 9, 9, 0)


@pytest.mark.parametrize("comment", ["# a comment", "; a comment", "// a comment", "  # indented", "", "   "])
def test_comments_and_blank_lines_are_no_records(tmp_path: Path, comment: str) -> None:
    collector, report = read_text(tmp_path, f"{comment}\n192.0.2.1\n{comment}\n")

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    assert report.records == 1


def test_what_follows_a_value_is_context_but_a_trailing_comment_is_not(tmp_path: Path) -> None:
    collector, _ = read_text(tmp_path, "192.0.2.1\t10\n192.0.2.2 3 spam # seen today\nhttp://a.example.com/#x\n")

    assert [value for _, value in collector.pairs()] == ["192.0.2.1", "192.0.2.2", "http://a.example.com/#x"]
    assert collector.contexts() == [{"columns": ["10"]}, {"columns": ["3", "spam"]}, None]


def test_a_bad_line_is_noted_with_its_number_and_the_next_is_still_read(tmp_path: Path) -> None:
    collector, report = read_text(tmp_path, "# list\n192.0.2.1\nno indicator\n192.0.2.2\n")

    assert len(collector.rows) == 2
    assert report.records == 3
    assert [(reject.unit, reject.place) for reject in report.rejects] == [("line", 3)]


def test_a_line_that_is_no_utf8_is_refused_alone(tmp_path: Path) -> None:
    collector, report = read_text(
        tmp_path, b"\xef\xbb\xbf192.0.2.1\r\n\xff\xfe.example.com\r\nb\xc3\xbccher.example.com\r\n"
    )

    assert [value for _, value in collector.pairs()] == ["192.0.2.1", "bücher.example.com"]
    assert [(reject.place, reject.reason) for reject in report.rejects] == [(2, "bytes that are no UTF-8")]


def test_a_hosts_file_does_not_make_its_sinkhole_an_indicator(tmp_path: Path) -> None:
    with pytest.raises(EmptyFeedError, match="looks like a line of a hosts file"):
        read_text(tmp_path, "127.0.0.1 localhost\n0.0.0.0 bad.example.com\n", format="plain")


def test_the_options_of_the_feed_stand_for_what_the_list_does_not_say(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "kind": "domain",
        "scope": "subdomains",
        "category": "C2",
        "confidence": 90,
        "tags": ("a",),
        "tlp": "red",
    }

    collector, _ = read_text(tmp_path, "! bad.example.com\n!x\ngood.example.com", comment="!", **options)

    assert collector.values() == [("domain", "good.example.com", "subdomains")]
    (shared,) = collector.shared
    assert (shared.feed, shared.category, shared.confidence, shared.tags, shared.tlp) == (
        "sample",
        "C2",
        90,
        ("a",),
        "red",
    )


def test_a_list_with_bare_carriage_returns_is_read_by_line(tmp_path: Path) -> None:
    collector, _ = read_text(tmp_path, "192.0.2.1\r192.0.2.2\r192.0.2.3\r")

    assert len(collector.rows) == 3
