"""Events of MISP: which attributes are indicators, what they say, and what is left out."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from expected_indicators import expected, found, sources
from feed_rows import read, read_text
from shared_data import needs_shared_data
from vedette.errors import FeedError

EVENT_UUID = "6f1b2c3d-0000-4000-8000-000000000001"

# The extractor undoes `(.)` in a URL's path as well, where it may be the path's own.
OTHERWISE = {b"rugs-colin-quantum-alexander.trycloudflare.com/documents-volvo-817378545455.zip"}


def attribute(type_: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "value": value, "category": "Network activity", "to_ids": True, **more}


def event(*attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Event": {"uuid": EVENT_UUID, "info": "A campaign", "Attribute": attributes, **more}}


def json_of(value: Any) -> bytes:
    return msgspec.json.encode(value)


@needs_shared_data
@pytest.mark.parametrize(("name", "path"), sources("misp"))
def test_what_a_plain_extractor_finds_in_real_events_is_found(name: str, path: Path) -> None:
    collector, report = read(path, to_ids_only=False)

    assert sorted(expected(name) - found(collector) - OTHERWISE) == []
    assert (report.format, report.rejected) == ("misp", 0)
    assert report.records <= report.indicators + sum(count for _, count in report.left_out)


@pytest.mark.parametrize(
    ("type_", "value", "parts"),
    [
        ("ip-dst", "192.0.2.1", [("ipv4", "192.0.2.1", None)]),
        ("ip-src", "192.0.2.0/24", [("cidr", "192.0.2.0/24", None)]),
        ("ip-dst|port", "192.0.2.1|443", [("ip_port", "192.0.2.1:443", None)]),
        ("ip-src|port", "2001:db8::1|443", [("ip_port", "[2001:db8::1]:443", None)]),
        ("domain", "bad.example.com", [("domain", "bad.example.com", None)]),
        ("hostname", "a.bad.example.com", [("domain", "a.bad.example.com", "host")]),
        ("hostname|port", "a.bad.example.com|8080", [("domain", "a.bad.example.com", "host")]),
        ("domain|ip", "bad.example.com|192.0.2.1", [("domain", "bad.example.com", None), ("ipv4", "192.0.2.1", None)]),
        ("url", "hxxp://bad[.]example[.]com/x", [("url", "hxxp://bad[.]example[.]com/x", None)]),
        ("uri", "http://bad.example.com/x", [("url", "http://bad.example.com/x", None)]),
        ("filename|md5", "a|b.exe|" + "a" * 32, [("md5", "a" * 32, None)]),
        ("filename|sha256", "b.exe|" + "a" * 64, [("sha256", "a" * 64, None)]),
        ("malware-sample", "b.exe|" + "a" * 32, [("md5", "a" * 32, None)]),
        ("email-src", "bad@example.com", [("email", "bad@example.com", None)]),
    ],
)
def test_the_type_of_an_attribute_says_what_its_value_is(
    tmp_path: Path, type_: str, value: str, parts: list[tuple[str, str, str | None]]
) -> None:
    collector, report = read_text(tmp_path, json_of(event(attribute(type_, value))))

    assert collector.values() == parts
    assert (report.format, report.records, report.rejected) == ("misp", 1, 0)


def test_types_that_are_none_of_ours_are_left_out_and_counted_by_type(tmp_path: Path) -> None:
    attributes = [attribute("mutex", "a"), attribute("mutex", "b"), attribute("uri", "/gate.php")]

    collector, report = read_text(tmp_path, json_of(event(*attributes, attribute("md5", "a" * 32))))

    assert collector.pairs() == [("md5", "a" * 32)]
    assert report.left_out == (("attributes of type `mutex`", 2), ("attributes of type `uri`", 1))
    assert report.rejected == 0


def test_attributes_that_are_not_meant_for_detection_are_left_out_unless_the_feed_says_otherwise(
    tmp_path: Path,
) -> None:
    text = json_of(event(attribute("ip-dst", "192.0.2.1"), attribute("ip-dst", "192.0.2.2", to_ids=False)))

    collector, report = read_text(tmp_path, text)
    all_of_them, _ = read_text(tmp_path, text, to_ids_only=False)

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    assert report.left_out == (("attributes with `to_ids` false (`to_ids_only: false` takes them)", 1),)
    assert all_of_them.pairs() == [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]


def test_what_is_deleted_or_has_decayed_is_left_out(tmp_path: Path) -> None:
    decayed = [{"score": 3.0, "decayed": True}]
    attributes = [
        attribute("ip-dst", "192.0.2.1", deleted=True),
        attribute("ip-dst", "192.0.2.2", deleted="1"),
        attribute("ip-dst", "192.0.2.3", decay_score=decayed),
        attribute("ip-dst", "192.0.2.4", decay_score=[*decayed, {"score": 61.5, "decayed": False}]),
    ]

    collector, report = read_text(tmp_path, json_of(event(*attributes)))

    assert collector.pairs() == [("ipv4", "192.0.2.4")]
    assert [shared.confidence for shared in collector.shared] == [62]
    assert report.left_out == (("deleted attributes", 2), ("decayed attributes", 1))


def test_attributes_of_objects_are_read_with_their_object_beside_them(tmp_path: Path) -> None:
    of_file = {"name": "file", "uuid": "u", "first_seen": "2026-01-02T00:00:00+00:00"}
    gone = {"name": "file", "deleted": True, "Attribute": [attribute("md5", "b" * 32)]}
    objects = [{**of_file, "Attribute": [attribute("filename", "a.exe"), attribute("md5", "a" * 32)]}, gone]

    collector, report = read_text(tmp_path, json_of(event(Object=objects)))

    assert collector.pairs() == [("md5", "a" * 32)]
    assert collector.contexts()[0]["Object"] == of_file
    assert collector.rows[0][4] == 1767312000000
    assert report.left_out == (("attributes of type `filename`", 1), ("deleted attributes", 1))


def test_tags_become_tlp_confidence_and_tags_and_the_attributes_own_come_first(tmp_path: Path) -> None:
    confidence = 'misp:confidence-level="usually-confident"'
    galaxy = {"GalaxyCluster": [{"value": "APT28", "tag_name": 'misp-galaxy:threat-actor="APT28"'}]}
    attributes = [
        attribute("ip-dst", "192.0.2.1"),
        attribute("ip-dst", "192.0.2.2", Tag=[{"name": "tlp:red"}, {"name": "c2"}]),
    ]

    text = json_of(event(*attributes, Tag=[{"name": "tlp:white"}, {"name": confidence}], Galaxy=[galaxy]))
    collector, _ = read_text(tmp_path, text)

    of_event = (confidence, 'misp-galaxy:threat-actor="APT28"')
    assert [(one.tlp, one.confidence, one.tags) for one in collector.shared] == [
        ("clear", 75, of_event),
        ("red", 75, ("c2", *of_event)),
    ]
    assert collector.contexts()[0]["Event"]["galaxies"] == "APT28"


def test_the_event_goes_with_each_attribute_and_a_samples_file_does_not(tmp_path: Path) -> None:
    sample = attribute("malware-sample", "a.exe|" + "a" * 32, data="UEsDBA==", timestamp="1767312000")

    text = json_of(event(sample, threat_level_id="1", analysis="2", Orgc={"name": "A team"}))
    collector, _ = read_text(tmp_path, text)

    (context,) = collector.contexts()
    assert context["Event"] == {
        "uuid": EVENT_UUID,
        "info": "A campaign",
        "threat_level_id": "1",
        "threat_level": "high",
        "analysis": "2",
        "analysis_state": "completed",
        "org": "A team",
    }
    assert "data" not in context
    assert collector.categories() == ["Network activity"]
    # MISP's own decay counts from the last change, too, where nobody says when it was last seen.
    assert collector.rows[0][4:7] == (None, 1767312000000, None)


@pytest.mark.parametrize(
    "text",
    [
        json_of(event(attribute("ip-dst", "192.0.2.1"), attribute("ip-dst", "192.0.2.2"))),
        json_of([event(attribute("ip-dst", "192.0.2.1")), event(attribute("ip-dst", "192.0.2.2"))]),
        json_of({"response": [event(attribute("ip-dst", "192.0.2.1")), event(attribute("ip-dst", "192.0.2.2"))]}),
        json_of({"response": {"Attribute": [attribute("ip-dst", f"192.0.2.{n}", Event={"id": "1"}) for n in (1, 2)]}}),
        b"\n".join(json_of(event(attribute("ip-dst", f"192.0.2.{n}"))) for n in (1, 2)),
    ],
    ids=["an event", "events", "the API's events", "the API's attributes", "events one behind the other"],
)
def test_events_come_in_several_forms(tmp_path: Path, text: bytes) -> None:
    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]
    assert (report.format, report.records, report.rejected) == ("misp", 2, 0)


@pytest.mark.parametrize(
    "bad",
    [
        attribute("ip-dst|port", "192.0.2.1"),
        attribute("filename|md5", "|" + "a" * 32),
        {"type": 7, "value": "x", "to_ids": True},
        {"type": "md5", "to_ids": True},
        "not an object",
        {"type": "md5", "value": "a" * 32, "to_ids": True, "comment": "x" * 1_100_000},
    ],
)
def test_a_bad_attribute_is_refused_and_the_next_is_read(tmp_path: Path, bad: Any) -> None:
    collector, report = read_text(tmp_path, json_of(event(bad, attribute("ip-dst", "192.0.2.2"))))

    assert collector.pairs() == [("ipv4", "192.0.2.2")]
    assert [reject.place for reject in report.rejects] == [1]


def test_a_document_that_is_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    text = json_of({"response": [event(attribute("ip-dst", f"192.0.2.{number}")) for number in range(1, 4)]})

    collector, report = read_text(tmp_path, text[:-30])

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]
    assert "ends in the middle" in report.rejects[0].reason


@pytest.mark.parametrize(
    "deep",
    [
        b'{"Event":{"Attribute":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}}",
        b'{"Event":{"info":' + b'{"a":' * 1_000_000 + b"1" + b"}" * 1_000_000 + b"}}",
        b'{"response":[' * 1_000_000,
        b'{"Event":{"Attribute":[{"type":"md5","value":"\xff\xfe"}]}}',
        b'{"Event":{"Attribute":"none"}}',
        b'{"Event":[]}',
        b'[{"Event":{"Attribute":null}}]',
    ],
    ids=["deep arrays", "deep objects", "endless answers", "no UTF-8", "no list", "no event", "nothing"],
)
def test_a_hostile_document_is_turned_away_in_words(tmp_path: Path, deep: bytes) -> None:
    with pytest.raises(FeedError, match="it holds no indicators"):
        read_text(tmp_path, deep, format="misp")


def test_an_event_with_endless_tags_and_titles_does_not_grow_with_each_attribute(tmp_path: Path) -> None:
    tags = [{"name": f"tag {number} " + "x" * 1000} for number in range(5000)]
    attributes = [attribute("md5", f"{number:032x}") for number in range(100)]

    collector, _ = read_text(tmp_path, json_of(event(*attributes, Tag=tags) | {}), "feed.json")

    assert len(collector.shared[0].tags) == 100
    assert all(len(tag) <= 255 for tag in collector.shared[0].tags)
    assert max(len(row[7] or b"") for row in collector.rows) < 2000
