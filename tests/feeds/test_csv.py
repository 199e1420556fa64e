"""CSV feeds: header, columns, what becomes of their cells."""

from pathlib import Path

import pytest

from feed_rows import read_text
from vedette.config.settings import FieldRule
from vedette.errors import FeedError


def test_the_interchange_table_names_kind_value_and_feed_of_each_record(tmp_path: Path) -> None:
    text = 'type,value,feed\nip,192.0.2.1,one\nip,192.0.2.0/24,two\nurl,"http://a.example.com/?a=1,2",one\n'

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [
        ("ipv4", "192.0.2.1"),
        ("cidr", "192.0.2.0/24"),
        ("url", "http://a.example.com/?a=1,2"),
    ]
    assert collector.feeds() == collector.categories() == ["one", "two", "one"]
    assert collector.contexts() == [None, None, None]
    assert (report.format, report.records) == ("csv", 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_guessed_and_the_record_is_the_context(tmp_path: Path, delimiter: str) -> None:
    records = [("Indicator", "Note"), ("192.0.2.1", "first, one"), ("bad.example.com", "second; one")]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in record) for record in records)

    collector, _ = read_text(tmp_path, text)

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("domain", "bad.example.com")]
    assert collector.contexts()[0] == {"Indicator": "192.0.2.1", "Note": "first, one"}


def test_a_header_in_the_last_comment_names_the_columns(tmp_path: Path) -> None:
    text = (
        "################\n# ThreatFox IOCs\n#\n"
        '# "first_seen_utc","ioc_id","ioc_value","ioc_type","malware","confidence_level","tags"\n'
        '"2024-01-02 03:04:05", "7", "192.0.2.1:443", "ip:port", "win.x", "75", "a,b"\n'
        '"2024-01-02 03:04:05", "8", "bad.example.com", "domain", "win.y", "100", "None"\n'
        "# Number of entries: 2\n"
    )

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("ip_port", "192.0.2.1:443"), ("domain", "bad.example.com")]
    assert collector.categories() == ["win.x", "win.y"]
    assert [(shared.confidence, shared.tags) for shared in collector.shared] == [(75, ("a", "b")), (100, ())]
    assert collector.rows[0][4] == 1704164645000
    assert collector.contexts()[0]["ioc_id"] == "7"
    assert report.records == 2


def test_each_hash_of_a_record_is_an_indicator_with_the_whole_record_as_context(tmp_path: Path) -> None:
    text = f"sha256_hash,md5_hash,sha1_hash,signature\n{'a' * 64},{'b' * 32},{'c' * 40},X\n{'d' * 64},n/a,,Y\n"

    collector, report = read_text(tmp_path, text)

    assert [kind for kind, _ in collector.pairs()] == ["sha256", "sha256", "md5", "sha1"]
    assert collector.contexts()[1]["signature"] == "Y"
    assert (report.records, report.indicators, report.rejected) == (2, 4, 0)


def test_columns_without_a_header_are_told_by_looking(tmp_path: Path) -> None:
    text = "2024-01-02,spam,192.0.2.1\n2024-01-03,ham,192.0.2.2\n2024-01-04,spam,unknown\n"

    collector, report = read_text(tmp_path, text)

    assert [value for _, value in collector.pairs()] == ["192.0.2.1", "192.0.2.2"]
    assert collector.contexts()[0] == {"1": "2024-01-02", "2": "spam", "3": "192.0.2.1"}
    assert report.rejected == 1


def test_beside_a_column_of_types_only_the_column_that_agrees_holds_indicators(tmp_path: Path) -> None:
    text = "".join(
        f"2024-01-02,{kind},{value},https://x.example.com/status/{number}\n"
        for number, (kind, value) in enumerate([("ip", "192.0.2.1"), ("domain", "bad.example.com"), ("md5", "a" * 32)])
    )

    collector, _ = read_text(tmp_path, text)

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("domain", "bad.example.com"), ("md5", "a" * 32)]


def test_fields_say_which_columns_by_name_or_number(tmp_path: Path) -> None:
    fields = (FieldRule(field="addr", kind="ip", category="scanner"), FieldRule(field="3", scope="subdomains"))

    collector, _ = read_text(tmp_path, "addr,x,name\n192.0.2.1,y,bad.example.com\n", format="csv", fields=fields)

    assert collector.values() == [("ipv4", "192.0.2.1", None), ("domain", "bad.example.com", "subdomains")]
    assert collector.categories() == ["scanner", "sample"]


def test_a_field_that_is_no_column_is_an_error_that_lists_the_columns(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="no column 'address'; there are: ip, note"):
        read_text(tmp_path, "ip,note\n192.0.2.1,x\n", fields=(FieldRule(field="address"),))


def test_feed_and_times_come_from_the_columns_that_the_options_name(tmp_path: Path) -> None:
    options = {"feed_field": "who", "first_seen_field": "from", "last_seen_field": "to", "valid_until_field": "until"}
    text = "ip,who,from,to,until\n192.0.2.1,a,01.02.2024 10:00,2024-02-02T10:00:00Z,1706868000\n"

    collector, _ = read_text(tmp_path, text, format="csv", **options)

    assert collector.feeds() == ["a"]
    assert collector.rows[0][4:7] == (1706781600000, 1706868000000, 1706868000000)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("file_name,x.exe,", "no kind goes by the type 'file_name'"),
        ("ip", "nothing in column value"),
        ("ip,,", "nothing in column value"),
        ("md5,abc,", "32"),
    ],
)
def test_a_bad_record_is_noted_with_its_line_and_the_next_is_still_read(
    tmp_path: Path, record: str, reason: str
) -> None:
    collector, report = read_text(tmp_path, f"type,value,note\nip,192.0.2.1,\n{record}\nip,192.0.2.2,\n", format="csv")

    assert len(collector.rows) == 2
    assert [(reject.place, reason in reject.reason) for reject in report.rejects] == [(3, True)]
    assert report.records == 3


def test_a_host_with_a_path_is_a_url_and_not_the_whole_host(tmp_path: Path) -> None:
    text = '"host","path"\n"files.example.com","/bad.exe"\n"bad.example.com",""\n'

    collector, _ = read_text(tmp_path, text)

    assert collector.pairs() == [("url", "files.example.com/bad.exe"), ("domain", "bad.example.com")]


def test_an_unclosed_quote_costs_its_own_line_and_no_other(tmp_path: Path) -> None:
    text = 'type,value,feed\nip,192.0.2.1,a\nip,"192.0.2.2,a\nip,192.0.2.3,a\nip,192.0.2.4,a\n'

    collector, report = read_text(tmp_path, text)

    assert [value for _, value in collector.pairs()] == ["192.0.2.1", "192.0.2.3", "192.0.2.4"]
    assert [(reject.place, reject.reason) for reject in report.rejects] == [
        (3, "a quote opens here and is never closed")
    ]


def test_bytes_that_are_no_utf8_cost_their_own_record(tmp_path: Path) -> None:
    collector, report = read_text(tmp_path, b"ip,note\n192.0.2.1,\xff\n192.0.2.2,\xc3\xbc\n")

    assert collector.contexts() == [{"ip": "192.0.2.2", "note": "ü"}]
    assert [(reject.place, reject.reason) for reject in report.rejects] == [(2, "bytes that are no UTF-8")]


def test_a_table_without_indicators_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="no column holds indicators"):
        read_text(tmp_path, "name,age\nalice,40\nbob,50\n")
