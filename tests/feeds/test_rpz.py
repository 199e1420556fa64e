"""Response policy zones."""

from pathlib import Path

import pytest

from feed_rows import read_text

HEAD = """; a policy
$TTL 300
@ IN SOA localhost. root.localhost. (
    1 1h   ; serial, refresh
    15m 30d 2h )
  IN NS localhost.
"""


def test_names_and_networks_of_a_zone_are_indicators(tmp_path: Path) -> None:
    rules = [
        "bad.example.com CNAME .",
        "*.bad.example.com 60 IN CNAME .",
        "32.1.2.0.192.rpz-ip CNAME .",
        "24.0.2.0.192.rpz-ip CNAME *. ; a network",
        "48.zz.1.db8.2001.rpz-ip CNAME .",
        "128.1.zz.db8.2001.rpz-ip IN CNAME rpz-drop.",
    ]

    collector, report = read_text(tmp_path, HEAD + "\n".join(rules))

    assert collector.values() == [
        ("domain", "bad.example.com", "host"),
        ("domain", "bad.example.com", "subdomains"),
        ("cidr", "192.0.2.1/32", "network"),
        ("cidr", "192.0.2.0/24", "network"),
        ("cidr", "2001:db8:1::/48", "network"),
        ("cidr", "2001:db8::1/128", "network"),
    ]
    assert collector.contexts() == [None, None, None, {"CNAME": "*."}, None, {"CNAME": "rpz-drop."}]
    assert (report.format, report.rejected, dict(report.left_out)) == (
        "rpz",
        0,
        {"comments": 1, "records of the zone itself": 3},
    )


@pytest.mark.parametrize(
    ("rule", "sort"),
    [
        ("good.example CNAME rpz-passthru.", "exceptions"),
        ("good.example CNAME good.example.", "exceptions"),
        ("32.1.2.0.192.rpz-ip CNAME rpz-passthru.", "exceptions"),
        ("24.0.2.0.192.rpz-client-ip CNAME rpz-drop.", "rules on who asks"),
        ("ns.bad.example.rpz-nsdname CNAME .", "rules on name servers"),
        ("32.53.2.0.192.rpz-nsip CNAME .", "rules on name servers"),
    ],
)
def test_a_rule_that_calls_nothing_bad_is_left_out_by_its_sort(tmp_path: Path, rule: str, sort: str) -> None:
    collector, report = read_text(tmp_path, f"{rule}\nbad.example CNAME .\n", format="rpz")

    assert collector.pairs() == [("domain", "bad.example")]
    assert (dict(report.left_out), report.rejected) == ({sort: 1}, 0)


def test_names_are_within_the_zone_however_they_are_written(tmp_path: Path) -> None:
    text = """$ORIGIN rpz.example.
@ SOA ns.example. root.example. 1 1h 15m 30d 2h
bad.example.com CNAME .
worse.example.com.rpz.example. CNAME .
outside.example. CNAME .
$ORIGIN com.rpz.example.
third.example A 192.0.2.53
  TXT "blocked; (ask us)"
"""

    collector, report = read_text(tmp_path, text)

    assert [value for _, value in collector.pairs()] == ["bad.example.com", "worse.example.com", "third.example.com"]
    assert collector.contexts()[2] == {"A": "192.0.2.53"}
    assert [(one.place, one.reason) for one in report.rejects] == [
        (5, "'outside.example' is outside of the zone 'rpz.example'")
    ]
    assert dict(report.left_out)["further records of a name"] == 1


def test_a_zone_is_named_by_its_soa_where_no_origin_is_said(tmp_path: Path) -> None:
    text = "rpz.example. SOA ns. root. 1 1 1 1 1\nbad.example CNAME .\nworse.example.rpz.example. CNAME .\n"

    collector, _ = read_text(tmp_path, text)

    assert [value for _, value in collector.pairs()] == ["bad.example", "worse.example"]


@pytest.mark.parametrize(
    "line",
    [
        "$INCLUDE other.zone",
        "$",
        "99.1.2.0.192.rpz-ip CNAME .",
        "24.1.2.rpz-ip CNAME .",
        "a.*.example CNAME .",
        "a\\046b.example CNAME .",
        "alone",
        ")",
        '"',
        "x (",
    ],
)
def test_a_record_that_is_none_is_refused_alone(tmp_path: Path, line: str) -> None:
    collector, report = read_text(tmp_path, f"bad.example CNAME .\n{line}\n", format="rpz")

    assert collector.pairs() == [("domain", "bad.example")]
    assert [reject.place for reject in report.rejects] == [2]


def test_parentheses_without_an_end_cost_a_bounded_part_of_the_zone(tmp_path: Path) -> None:
    lines = [f"n{number}.example CNAME ." for number in range(300)]

    collector, report = read_text(tmp_path, "\n".join(["x SOA (", *lines]), format="rpz")

    assert len(collector.rows) == 200
    assert [reject.reason for reject in report.rejects] == [
        "parentheses that are not closed in 101 lines, which are lost"
    ]


@pytest.mark.timeout(15)
def test_a_line_of_half_a_million_words_is_refused_without_delay(tmp_path: Path) -> None:
    collector, report = read_text(tmp_path, f"x {'1 ' * 500_000}\nbad.example CNAME .\n", format="rpz")

    assert (len(collector.rows), report.rejected) == (1, 1)
