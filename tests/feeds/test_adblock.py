"""Adblock lists."""

from pathlib import Path

import pytest

from feed_rows import read_text


@pytest.mark.parametrize(
    ("rule", "indicator"),
    [
        ("||bad.example^", ("domain", "bad.example", "subdomains")),
        ("||*.bad.example^", ("domain", "bad.example", "subdomains")),
        ("||bad.example^$third-party,important", ("domain", "bad.example", "subdomains")),
        ("bad.example.com", ("domain", "bad.example.com", "subdomains")),
        ("|https://bad.example/", ("domain", "bad.example", "host")),
        ("||192.0.2.1^", ("ipv4", "192.0.2.1", None)),
        ("||192.0.2.1:8080^", ("ip_port", "192.0.2.1:8080", None)),
        ("||[2001:db8::1]^$all", ("ipv6", "2001:db8::1", None)),
        ("||bad.example/a/x.exe^$all", ("url", "bad.example/a/x.exe", "prefix")),
        ("||192.0.2.1/x^", ("url", "192.0.2.1/x", "prefix")),
        ("||bad.example/?u=script^$all", ("url", "bad.example/?u=script", "prefix")),
        ("||bad.example/get", ("url", "bad.example/get*", "mask")),
        ("||bad.example/a*b/c", ("url", "bad.example/a*b/c*", "mask")),
        ("||bad.example^*/x.js|", ("url", "bad.example/*/x.js", "mask")),
        ("|http://bad.example/x|", ("url", "bad.example/x", "exact")),
    ],
)
def test_a_rule_reaches_as_far_as_its_marks_say(
    tmp_path: Path, rule: str, indicator: tuple[str, str, str | None]
) -> None:
    collector, _ = read_text(tmp_path, rule, format="adblock")

    assert collector.values() == [indicator]


@pytest.mark.parametrize(
    ("rule", "sort"),
    [
        ("@@||good.example^", "exceptions"),
        ("bad.example##.advert", "rules on what pages show"),
        ("###advert", "rules on what pages show"),
        ("bad.example#@#.advert", "rules on what pages show"),
        ("||bad.example^$script,domain=news.example|shop.example", "rules for some sites only"),
        ("||bad.example^$badfilter", "rules that take another back"),
        ("||bad.example^$removeparam=utm", "rules that change what is loaded"),
        ("/banner/*/img^", "patterns of no single host"),
        ("/ads[0-9]+/$script", "patterns of no single host"),
        ("! Title: a list", "comments"),
        ("[Adblock Plus 2.0]", "comments"),
        ("# a comment", "comments"),
    ],
)
def test_what_says_of_no_host_that_it_is_bad_is_left_out_by_its_sort(tmp_path: Path, rule: str, sort: str) -> None:
    collector, report = read_text(tmp_path, f"{rule}\n||bad.example^\n", format="adblock")

    assert [value for _, value in collector.pairs()] == ["bad.example"]
    assert (dict(report.left_out), report.rejected) == ({sort: 1}, 0)


@pytest.mark.parametrize(
    "rule", ["||bad.*^", "||bad.example^x^", "||bad.example/a^b", "||bad.example/a*b^", "||^", "||ads."]
)
def test_a_rule_that_no_mask_says_is_refused(tmp_path: Path, rule: str) -> None:
    _, report = read_text(tmp_path, f"||bad.example^\n{rule}\n", format="adblock")

    assert [reject.place for reject in report.rejects] == [2]


def test_the_rule_is_context_where_it_has_options(tmp_path: Path) -> None:
    collector, report = read_text(tmp_path, "! list\n||bad.example^\n||worse.example^$all\n")

    assert report.format == "adblock"
    assert collector.contexts() == [None, {"rule": "||worse.example^$all"}]


def test_a_list_of_names_is_told_by_the_comment_that_it_begins_with(tmp_path: Path) -> None:
    _, of_rules = read_text(tmp_path, "! Title: list\nbad.example.com\n192.0.2.1\n||worse.example/x^\n")
    _, of_header = read_text(tmp_path, "[Adblock Plus 2.0]\nbad.example.com\n")
    _, of_hashes = read_text(tmp_path, f"! Title: list\nbad.example.com\n{'a' * 32}\n")

    assert (of_rules.format, of_header.format, of_hashes.format) == ("adblock", "adblock", "plain")
