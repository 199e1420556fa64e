"""XML: which elements are records, and what is in them."""

import gzip
import re
from pathlib import Path

import pytest

from feed_rows import read_text
from vedette.config.settings import FieldRule
from vedette.errors import FeedError

ITEMS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- A partner's. -->
<p:feed xmlns:p="urn:partner" made="today">
  <head><ip>203.0.113.9</ip></head>
  <items>
    <p:item id="1"><p:ip>192.0.2.1</p:ip><files><file md5="{a}"/><file md5="{b}"/></files></p:item>
    <p:item id="2"><ip>192.0.2.2</ip><url kind="c2"><![CDATA[http://bad.example.com/?a=1&b=2]]></url></p:item>
  </items>
</p:feed>
""".format(a="a" * 32, b="b" * 32)


def test_elements_at_the_root_elements_path_are_records_and_fields_are_paths_within(tmp_path: Path) -> None:
    fields = (FieldRule(field="ip"), FieldRule(field="files/file@md5", kind="md5"), FieldRule(field="url"))

    collector, report = read_text(tmp_path, ITEMS, root_element="item", fields=fields)

    assert collector.pairs() == [
        ("ipv4", "192.0.2.1"),
        ("md5", "a" * 32),
        ("md5", "b" * 32),
        ("ipv4", "192.0.2.2"),
        ("url", "http://bad.example.com/?a=1&b=2"),
    ]
    assert (report.format, report.records, report.rejected) == ("xml", 2, 0)
    assert collector.contexts()[0] == {
        "@id": "1",
        "ip": "192.0.2.1",
        "files": {"file": ["", ""], "file@md5": ["a" * 32, "b" * 32]},
    }


@pytest.mark.parametrize(
    ("root_element", "records"),
    [
        ("item", 2),
        ("items/item", 2),
        ("feed/items/item", 2),
        ("/feed/items/item", 2),
        ("items/it*", 2),
        ("it?m", 2),
        ("*/item", 2),
        ("/feed/*", 2),
        ("feed", 1),
        (None, 2),
    ],
)
def test_the_root_elements_path_may_begin_anywhere_and_have_wildcards_within_a_name(
    tmp_path: Path, root_element: str | None, records: int
) -> None:
    fields = tuple(FieldRule(field=path) for path in ("ip", "item/ip", "items/item/ip"))

    _, report = read_text(tmp_path, ITEMS, root_element=root_element, fields=fields)

    assert report.records == records


@pytest.mark.parametrize("root_element", ["/item", "feed/item", "[i]tem", "ite"])
def test_other_elements_are_no_records(tmp_path: Path, root_element: str) -> None:
    with pytest.raises(FeedError, match="it holds no indicators"):
        read_text(tmp_path, ITEMS, root_element=root_element)


def test_well_known_names_are_read_without_fields_and_a_record_without_any_is_refused(tmp_path: Path) -> None:
    text = "<list><a><ip>192.0.2.1</ip><threat>Scanner</threat></a><a><note>none</note></a></list>"

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    assert collector.categories() == ["Scanner"]
    assert [(reject.unit, reject.place) for reject in report.rejects] == [("record", 2)]


def test_xml_in_another_charset_is_read_by_what_it_declares(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><l><a><ip>192.0.2.1</ip><tags>ёж</tags></a></l>'

    collector, _ = read_text(tmp_path, text.encode("windows-1251"))

    assert collector.shared[0].tags == ("ёж",)


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
SECRET = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [LAUGHS, SECRET, '<!DOCTYPE l SYSTEM "http://192.0.2.1/x.dtd">'])
@pytest.mark.parametrize("before", ["", '<?xml version="1.0"?>', "<!-- c -->", "<!--" + "x" * 100_000 + "-->"])
def test_a_doctype_turns_the_document_away(tmp_path: Path, doctype: str, before: str) -> None:
    text = f"{before}{doctype}<l><a><ip>192.0.2.1</ip><tags>&c;&x;</tags></a></l>"

    with pytest.raises(FeedError, match=r"DOCTYPE"):
        read_text(tmp_path, text, format="xml")


def test_a_doctype_in_a_charset_that_hides_it_is_found_all_the_same(tmp_path: Path) -> None:
    text = f"<?xml version='1.0' encoding='UTF-7'?>{LAUGHS}<l><a><ip>192.0.2.1</ip></a></l>"
    hidden = text.replace("<!DOCTYPE", "+ADwAIQ-DOCTYPE").encode()

    with pytest.raises(FeedError, match=r"DOCTYPE|broken XML"):
        read_text(tmp_path, hidden, format="xml")


FIRST = b"<l><a><ip>192.0.2.1</ip></a>"


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        (b"<a><ip>192.0.2.2</i", "expected '>'|Premature end"),
        (b"<a>&unknown;</a></l>", "not defined"),
        (b"<a><ip>192.0.2.2\xff</ip></a></l>", "encoding|UTF-8"),
        (b"<a>" + b"<b>" * 1_000_000 + b"</b>" * 1_000_000 + b"</a></l>", "100 deep"),
        (b"</l><l><a/></l>", "Extra content"),
    ],
    ids=["cut short", "entity", "charset", "deep", "a second root"],
)
def test_where_the_xml_breaks_what_came_before_is_taken_and_a_reject_says_why(
    tmp_path: Path, rest: bytes, why: str
) -> None:
    collector, report = read_text(tmp_path, FIRST + rest)

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    (reject,) = report.rejects
    assert reject.place == 2
    assert reject.reason.startswith("broken XML")
    assert re.search(why, reject.reason)


@pytest.mark.parametrize(
    "large",
    [b"<b>1</b>" * 300_000, b"x" * 5_000_000, b"<b c='1' d='2'/>" * 100_000],
    ids=["elements", "text", "attributes"],
)
def test_a_record_that_is_too_large_is_refused_and_the_next_is_read(tmp_path: Path, large: bytes) -> None:
    text = FIRST + b"<a><ip>192.0.2.2</ip>" + large + b"</a><a><ip>192.0.2.3</ip></a></l>"

    collector, report = read_text(tmp_path, gzip.compress(text))

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.3")]
    assert [(reject.place, reject.reason[:18]) for reject in report.rejects] == [(2, "a record too large")]


@pytest.mark.parametrize("text", ["<", "<l", "<l>", "<l></m>", "<?xml", "<!--", "<l/>", "<a b='c'"])
def test_what_is_broken_from_its_beginning_is_turned_away_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(FeedError):
        read_text(tmp_path, text, format="xml")


def test_xml_under_another_format_is_turned_away(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="it is XML, and the feed's format is csv"):
        read_text(tmp_path, ITEMS, format="csv")
