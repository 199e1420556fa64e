"""STIX 1.x: what indicators' observables come down to."""

import json
import re
from pathlib import Path

import pytest

from expected_indicators import REAL
from feed_rows import read, read_text
from shared_data import needs_shared_data
from vedette.errors import FeedError

FOLDER = REAL / "feeds" / "stix1"
GOLDEN = FOLDER / "golden" / "2.1" / "idioms-json-2.1-valid"
OURS = re.compile(
    r"(?:ipv[46]-addr:value|domain-name:value|url:value|email-message:from_ref\.value"
    r"|hashes\.(?:MD5|'SHA-1'|'SHA-256')) (?:=|IN) (\('[^)]*'\)|'[^']*')"
)
MD5, SHA256 = "a" * 32, "b" * 64


def goldens() -> list[str]:
    return sorted(path.stem for path in GOLDEN.glob("*.json"))


def value(text: str, name: str = "Value", more: str = 'condition="Equals"') -> str:
    return f"<{name} {more}>{text}</{name}>"


def properties(type_: str, inside: str, more: str = "") -> str:
    return f'<Object id="o"><Properties xsi:type="X:{type_}ObjectType" {more}>{inside}</Properties></Object>'


def domain(text: str, more: str = 'condition="Equals"') -> str:
    return properties("DomainName", value(text, more=more))


def address(text: str, category: str = "ipv4-addr") -> str:
    return properties("Address", value(text, "Address_Value"), f'category="{category}"')


def file(*hashes: tuple[str, str], more: str = "") -> str:
    inside = "".join(f"<Hash><Type>{word}</Type>{value(digest, 'Simple_Hash_Value')}</Hash>" for word, digest in hashes)
    return properties("File", f"{more}<Hashes>{inside}</Hashes>")


def observable(inside: str, more: str = 'id="obs"') -> str:
    return f"<c:Observable {more}>{inside}</c:Observable>"


def composed(operator: str, *members: str) -> str:
    within = "".join(map(observable, members))
    return f'<Observable_Composition operator="{operator}">{within}</Observable_Composition>'


def indicator(*inside: str, more: str = 'id="ind"') -> str:
    return f"<i:Indicator {more}>{''.join(inside)}</i:Indicator>"


def package(*members: str) -> str:
    return (
        '<?xml version="1.0"?><stix:STIX_Package xmlns:stix="s" xmlns:c="c" xmlns:i="i"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{"".join(members)}</stix:STIX_Package>'
    )


@needs_shared_data
@pytest.mark.parametrize("name", goldens())
def test_the_values_of_the_makers_own_conversion_are_found(name: str) -> None:
    objects = json.loads((GOLDEN / f"{name}.json").read_text())["objects"]
    patterns = [one["pattern"] for one in objects if one["type"] == "indicator"]
    wanted = {text for pattern in patterns for found in OURS.findall(pattern) for text in re.findall("'(.*?)'", found)}
    if not wanted:
        with pytest.raises(FeedError, match="it holds no indicators"):
            read(FOLDER / f"{name}.xml")
        return

    collector, report = read(FOLDER / f"{name}.xml")

    assert {text for _, text in collector.pairs()} == wanted
    assert (report.format, report.rejected) == ("stix1", 0)


@pytest.mark.parametrize(
    ("inside", "values"),
    [
        (address("192.0.2.1"), [("ipv4", "192.0.2.1", None)]),
        (address("2001:db8::1", "ipv6-addr"), [("ipv6", "2001:db8::1", None)]),
        (address("192.0.2.0/24", "cidr"), [("cidr", "192.0.2.0/24", None)]),
        (address("bad@example.com", "e-mail"), [("email", "bad@example.com", None)]),
        (domain("bad.example.com"), [("domain", "bad.example.com", None)]),
        (domain(".bad.example.com", 'condition="EndsWith"'), [("domain", "bad.example.com", None)]),
        (domain(r"^bad\.example\.com$", 'condition="FitsPattern"'), [("domain", "bad.example.com", None)]),
        (properties("Hostname", value("a.example.com", "Hostname_Value")), [("domain", "a.example.com", "host")]),
        (properties("URI", value("http://a.example.com/x"), 'type="URL"'), [("url", "http://a.example.com/x", None)]),
        (properties("URI", value("a.example.com"), 'type="Domain Name"'), [("domain", "a.example.com", None)]),
        (
            properties("URI", value("a.example.com/x", more='condition="contains"')),
            [("url", "a.example.com/x", "prefix")],
        ),
        (file(("MD5", MD5), ("SHA-256", SHA256)), [("md5", MD5, None), ("sha256", SHA256, None)]),
        (file(("Other", SHA256)), [("sha256", SHA256, None)]),
        (
            domain("a.example.com##comma##b.example.com", 'condition="Equals" apply_condition="ANY"'),
            [("domain", "a.example.com", None), ("domain", "b.example.com", None)],
        ),
        (
            properties("URI", value("http://a.example.com/;http://b.example.com/", more='delimiter=";"')),
            [("url", "http://a.example.com/", None), ("url", "http://b.example.com/", None)],
        ),
        (
            properties(
                "SocketAddress",
                f"<IP_Address>{value('192.0.2.1', 'Address_Value')}</IP_Address>"
                f"<Port>{value('443', 'Port_Value')}</Port>",
            ),
            [("ip_port", "192.0.2.1:443", None)],
        ),
    ],
)
def test_an_object_is_its_value(tmp_path: Path, inside: str, values: list[tuple[str, str, str | None]]) -> None:
    collector, report = read_text(tmp_path, package(indicator(observable(inside))))

    assert collector.values() == values
    assert (report.format, report.rejected, report.left_out) == ("stix1", 0, ())


@pytest.mark.parametrize(
    ("inside", "sort"),
    [
        (domain("a.example.com", 'condition="DoesNotEqual"'), "negated conditions"),
        (domain("a.example.com", 'apply_condition="NONE"'), "negated conditions"),
        (domain("a##comma##b", 'apply_condition="ALL"'), "lists of values that must all hold at once"),
        (domain("(a|b)+.example", 'condition="FitsPattern"'), "regexes under `FitsPattern`"),
        (address("00-00-5E-00-53-01", "mac"), "addresses of the category `mac`"),
        (properties("Mutex", value("m", "Name")), "properties `Mutex/Name`"),
        ("<Event/>", "events"),
    ],
)
def test_what_is_no_value_of_ours_is_left_out_and_counted(tmp_path: Path, inside: str, sort: str) -> None:
    text = package(indicator(observable(inside)), indicator(observable(address("192.0.2.1"))))

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    assert report.left_out == ((sort, 1),)


def test_and_trees_come_down_to_one_value_or_are_refused_by_their_id(tmp_path: Path) -> None:
    name = value("a.exe", "File_Name")
    text = package(
        indicator(observable(file(("MD5", MD5), more=name))),
        indicator(observable(composed("AND", domain("a.example.com"), properties("Mutex", value("m", "Name"))))),
        indicator(observable(composed("AND", domain("b.example.com"), address("192.0.2.1")), 'id="both"')),
        indicator(observable(composed("OR", domain("c.example.com"), address("192.0.2.2")))),
    )

    collector, report = read_text(tmp_path, text)

    assert [text for _, text in collector.pairs()] == [MD5, "a.example.com", "c.example.com", "192.0.2.2"]
    assert ["partly-used" in collector.shared[row[3]].tags for row in collector.rows] == [False, True, False, False]
    assert [reject.reason for reject in report.rejects] == [
        "AND tree both: no one value stands for it: b.example.com, 192.0.2.1"
    ]


def test_references_are_followed_in_either_order_and_other_observables_are_left_out(tmp_path: Path) -> None:
    text = package(
        indicator(observable("", 'idref="later"')),
        "<stix:Observables>",
        observable(address("192.0.2.1"), 'id="later"'),
        observable(address("192.0.2.2"), 'id="earlier"'),
        observable(address("192.0.2.9"), 'id="fact"'),
        "</stix:Observables>",
        indicator(observable("", 'idref="earlier"')),
        indicator(observable("", 'idref="nowhere"'), more='id="lost"'),
    )

    collector, report = read_text(tmp_path, text)
    with_facts, _ = read_text(tmp_path, text, to_ids_only=False)

    assert sorted(collector.pairs()) == [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]
    assert report.left_out == (("observables that no indicator refers to (`to_ids_only: false` takes them)", 1),)
    assert [reject.reason for reject in report.rejects] == ["the package has no observable nowhere"]
    assert ("ipv4", "192.0.2.9") in with_facts.pairs()


def test_an_indicator_says_its_type_confidence_time_and_marking(tmp_path: Path) -> None:
    marked = '<{0}><Marking><Marking_Structure xsi:type="t:TLP" color="{1}"/></Marking></{0}>'
    times = "<Valid_Time_Position><End_Time>2026-01-02T00:00:00Z</End_Time></Valid_Time_Position>"
    own = f"<Title>C2</Title><Type>IP Watchlist</Type><Type>C2</Type>{times}{marked.format('Handling', 'RED')}"
    text = package(
        f"<stix:STIX_Header>{marked.format('Handling', 'GREEN')}</stix:STIX_Header>",
        indicator(own, observable(address("192.0.2.1")), "<Confidence><Value>High</Value></Confidence>"),
        indicator(observable(address("192.0.2.2")), "<Confidence><Value>75</Value></Confidence>"),
    )

    collector, _ = read_text(tmp_path, text)

    facts = [(one.category, one.confidence, one.tags, one.tlp) for one in collector.shared]
    assert facts == [("IP Watchlist", 85, ("C2",), "red"), ("sample", 75, (), "green")]
    assert [row[6] for row in collector.rows] == [1767312000000, None]
    assert collector.contexts()[0]["indicator"]["title"] == "C2"


def test_a_negated_indicator_is_left_out(tmp_path: Path) -> None:
    negated = indicator(observable(address("192.0.2.1")), more='negate="true"')

    _, report = read_text(tmp_path, package(negated, indicator(observable(address("192.0.2.2")))))

    assert report.left_out == (("negated indicators", 1),)


def test_a_package_in_an_answer_of_taxii_is_read(tmp_path: Path) -> None:
    inside = package(indicator(observable(address("192.0.2.1")))).removeprefix('<?xml version="1.0"?>')
    text = f"<t:Poll_Response xmlns:t='t'><t:Content_Block>{inside}</t:Content_Block></t:Poll_Response>"

    collector, report = read_text(tmp_path, text)

    assert (report.format, collector.pairs()) == ("stix1", [("ipv4", "192.0.2.1")])


DOCTYPE = '<!DOCTYPE s [<!ENTITY a "x"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
LOOP = observable(composed("AND", "").replace('id="obs"', 'idref="a"'), 'id="a"') + indicator(
    observable("", 'idref="a"')
)


@pytest.mark.parametrize(
    "text",
    [
        DOCTYPE + package(indicator(observable(address("&a;&b;")))).removeprefix('<?xml version="1.0"?>'),
        package(indicator("<c:Observable><Observable_Composition>" * 1_000_000)),
        package(indicator(observable(address("192.0.2.1"))))[:-60],
        package(indicator(observable(address("192.0.2.1")))).replace("192", "\udcff"),
        package(LOOP),
        package(indicator()),
        package(indicator(observable("<Object/>"))),
        package(indicator(observable(composed("AND")))),
    ],
    ids=["doctype", "deep", "cut short", "charset", "a loop", "nothing", "no properties", "an empty composition"],
)
def test_a_hostile_package_is_turned_away_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(FeedError, match=r"DOCTYPE|broken XML|it holds no indicators"):
        read_text(tmp_path, text.encode("utf-8", "surrogateescape"), format="stix1")


def test_references_that_lead_to_twice_as_many_each_time_are_not_followed_for_ever(tmp_path: Path) -> None:
    twice = '<Observable_Composition operator="OR">' + 2 * '<c:Observable idref="o{0}"/>' + "</Observable_Composition>"
    doubled = "".join(observable(twice.format(n - 1), f'id="o{n}"') for n in range(1, 45))
    text = package(
        observable(address("192.0.2.9"), 'id="o0"'),
        doubled,
        indicator(observable(address("192.0.2.1"))),
        indicator(observable("", 'idref="o44"'), more='id="laughs"'),
    )

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    assert "references lead to more than is followed" in report.rejects[0].reason


def test_a_package_may_not_hold_endless_observables(tmp_path: Path) -> None:
    several = "".join(observable(address(f"192.0.2.{n % 256}"), f'id="o{n}"') for n in range(45_000))
    text = package(several, indicator(observable(address("192.0.2.1"))), indicator(observable("", 'idref="o1"')))

    collector, report = read_text(tmp_path, text)

    assert ("ipv4", "192.0.2.1") in collector.pairs()
    assert "more than 300,000 elements" in report.rejects[0].reason
