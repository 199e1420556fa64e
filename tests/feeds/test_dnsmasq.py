"""dnsmasq's configuration as a feed."""

from pathlib import Path

import pytest

from feed_rows import read_text


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("address=/a.example.com/0.0.0.0", ["a.example.com"]),
        ("address=/a.example.com/b.example.com/192.0.2.53", ["a.example.com", "b.example.com"]),
        ("address=/a.example.com/#", ["a.example.com"]),
        ("address=/a.example.com/  # seen today", ["a.example.com"]),
        ("--server=/a.example.com/", ["a.example.com"]),
        ("local=/.a.example.com/", ["a.example.com"]),
        ("address=/*.a.example.com/::", ["a.example.com"]),
    ],
)
def test_a_domain_that_is_blocked_is_an_indicator_with_all_below_it(
    tmp_path: Path, line: str, names: list[str]
) -> None:
    collector, _ = read_text(tmp_path, line, format="dnsmasq")

    assert collector.values() == [("domain", name, "subdomains") for name in names]


def test_what_blocks_nothing_is_left_out_and_what_blocks_all_is_refused(tmp_path: Path) -> None:
    lines = ["server=/intranet.example/192.0.2.53", "no-resolv", "cache-size=1000", "address=/#/0.0.0.0", "hello there"]

    collector, report = read_text(tmp_path, "\n".join(["local=/bad.example/", *lines]), format="dnsmasq")

    assert collector.pairs() == [("domain", "bad.example")]
    assert dict(report.left_out) == {
        "domains that are sent to a server of their own": 1,
        "options that block no domain": 2,
    }
    assert [(reject.place, reject.reason) for reject in report.rejects] == [
        (5, "'address=/#/0.0.0.0' is for every domain, or for none"),
        (6, "'hello there' is no option of dnsmasq"),
    ]


def test_the_format_is_told_by_its_lines(tmp_path: Path) -> None:
    _, report = read_text(tmp_path, "# list\naddress=/bad.example/\nlocal=/worse.example/\nno-resolv\n")

    assert report.format == "dnsmasq"
