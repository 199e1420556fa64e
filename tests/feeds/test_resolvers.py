"""Lists for dnscrypt-proxy, Unbound and BIND."""

from pathlib import Path

import pytest

from feed_rows import read_text


@pytest.mark.parametrize(
    ("format_", "line", "indicator"),
    [
        ("dnscrypt", "bad.example", ("domain", "bad.example", "subdomains")),
        ("dnscrypt", "*.bad.example", ("domain", "bad.example", "subdomains")),
        ("dnscrypt", "=bad.example  # seen today", ("domain", "bad.example", "host")),
        ("dnscrypt", "192.0.2.1", ("ipv4", "192.0.2.1", None)),
        ("dnscrypt", "192.0.2.*", ("cidr", "192.0.2.0/24", None)),
        ("dnscrypt", "192.0.*", ("cidr", "192.0.0.0/16", None)),
        ("dnscrypt", "2001:db8:*", ("cidr", "2001:db8::/32", None)),
        ("dnscrypt", "[2001:db8::1]", ("ipv6", "2001:db8::1", None)),
        ("dnscrypt", "192.0.2.0/25", ("cidr", "192.0.2.0/25", None)),
        ("unbound", 'local-zone: "bad.example" always_nxdomain', ("domain", "bad.example", "subdomains")),
        ("unbound", "local-zone: bad.example. static # today", ("domain", "bad.example.", "subdomains")),
        ("unbound", 'local-data: "bad.example 60 IN A 0.0.0.0"', ("domain", "bad.example", "host")),
        ("unbound", "local-data: 'bad.example AAAA ::'", ("domain", "bad.example", "host")),
        ("bind", 'zone "bad.example" { type master; file "null"; };', ("domain", "bad.example", "subdomains")),
        ("bind", 'zone "bad.example" IN {type primary;file "null";}; # x', ("domain", "bad.example", "subdomains")),
    ],
)
def test_what_a_resolver_blocks_is_an_indicator_as_far_as_it_blocks(
    tmp_path: Path, format_: str, line: str, indicator: tuple[str, str, str | None]
) -> None:
    collector, _ = read_text(tmp_path, line, format=format_)

    assert collector.values() == [indicator]


@pytest.mark.parametrize(
    ("format_", "line", "sort"),
    [
        ("dnscrypt", "ads.*", "patterns of no single name"),
        ("dnscrypt", "*ads*", "patterns of no single name"),
        ("dnscrypt", "ads[0-9]*.example", "patterns of no single name"),
        ("dnscrypt", "news.example @work", "rules for some times only"),
        ("unbound", "server:", "options that block no name"),
        ("unbound", 'local-data: "nas.example A 192.0.2.7"', "options that block no name"),
        ("unbound", 'local-zone: "lan.example" transparent', "zones that are answered as usual"),
        ("bind", 'zone "lan.example" { type forward; forwarders { 192.0.2.53; }; };', None),
        ("bind", 'zone "lan.example" { type slave; masters 192.0.2.53; };', "zones that come from elsewhere"),
        ("bind", "options {", None),
        ("unbound", "hello", None),
        ("dnscrypt", "two words", None),
    ],
)
def test_what_blocks_no_single_name_is_left_out_by_its_sort_or_refused(
    tmp_path: Path, format_: str, line: str, sort: str | None
) -> None:
    good = {"dnscrypt": "=b.example", "unbound": "local-zone: b.example deny", "bind": "zone b.example {type master;};"}

    collector, report = read_text(tmp_path, f"{line}\n{good[format_]}\n", format=format_)

    assert collector.pairs() == [("domain", "b.example")]
    assert (dict(report.left_out), report.rejected) == (({}, 1) if sort is None else ({sort: 1}, 0))


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("bad.example\n=worse.example\n", "dnscrypt"),
        ("bad.example\nnews.example @work\n", "dnscrypt"),
        ("good.example\n*bad.example\nads.*\n", "plain"),
        ("bad.example\n*.worse.example\n192.0.2.1\n", "plain"),
        ('server:\nlocal-zone: "a.example" deny\nlocal-zone: "b.example" deny\n', "unbound"),
        ('zone "a.example" { type master; };\nzone "b.example" { type master; };\n', "bind"),
    ],
)
def test_a_list_is_told_by_what_no_other_has(tmp_path: Path, text: str, format_: str) -> None:
    _, report = read_text(tmp_path, f"# a list\n{text}")

    assert report.format == format_
