"""Hosts files."""

from pathlib import Path

import pytest

from feed_rows import read_text
from vedette.feeds.report import EmptyFeedError


def test_every_name_that_is_sent_to_nowhere_is_that_name_alone(tmp_path: Path) -> None:
    text = (
        "0.0.0.0 a.example.com b.example.com\n127.0.0.1\tc.example.com # seen today\n::1 d.example.com\n:: e.example\n"
    )

    collector, report = read_text(tmp_path, text)

    names = ["a.example.com", "b.example.com", "c.example.com", "d.example.com", "e.example"]
    assert collector.values() == [("domain", name, "host") for name in names]
    assert (report.format, report.records, report.rejected) == ("hosts", 4, 0)


def test_what_every_hosts_file_has_is_left_out_and_counted(tmp_path: Path) -> None:
    head = (
        "# my hosts\n127.0.0.1 localhost localhost.localdomain\n::1 ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\n"
    )

    collector, report = read_text(tmp_path, head + "0.0.0.0 0.0.0.0\n0.0.0.0 bad.example\n192.0.2.7 nas.example\n")

    assert collector.pairs() == [("domain", "bad.example")]
    assert dict(report.left_out) == {
        "comments": 1,
        "names of the machine itself": 4,
        "lines with an address that is not nowhere": 1,
    }
    assert report.rejected == 0


def test_a_line_without_an_address_or_a_name_is_refused_alone(tmp_path: Path) -> None:
    text = "0.0.0.0 a.example\nbad.example 0.0.0.0\n0.0.0.0 # nothing\n0.0.0.0 b.example\n"

    collector, report = read_text(tmp_path, text, format="hosts")

    assert [value for _, value in collector.pairs()] == ["a.example", "b.example"]
    assert [(reject.place, reject.reason) for reject in report.rejects] == [
        (2, "a line of a hosts file begins with an address; this one with 'bad.example'"),
        (3, "no name behind 0.0.0.0"),
    ]


def test_the_feed_may_widen_the_scope(tmp_path: Path) -> None:
    collector, _ = read_text(tmp_path, "0.0.0.0 bad.example.com\n", format="hosts", scope="subdomains")

    assert collector.values() == [("domain", "bad.example.com", "subdomains")]


def test_a_list_of_addresses_with_counts_is_no_hosts_file(tmp_path: Path) -> None:
    _, report = read_text(tmp_path, "192.0.2.1 10\n192.0.2.2 3\n127.0.0.1 1\n")

    assert report.format == "plain"


def test_a_file_with_nothing_but_the_machines_own_names_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmptyFeedError, match=r"left out: names of the machine itself \(2\)"):
        read_text(tmp_path, "127.0.0.1 localhost\n::1 localhost\n")
