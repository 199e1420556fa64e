"""OpenIOC: which conditions are indicators, and what AND trees come down to."""

from pathlib import Path

import pytest

from expected_indicators import expected, found, sources
from feed_rows import read, read_text
from shared_data import needs_shared_data
from vedette.errors import FeedError

MD5, SHA1 = "a" * 32, "b" * 40
HOST, ADDRESS, NAME = "DnsEntryItem/Host", "PortItem/remoteIP", "FileItem/FileName"


def item(search: str, content: str, condition: str = "is", more: str = "") -> str:
    document = search.split("/")[0]
    return (
        f'<IndicatorItem id="i" condition="{condition}" {more}><Context document="{document}" search="{search}"/>'
        f'<Content type="string">{content}</Content></IndicatorItem>'
    )


def tree(operator: str, *members: str, name: str = "t1") -> str:
    return f'<Indicator operator="{operator}" id="{name}">{"".join(members)}</Indicator>'


def ioc(*members: str) -> str:
    return (
        '<?xml version="1.0"?><ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="x"><short_description>A'
        '</short_description><links><link rel="threatcategory">APT</link><link rel="threatgroup">G1</link>'
        f'<link rel="tlp">amber</link></links><definition>{tree("OR", *members, name="top")}</definition></ioc>'
    )


def ioc_1_1(*members: str) -> str:
    return (
        '<OpenIOC xmlns="http://openioc.org/schemas/OpenIOC_1.1" id="x"><metadata><short_description>A'
        '</short_description><links><link rel="threatcategory">APT</link></links></metadata>'
        f"<criteria>{tree('OR', *members)}</criteria><parameters/></OpenIOC>"
    )


@needs_shared_data
@pytest.mark.parametrize(("name", "path"), sources("openioc"))
def test_what_a_plain_extractor_finds_in_real_documents_is_found(name: str, path: Path) -> None:
    wanted = expected(name)
    if not wanted:
        with pytest.raises(FeedError, match=r"it holds no indicators .*left out"):
            read(path)
        return

    collector, report = read(path)

    assert sorted(wanted - found(collector)) == []
    assert report.format == "openioc"
    assert report.records <= report.indicators + report.rejected + sum(count for _, count in report.left_out)


@pytest.mark.parametrize("document", [ioc, ioc_1_1])
@pytest.mark.parametrize(
    ("member", "value"),
    [
        (item("FileItem/Md5sum", MD5), ("md5", MD5, None)),
        (item("ServiceItem/pathmd5sum", MD5), ("md5", MD5, None)),
        (item("FileItem/Sha1sum", SHA1, "contains"), ("sha1", SHA1, None)),
        (item(ADDRESS, "192.0.2.1"), ("ipv4", "192.0.2.1", None)),
        (item(HOST, "bad.example.com"), ("domain", "bad.example.com", "host")),
        (item(HOST, "bad.example.com", "contains"), ("domain", "bad.example.com", "subdomains")),
        (item("Network/DNS", "192.0.2.1"), ("ipv4", "192.0.2.1", None)),
        (item("Network/URI", "http://bad.example.com/a"), ("url", "http://bad.example.com/a", "exact")),
        (item("Network/URI", "bad.example.com/a", "contains"), ("url", "bad.example.com/a", "prefix")),
        (item("Network/URI", "bad.example.com", "contains"), ("domain", "bad.example.com", "subdomains")),
        (item("Email/From", "bad@example.com"), ("email", "bad@example.com", None)),
    ],
)
def test_a_condition_on_a_value_is_an_indicator(
    tmp_path: Path, document: type, member: str, value: tuple[str, str, str | None]
) -> None:
    collector, report = read_text(tmp_path, document(member))

    assert collector.values() == [value]
    assert collector.categories() == ["APT"]
    assert (report.format, report.records, report.rejected) == ("openioc", 1, 0)


def test_what_is_no_value_of_ours_is_left_out_and_counted(tmp_path: Path) -> None:
    members = [
        item(NAME, "a.exe"),
        item(NAME, "b.exe"),
        item("Network/URI", "/gate.php", "contains"),
        item("FileItem/Md5sum", MD5, "isnot"),
        item(ADDRESS, "192.0.2.9", more='negate="true"'),
        item(HOST, ".*evil.*", "matches"),
        item(ADDRESS, "192.0.2.1"),
    ]

    collector, report = read_text(tmp_path, ioc(*members))

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    assert dict(report.left_out) == {
        "conditions on `FileItem/FileName`": 2,
        "parts of a URL in `Network/URI`": 1,
        "negated conditions": 2,
        "conditions of the sort `matches`": 1,
    }
    assert (report.records, report.rejected) == (7, 0)


def test_a_hash_stands_for_its_and_tree(tmp_path: Path) -> None:
    both = tree("AND", item("FileItem/Md5sum", MD5), item("FileItem/Sha1sum", SHA1), item(NAME, "a.exe"))

    collector, _ = read_text(tmp_path, ioc(both))

    assert collector.pairs() == [("md5", MD5), ("sha1", SHA1)]
    assert collector.shared[0].tags == ("G1",)
    assert collector.shared[0].tlp == "amber"
    assert [also["content"] for also in collector.contexts()[0]["and"]["also"]] == ["a.exe"]


def test_one_value_beside_what_cannot_be_asked_is_an_indicator_that_says_so(tmp_path: Path) -> None:
    hosts = tree("OR", item(HOST, "a.example.com"), item(HOST, "b.example.com"), name="t2")

    collector, _ = read_text(tmp_path, ioc(tree("AND", hosts, item("Network/URI", "id=", "contains"))))

    assert [value for _, value in collector.pairs()] == ["a.example.com", "b.example.com"]
    assert collector.shared[0].tags == ("partly-used", "G1")
    assert collector.contexts()[0]["and"]["id"] == "t1"


@pytest.mark.parametrize(
    "members",
    [
        (item(HOST, "a.example.com"), item(ADDRESS, "192.0.2.7")),
        (item(HOST, "a.example.com"), tree("OR", item(ADDRESS, "192.0.2.7"), item(NAME, "x"), name="t2")),
        (
            item(NAME, "x"),
            tree("OR", tree("AND", item(HOST, "a.example.com"), item(NAME, "x"), name="t3"), item(NAME, "y")),
        ),
        (tree("AND", item(HOST, "a.example.com"), item(NAME, "x"), name="t3"), item(ADDRESS, "192.0.2.7")),
    ],
    ids=["two values", "a value in a mixed OR", "an AND within an OR", "an AND within it"],
)
def test_an_and_tree_that_no_one_value_stands_for_is_refused_by_its_id_and_the_next_is_read(
    tmp_path: Path, members: tuple[str, ...]
) -> None:
    collector, report = read_text(tmp_path, ioc(tree("AND", *members), item(ADDRESS, "192.0.2.1")))

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    (reject,) = report.rejects
    assert reject.reason.startswith("AND tree t1: no one value stands for it: a.example.com")


def test_an_and_tree_of_nothing_of_ours_is_left_out(tmp_path: Path) -> None:
    both = tree("AND", item(NAME, "a.exe"), item("FileItem/SizeInBytes", "1"))

    _, report = read_text(tmp_path, ioc(both, item(ADDRESS, "192.0.2.1")))

    assert report.left_out == (("AND trees of nothing that is of a kind of ours", 1),)


DOCTYPE = '<!DOCTYPE ioc [<!ENTITY a "x"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "text",
    [
        DOCTYPE + ioc(item(ADDRESS, "&a;&b;")),
        ioc("<Indicator operator='AND'>" * 1_000_000),
        ioc(item(ADDRESS, "192.0.2.1"))[:-40],
        ioc(item(ADDRESS, "192.0.2.1")).replace("A</short", "\udcff</short"),
        ioc(tree("AND")),
        ioc(tree("AND", tree("OR"), tree("AND"))),
        "<ioc/>",
        "<ioc><definition/></ioc>",
        "<ioc><definition><IndicatorItem/></definition></ioc>",
    ],
    ids=[
        "doctype",
        "deep",
        "cut short",
        "charset",
        "an empty tree",
        "empty trees",
        "nothing",
        "no condition",
        "an empty condition",
    ],
)
def test_a_hostile_document_is_turned_away_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(FeedError, match=r"DOCTYPE|broken XML|it holds no indicators"):
        read_text(tmp_path, text.encode("utf-8", "surrogateescape"), format="openioc")
