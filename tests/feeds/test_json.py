"""JSON feeds: what is a record, and the paths to its indicators."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed_rows import read_text
from vedette.config.settings import FieldRule
from vedette.errors import FeedError
from vedette.feeds.formats.json_fields import values_at

BOTH = ["192.0.2.1", "192.0.2.2"]
RECORDS = [{"ip": "192.0.2.1", "n": 1}, {"ip": "192.0.2.2", "n": 2}]


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        (msgspec.json.encode(RECORDS), "json"),
        (msgspec.json.format(msgspec.json.encode(RECORDS), indent=2), "json"),
        (msgspec.json.encode({"version": 1, "data": RECORDS, "list": ["x"]}), "json"),
        (msgspec.json.encode({"7": RECORDS[:1], "8": RECORDS[1:]}), "json"),
        (b"\n".join(map(msgspec.json.encode, RECORDS)), "jsonl"),
        (b" ".join(map(msgspec.json.encode, RECORDS)), "json"),
        (b"".join(msgspec.json.format(msgspec.json.encode(record), indent=2) for record in RECORDS), "json"),
    ],
)
def test_records_are_found_however_the_document_holds_them(tmp_path: Path, text: bytes, format_: str) -> None:
    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]
    assert collector.contexts() == RECORDS
    assert (report.format, report.records, report.rejected) == (format_, 2, 0)


def test_a_single_object_with_an_indicator_is_a_record(tmp_path: Path) -> None:
    record = {"domain": "bad.example.com", "refs": ["http://x.example.com/"]}

    collector, _ = read_text(tmp_path, msgspec.json.encode(record))

    assert collector.pairs() == [("domain", "bad.example.com")]
    assert collector.contexts() == [record]


def test_an_array_of_texts_is_a_plain_list(tmp_path: Path) -> None:
    collector, report = read_text(tmp_path, b'["192.0.2.1", "bad.example.com", 7, null]')

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("domain", "bad.example.com")]
    assert [reject.place for reject in report.rejects] == [3, 4]


def test_paths_go_into_arrays_and_each_value_has_the_whole_record(tmp_path: Path) -> None:
    record = {"files": [{"MD5": "a" * 32}, {"MD5": "b" * 32, "SHA1": None}], "net": {"hosts": ["a.example.com"]}}
    fields = (FieldRule(field="files/MD5", category="hash"), FieldRule(field="net/hosts", scope="subdomains"))

    collector, _ = read_text(tmp_path, msgspec.json.encode([record]), format="json", fields=fields)

    assert collector.values() == [
        ("md5", "a" * 32, None),
        ("md5", "b" * 32, None),
        ("domain", "a.example.com", "subdomains"),
    ]
    assert collector.categories() == ["hash", "hash", "sample"]
    assert collector.contexts() == [record] * 3


def test_fields_of_well_known_names_are_understood(tmp_path: Path) -> None:
    record = {
        "ioc_value": "192.0.2.1:80",
        "ioc_type": "ip:port",
        "malware": "win.x",
        "confidence_level": 75,
        "tags": ["a", "b"],
        "tlp": "TLP:WHITE",
        "first_seen": "2024-01-02 03:04:05 UTC",
        "last_seen": None,
        "valid_until": 1704164645,
    }

    collector, _ = read_text(tmp_path, msgspec.json.encode([record]))

    (shared,) = collector.shared
    assert collector.pairs() == [("ip_port", "192.0.2.1:80")]
    assert (shared.category, shared.confidence, shared.tags, shared.tlp) == ("win.x", 75, ("a", "b"), "clear")
    assert collector.rows[0][4:7] == (1704164645000, None, 1704164645000)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b'{"ip": nope}', "broken JSON"),
        (b'{"ip": "\xff"}', "broken JSON"),
        (b'{"ip": "\\ud800"}', "broken JSON"),
        (b'{"other": 1}', "no indicator in it"),
        (b'{"ip": 7}', "`ip` holds 7; a text is wanted"),
        (b'{"type": "mutex", "value": "x"}', "no kind goes by the type 'mutex'"),
        (b'{"ip": ' + b"[" * 5000 + b"]" * 5000 + b"}", "recursion"),
    ],
)
@pytest.mark.parametrize("lines", [False, True])
def test_a_bad_record_is_noted_and_the_next_is_still_read(
    tmp_path: Path, broken: bytes, reason: str, lines: bool
) -> None:
    records = [msgspec.json.encode(RECORDS[0]), broken, msgspec.json.encode(RECORDS[1])]
    text = b"\n".join(records) if lines else b"[" + b",\n".join(records) + b"]"

    collector, report = read_text(tmp_path, text, format="jsonl" if lines else "json")

    assert [value for _, value in collector.pairs()] == ["192.0.2.1", "192.0.2.2"]
    assert [(reject.place, reject.unit) for reject in report.rejects] == [(2, "line" if lines else "record")]
    assert reason in report.rejects[0].reason
    assert report.records == 3


@pytest.mark.parametrize(
    ("end", "taken"), [(b"", ["192.0.2.1"]), (b',{"ip": "192.0', BOTH), (b"] tail", BOTH), (b"]]", BOTH)]
)
def test_a_document_cut_short_or_with_a_tail_says_so_behind_what_was_read(
    tmp_path: Path, end: bytes, taken: list[str]
) -> None:
    collector, report = read_text(tmp_path, b'[{"ip": "192.0.2.1"},{"ip": "192.0.2.2"}' + end)

    assert [value for _, value in collector.pairs()] == taken
    assert report.rejected == 1


def test_what_is_not_json_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"it is not JSON: it begins with '192\.0\.2\.1'"):
        read_text(tmp_path, "192.0.2.1", format="json")


def oracle(value: Any, path: list[str]) -> list[Any]:
    """All leaves under a path, by plain recursion over lists first."""
    if isinstance(value, list):
        return [leaf for element in value for leaf in oracle(element, path)]
    if not path:
        return [value]
    return oracle(value[path[0]], path[1:]) if isinstance(value, dict) and path[0] in value else []


NAMES = st.sampled_from("abc")
VALUES = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=20,
)


@given(VALUES, st.lists(NAMES, max_size=4))
def test_a_path_finds_what_a_plain_walk_finds(value: Any, path: list[str]) -> None:
    assert list(values_at(value, tuple(path))) == oracle(value, path)
