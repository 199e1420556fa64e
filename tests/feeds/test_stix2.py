"""STIX 2: which indicators count, and what other objects of a document say about them."""

import json
from pathlib import Path

import pytest

from feed_rows import read_text
from feeds.made_stix import MOMENT, bundle_text, indicator, relationship, stix_id, stix_object
from vedette.feeds.formats import stix2_known
from vedette.feeds.formats.stix2_aside import Aside
from vedette.feeds.formats.stix2_objects import DECODER
from vedette.feeds.report import EmptyFeedError
from vedette.feeds.times import milliseconds

NAME = "[domain-name:value = 'evil.example']"
HASH = f"[file:hashes.MD5 = '{'0' * 32}']"
AMBER_STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
WHITE = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"


def test_an_indicator_of_a_bundle_is_read_with_its_times_and_words(tmp_path: Path) -> None:
    phases = [{"kill_chain_name": "mitre-attack", "phase_name": "initial-access"}]
    one = indicator(
        NAME,
        valid_until="2026-04-01T00:00:00Z",
        confidence=85,
        indicator_types=["malicious-activity", "compromised"],
        labels=["phishing"],
        kill_chain_phases=phases,
    )

    collector, report = read_text(tmp_path, bundle_text(one))

    row, shared = collector.rows[0], collector.shared[0]
    assert report.format == "stix2"
    assert row[:3] == ("domain", "evil.example", None)
    assert row[4:7] == (milliseconds(MOMENT), None, milliseconds("2026-04-01T00:00:00Z"))
    assert (shared.category, shared.confidence) == ("malicious-activity", 85)
    assert shared.tags == ("phishing", "malicious-activity", "compromised", "mitre-attack:initial-access")
    assert collector.contexts() == [one]


def test_without_a_confidence_it_is_the_feeds_own(tmp_path: Path) -> None:
    text = bundle_text(indicator(NAME), indicator(HASH, confidence=0))

    collector, _ = read_text(tmp_path, text, confidence=40)

    assert [collector.shared[row[3]].confidence for row in collector.rows] == [40, 0]


def test_labels_of_stix_2_0_say_the_category(tmp_path: Path) -> None:
    one = {key: value for key, value in indicator(NAME).items() if key not in {"spec_version", "pattern_type"}}

    collector, _ = read_text(tmp_path, bundle_text(one | {"labels": ["malicious-activity"]}))

    assert collector.categories() == ["malicious-activity"]


def test_a_revoked_indicator_is_left_out_and_counted_with_its_older_versions(tmp_path: Path) -> None:
    revoked = indicator(NAME, revoked=True, modified="2026-05-01T00:00:00Z")
    text = bundle_text(indicator(NAME), revoked, indicator(HASH))

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("md5", "0" * 32)]
    assert dict(report.left_out) == {"indicators, revoked": 2}
    assert report.rejected == 0


def test_of_two_versions_the_newer_counts_wherever_it_stands(tmp_path: Path) -> None:
    newer = indicator(HASH, "same", modified="2026-03-01T12:00:00.5Z")
    older = indicator(NAME, "same", modified="2026-03-01T12:00:00Z")

    collector, report = read_text(tmp_path, bundle_text(newer, older))

    assert collector.pairs() == [("md5", "0" * 32)]
    assert dict(report.left_out) == {"indicators, superseded by a newer version": 1}


def test_what_is_said_to_be_benign_is_no_indicator(tmp_path: Path) -> None:
    text = bundle_text(indicator(NAME, indicator_types=["benign"]), indicator(HASH))

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("md5", "0" * 32)]
    assert dict(report.left_out) == {"indicators, benign": 1}


def test_observed_data_and_observables_alone_are_no_indicators(tmp_path: Path) -> None:
    seen = [stix_object("ipv4-addr", "a", value="192.0.2.1"), stix_object("observed-data", "b", number_observed=1)]

    with pytest.raises(EmptyFeedError, match=r"observations without an indicator \(2\)") as fault:
        read_text(tmp_path, bundle_text(*seen))

    assert fault.value.report.records == 2


@pytest.mark.parametrize("order", [1, -1])
def test_names_that_relationships_lead_to_are_in_the_context_in_whatever_order(tmp_path: Path, order: int) -> None:
    one = indicator(NAME, created_by_ref=stix_id("identity", "us"))
    malware = stix_object("malware", "m", name="Zloader", is_family=True)
    actor = stix_object("threat-actor", "t", name="Night Heron")
    objects = [
        stix_object("identity", "us", name="Example CERT"),
        malware,
        actor,
        one,
        relationship(one, "indicates", malware),
        relationship(one, "indicates", actor),
        relationship(one, "indicates", stix_object("malware", "old", name="gone"), revoked=True),
    ]

    collector, report = read_text(tmp_path, bundle_text(*objects[::order]))

    context = collector.contexts()[0]
    assert context["created_by"] == "Example CERT"
    assert context["relationships"] == {"indicates": {"malware": ["Zloader"], "threat-actor": ["Night Heron"]}}
    assert context["pattern"] == NAME
    assert (report.records, report.indicators) == (1, 1)


def test_the_strictest_tlp_counts_and_statements_are_kept(tmp_path: Path) -> None:
    own = stix_object("marking-definition", "s", definition_type="statement", definition={"statement": "© Example"})
    one = indicator(NAME, object_marking_refs=[WHITE, AMBER_STRICT, own["id"]])
    parts = indicator(
        HASH, object_marking_refs=[WHITE], granular_markings=[{"marking_ref": AMBER_STRICT, "selectors": ["pattern"]}]
    )

    collector, _ = read_text(tmp_path, bundle_text(one, parts, own))

    assert [collector.shared[row[3]].tlp for row in collector.rows] == ["amber+strict", "amber+strict"]
    assert collector.contexts()[0]["markings"] == ["© Example"]


@pytest.mark.parametrize(
    "words",
    [
        {"definition_type": "tlp", "definition": {"tlp": "red"}},
        {"extensions": {"extension-definition--1": {"extension_type": "property-extension", "tlp_2_0": "red"}}},
        {"name": "TLP:RED"},
    ],
)
def test_a_marking_of_another_id_is_told_by_its_words(tmp_path: Path, words: dict[str, object]) -> None:
    own = stix_object("marking-definition", "own", **words)

    collector, _ = read_text(tmp_path, bundle_text(indicator(NAME, object_marking_refs=[own["id"]]), own))

    assert collector.shared[0].tlp == "red"


def test_no_bundle_can_change_what_a_standard_marking_means(tmp_path: Path) -> None:
    forged = stix_object("marking-definition", "x", name="TLP:CLEAR") | {"id": AMBER_STRICT}

    collector, _ = read_text(tmp_path, bundle_text(indicator(NAME, object_marking_refs=[AMBER_STRICT]), forged))

    assert collector.shared[0].tlp == "amber+strict"


def test_a_pattern_of_which_a_part_is_no_indicator_is_used_and_told(tmp_path: Path) -> None:
    one = indicator("[domain-name:value = 'evil.example' OR file:name = 'evil.exe']")

    collector, report = read_text(tmp_path, bundle_text(one))

    assert collector.pairs() == [("domain", "evil.example")]
    assert report.rejects[0].reason == f"{one['id']}: partly used, without file:name = 'evil.exe'"
    assert dict(report.left_out) == {"patterns, partly used": 1}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"pattern": "[file:name = 'evil.exe']"}, "unsupported: file:name = 'evil.exe'"),
        ({"pattern": "rule evil {}", "pattern_type": "yara"}, "unsupported: a pattern of the type 'yara'"),
        ({"pattern": "[domain-name:value = ]"}, "no STIX pattern: 1:21"),
        ({"pattern": None}, "it has no `pattern`"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_a_reject_with_its_id(
    tmp_path: Path, changed: dict[str, object], reason: str
) -> None:
    bad = indicator(NAME) | changed

    collector, report = read_text(tmp_path, bundle_text(bad, indicator(HASH)))

    assert collector.pairs() == [("md5", "0" * 32)]
    assert report.rejects[0].reason.startswith(f"{bad['id']}: {reason}")
    assert (report.records, report.rejected) == (2, 1)


def test_an_object_of_wrong_types_costs_itself_alone(tmp_path: Path) -> None:
    text = bundle_text(indicator(NAME, labels="phishing"), {"type": 5}, {"id": "x"}, indicator(HASH))

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("md5", "0" * 32)]
    assert [reject.place for reject in report.rejects] == [1, 2, 3]


def test_bytes_that_are_no_utf_8_cost_their_indicator_alone(tmp_path: Path) -> None:
    text = bundle_text(indicator(NAME, description="#"), indicator(HASH)).encode().replace(b"#", b"\xff")

    collector, report = read_text(tmp_path, text)

    assert collector.pairs() == [("md5", "0" * 32)]
    assert report.rejected == 1


def test_a_scope_of_the_feed_narrows_names_but_leaves_masks(tmp_path: Path) -> None:
    text = bundle_text(indicator(NAME), indicator("[url:value LIKE 'http://evil.example/a/%']"))

    collector, _ = read_text(tmp_path, text, scope="host")

    assert collector.values() == [("domain", "evil.example", "host"), ("url", "http://evil.example/a/*", "mask")]


def test_what_is_beyond_a_bound_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stix2_known, "RELATIONSHIPS", 1)
    malware = stix_object("malware", "m", name="Zloader")
    first, second = indicator(NAME), indicator(HASH)
    text = bundle_text(
        malware, first, second, relationship(first, "indicates", malware), relationship(second, "indicates", malware)
    )

    collector, report = read_text(tmp_path, text)

    assert ["relationships" in context for context in collector.contexts()] == [True, False]
    assert dict(report.left_out) == {"relationships beyond what is kept": 1}


def test_one_indicator_with_endless_relationships_keeps_the_first_hundred(tmp_path: Path) -> None:
    many = [stix_object("malware", str(number), name=f"m{number}") for number in range(150)]
    one = indicator(NAME)
    text = bundle_text(one, *many, *(relationship(one, "indicates", malware) for malware in many))

    collector, report = read_text(tmp_path, text)

    assert len(collector.contexts()[0]["relationships"]["indicates"]["malware"]) == 100
    assert dict(report.left_out) == {"relationships beyond what is kept": 50}


def test_an_id_or_a_list_of_any_length_costs_its_object_alone(tmp_path: Path) -> None:
    endless = [relationship(indicator(NAME), "x" * 301, indicator(HASH)), indicator(NAME, labels=["x"] * 301)]

    collector, report = read_text(tmp_path, bundle_text(*endless, indicator(HASH)))

    assert collector.pairs() == [("md5", "0" * 32)]
    assert ["length <= 300" in reject.reason for reject in report.rejects] == [True, True]


def test_what_is_put_aside_comes_back_in_order_from_memory_and_from_disk() -> None:
    raws = [(number, json.dumps({"type": "indicator", "id": str(number)}).encode()) for number in range(100)]

    with Aside(in_memory_bytes=20_000) as aside:
        for number, raw in raws:
            aside.put(number, raw, DECODER.decode(raw))
        came_back = list(aside)

    assert [(number, raw) for number, raw, _ in came_back] == raws
    assert 0 < sum(told is None for _, _, told in came_back) < len(raws)


def test_indicators_from_disk_are_read_as_those_from_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = bundle_text(*(indicator(f"[domain-name:value = 'e{number}.example']", labels=["x"]) for number in range(9)))
    held, _ = read_text(tmp_path, text)

    monkeypatch.setattr(Aside.__init__, "__defaults__", (2000,))
    spilled, _ = read_text(tmp_path, text)

    assert spilled.rows == held.rows
