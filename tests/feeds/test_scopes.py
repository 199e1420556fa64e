"""How far a feed's indicators reach: by the record's type, by the feed, by the field; and never to everybody."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from vedette import _core
from vedette.config.settings import Feed, FieldRule
from vedette.feeds.reading import read_feed
from vedette.feeds.report import FeedReport

URLS = (
    "http://evil.example/",
    "http://evil.example/a",
    "http://evil.example/a/b",
    "http://evil.example/a?b",
    "http://evil.example/ab",
    "http://www.evil.example/a",
    "http://x.evil.example/a",
    "http://notevil.example/a",
)


def index_of(folder: Path, text: str, name: str = "feed.txt", **options: Any) -> tuple[_core.Index, FeedReport]:
    """The index that holds nothing but this feed."""
    path = folder / name
    path.write_text(text)
    builder = _core.IndexBuilder(str(folder / "index.vdx"))
    report = read_feed("sample", Feed(path=path, **options), builder)
    builder.finish()
    return _core.Index(str(folder / "index.vdx")), report


def known(index: _core.Index, *urls: str) -> list[str]:
    return [url for url in urls if index.look_up("url", url)]


def record(type_: int, mask: str) -> str:
    return msgspec.json.encode([{"type": type_, "mask": mask}]).decode()


@pytest.mark.parametrize(
    ("type_", "mask", "reached"),
    [
        (1, "evil.example", "01234567"[:7]),
        (2, "evil.example", "012345"),
        (3, "evil.example/a", "1235"),
        (4, "evil.example/a", "15"),
        (19, "*.evil.example", "6"),
        (19, "*evil.example/*", "1234567"),
        (20, "evil.example/a/*", "2"),
        (21, "evil.example/a*", "12345"),
        (22, "*.evil.example/a", "6"),
        (22, "evil.example/*b", "234"),
    ],
)
def test_each_of_the_eight_types_reaches_what_it_says(tmp_path: Path, type_: int, mask: str, reached: str) -> None:
    index, _ = index_of(tmp_path, record(type_, mask), "Malicious_URL_Data_Feed.json")

    assert known(index, *URLS) == [URLS[int(number)] for number in reached]


@pytest.mark.parametrize("type_", [1, 2])
def test_a_record_that_means_a_host_is_known_without_a_url(tmp_path: Path, type_: int) -> None:
    index, _ = index_of(tmp_path, record(type_, "evil.example"))

    assert len(index.look_up("domain", "evil.example")) == 1
    assert len(index.look_up("domain", "x.evil.example")) == (type_ == 1)


def test_without_a_word_a_domain_reaches_its_subdomains_and_all_else_only_itself(tmp_path: Path) -> None:
    index, _ = index_of(tmp_path, "evil.example\nhttp://bad.example/a\n192.0.2.1\n")

    assert known(index, "http://x.evil.example/", "http://bad.example/a", "http://bad.example/a/b") == [
        "http://x.evil.example/",
        "http://bad.example/a",
    ]
    assert not index.look_up("domain", "bad.example")
    assert index.look_up("ipv4", "192.0.2.1")
    assert not index.look_up("ipv4", "192.0.2.2")


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        ("exact", ["http://evil.example/", "http://bad.example/a"]),
        ("host", ["http://evil.example/", "http://bad.example/a"]),
        ("subdomains", ["http://evil.example/", "http://x.evil.example/", "http://bad.example/a"]),
        (
            "prefix",
            ["http://evil.example/", "http://x.evil.example/", "http://bad.example/a", "http://bad.example/a/b"],
        ),
    ],
)
def test_a_feeds_scope_holds_for_the_kinds_that_can_have_it(tmp_path: Path, scope: str, reached: list[str]) -> None:
    text = "evil.example\nhttp://bad.example/a\n192.0.2.1\n198.51.100.0/24\nd41d8cd98f00b204e9800998ecf8427e\n"

    index, report = index_of(tmp_path, text, scope=scope)

    urls = ("http://evil.example/", "http://x.evil.example/", "http://bad.example/a", "http://bad.example/a/b")
    assert known(index, *urls) == reached
    assert index.look_up("ipv4", "198.51.100.7")
    assert (report.indicators, report.rejected) == (5, 0)


def test_a_feeds_scope_host_makes_pairs_known_by_their_address(tmp_path: Path) -> None:
    index, _ = index_of(tmp_path, "192.0.2.1:443\nevil.example\n", scope="host")

    assert index.look_up("ipv4", "192.0.2.1")
    assert not index.look_up("domain", "x.evil.example")


def test_a_fields_scope_comes_before_the_feeds(tmp_path: Path) -> None:
    fields = (FieldRule(field="c2", scope="exact"), FieldRule(field="site"))

    index, _ = index_of(tmp_path, "c2,site\na.example,b.example\n", "feed.csv", fields=fields, scope="subdomains")

    assert not index.look_up("domain", "x.a.example")
    assert index.look_up("domain", "x.b.example")


def test_the_configuration_comes_before_the_records_type(tmp_path: Path) -> None:
    text = msgspec.json.encode(
        [
            {"type": 1, "mask": "evil.example"},
            {"type": 20, "mask": "bad.example/a/*"},
            {"type": 4, "mask": "x.example/a"},
        ]
    ).decode()

    index, _ = index_of(tmp_path, text, scope="host")

    # A mask can have no scope of a domain, and stays one.
    urls = ("http://evil.example/", "http://x.evil.example/", "http://bad.example/a/b", "http://x.example/b")
    assert known(index, *urls) == ["http://evil.example/", "http://bad.example/a/b"]


def test_masks_of_a_plain_list_are_told_by_the_feeds_scope(tmp_path: Path) -> None:
    text = "*evil.example/gate*\nbad.example/*/x\n*.worse.example\n192.0.2.1\n"

    index, report = index_of(tmp_path, text, scope="mask")

    urls = (
        "http://notevil.example/gate.php",
        "http://bad.example/1/2/x",
        "http://a.worse.example/",
        "http://192.0.2.1/",
    )
    assert known(index, *urls) == list(urls)
    assert report.rejected == 0


def test_what_would_reach_everybody_is_reported_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    index, report = index_of(tmp_path, "evil.example\ngithub.io\nbad.github.io\n")

    assert known(index, "http://good.github.io/", "http://bad.github.io/") == ["http://bad.github.io/"]
    assert [(reject.place, reject.reason[:11]) for reject in report.rejects] == [(2, "`github.io`")]
    assert report.rejected == 1


@pytest.mark.parametrize("scope", ["exact", "host"])
def test_a_feed_that_says_so_knows_the_shared_host_itself(tmp_path: Path, scope: str) -> None:
    index, report = index_of(tmp_path, "github.io\n", scope=scope)

    assert known(index, "http://good.github.io/", "http://github.io/x") == ["http://github.io/x"]
    assert report.rejected == 0


@pytest.mark.parametrize(("type_", "mask"), [(1, "github.io"), (1, "*.github.io"), (19, "*.github.io/*")])
def test_the_vendors_types_are_no_way_around_that(tmp_path: Path, type_: int, mask: str) -> None:
    text = msgspec.json.encode([{"type": type_, "mask": mask}, {"type": 1, "mask": "evil.example"}]).decode()

    index, report = index_of(tmp_path, text)

    assert known(index, "http://good.github.io/") == []
    assert report.rejected == 1


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("192.0.2.1-192.0.2.77\n", {}),
        ("192.0.2.1 - 192.0.2.77\tseen twice\n", {}),
        ("192.0.2.1 - 192.0.2.77 # a range\n", {"kind": "ip"}),
        ("range,threat\n192.0.2.1 - 192.0.2.77,scan\n198.51.100.1-198.51.100.9,scan\n", {}),
        ("ip;threat\n192.0.2.1-192.0.2.77;scan\n", {}),
        ('[{"ip": "192.0.2.1-192.0.2.77"}]', {}),
        ('{"value": "192.0.2.1 - 192.0.2.77", "type": "cidr"}\n{"value": "192.0.2.200", "type": "ip"}\n', {}),
    ],
)
def test_a_range_is_understood_in_every_format(tmp_path: Path, text: str, options: dict[str, Any]) -> None:
    index, report = index_of(tmp_path, text, **options)

    known = [bool(index.look_up("ipv4", f"192.0.2.{last}")) for last in (0, 1, 40, 77, 78)]
    assert known == [False, True, True, True, False]
    assert report.rejected == 0


def test_every_feed_that_knows_a_value_answers_and_a_hash_in_either_case(tmp_path: Path) -> None:
    builder = _core.IndexBuilder(str(tmp_path / "index.vdx"))
    for name, text in (("a", "D41D8CD98F00B204E9800998ECF8427E"), ("b", "d41d8cd98f00b204e9800998ecf8427e")):
        (tmp_path / name).write_text(f"{text}\nevil.example\n")
        read_feed(name, Feed(path=tmp_path / name), builder)
    builder.finish()
    index = _core.Index(str(tmp_path / "index.vdx"))

    for kind, value in (("md5", "d41D8cd98f00b204e9800998ecf8427E"), ("domain", "x.evil.example")):
        assert sorted(index.entry(number)[4] for number, _ in index.look_up(kind, value)) == ["a", "b"]


CSV_OF_SCOPES = (
    "ioc,reach\na.example,exact\nb.example,\nc.example, Host \nhttp://d.example/x,prefix\n192.0.2.1:443,host\n"
)
JSON_OF_SCOPES = """[{"ioc": "a.example", "reach": "exact"}, {"ioc": "b.example"},
{"ioc": "c.example", "reach": "HOST"},
{"ioc": "http://d.example/x", "reach": "prefix"}, {"ioc": "192.0.2.1:443", "reach": "host"}]"""


@pytest.mark.parametrize(("name", "text"), [("feed.csv", CSV_OF_SCOPES), ("feed.json", JSON_OF_SCOPES)])
def test_each_record_may_say_how_far_it_reaches(tmp_path: Path, name: str, text: str) -> None:
    index, report = index_of(tmp_path, text, name, scope_field="reach", scope="subdomains")

    urls = ("http://x.a.example/", "http://x.b.example/", "http://x.c.example/", "http://c.example/", "d.example/x/y")
    assert known(index, *urls) == [urls[1], urls[3], urls[4]]
    assert index.look_up("ipv4", "192.0.2.1")
    assert (report.indicators, report.rejected) == (5, 0)


@pytest.mark.parametrize(
    ("value", "word", "reason"),
    [
        ("a.example", "everywhere", 'there is no scope "everywhere"; there are: exact, subdomains, host, '),
        ("192.0.2.1", "subdomains", "the kind ipv4 cannot have the scope subdomains; it can have: exact"),
        ("192.0.2.0/24", "exact", "the kind cidr cannot have the scope exact; it can have: network"),
        ("192.0.2.1-192.0.2.9", "exact", "the kind cidr cannot have the scope exact; it can have: network"),
        ("github.io", "subdomains", "`github.io` is a public suffix or a shared host"),
    ],
)
@pytest.mark.parametrize("name", ["feed.csv", "long.csv", "feed.jsonl"])
def test_a_records_scope_that_is_none_or_does_not_fit_costs_that_record_alone(
    tmp_path: Path, name: str, value: str, word: str, reason: str
) -> None:
    records = [("first.example", "")] * (200 if name == "long.csv" else 1) + [(value, word), ("last.example", "exact")]
    if name.endswith(".csv"):
        text = "ioc,reach\n" + "".join(f"{one},{its}\n" for one, its in records)
    else:
        text = "".join(msgspec.json.encode({"ioc": one, "reach": its}).decode() + "\n" for one, its in records)

    index, report = index_of(tmp_path, text, name, scope_field="reach")

    assert [reject.reason[: len(reason)] for reject in report.rejects] == [reason]
    assert report.rejected == 1
    assert index.look_up("domain", "last.example")


def test_a_kaspersky_record_may_say_it_in_a_field_of_its_own(tmp_path: Path) -> None:
    text = '[{"type": 1, "mask": "a.example", "reach": "exact"}, {"type": 1, "mask": "b.example"}]'

    index, _ = index_of(tmp_path, text, "Malicious_URL_Data_Feed.json", scope_field="reach")

    assert known(index, "http://x.a.example/", "http://x.b.example/") == ["http://x.b.example/"]
