"""Warninglists in MISP's shape are read, asked, and do what the configuration says; nothing of theirs is dropped."""

import json
from pathlib import Path
from typing import Any

import pytest

from made_detections import NOON, made_entry
from shared_data import SHARED, needs_shared_data
from vedette.config.harm import SeverityRule, WarninglistTerms, When
from vedette.config.harm import Warninglists as Settings
from vedette.detections.judgement import Judge
from vedette.detections.warninglists.outcomes import with_list_names
from vedette.detections.warninglists.reading import package_folder
from vedette.detections.warninglists.warninglists import Warninglists

SAMPLES: tuple[tuple[str, str, list[str], list[str] | None], ...] = (
    ("public-dns", "cidr", ["192.0.2.53", "198.51.100.0/24", "nobody"], ["ip-src", "ip-dst", "domain|ip"]),
    ("top-sites", "hostname", [".Sites.example", "www.other.example", "github.io"], ["hostname", "domain", "url"]),
    ("names-only", "hostname", ["names.example"], ["hostname"]),
    ("exact", "string", ["exact.example", "0" * 32, "http://exact.example/a", "10.0.0.0/8"], None),
    ("dotted", "string", [".dotted.example"], ["domain", "url"]),
    ("tlds", "string", ["COM", "example"], ["hostname", "domain"]),
    ("throwaway", "substring", ["@throw"], ["email-src"]),
    ("contacts", "regex", ["/^(security|noc)\\@.*$/i"], ["email-dst"]),
    ("phones", "regex", ["/[0-9]+/"], ["phone-number"]),
)


def document(name: str, sort: str, values: list[str], attributes: list[str] | None) -> dict[str, Any]:
    shape: dict[str, Any] = {"name": f"List of {name}", "description": "", "type": sort, "version": 1, "list": values}
    return shape if attributes is None else {**shape, "matching_attributes": attributes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, sort, values, attributes in SAMPLES:
        (tmp_path / "lists" / name).mkdir(parents=True)
        text = json.dumps(document(name, sort, values, attributes))
        (tmp_path / "lists" / name / "list.json").write_text(text)
    return tmp_path / "lists"


@pytest.mark.parametrize(
    ("kind", "normal_form", "names"),
    [
        ("ipv4", "192.0.2.53", ["public-dns"]),
        ("ipv4", "198.51.100.7", ["public-dns"]),
        ("ip_port", "198.51.100.7:53", ["public-dns"]),
        ("url", "198.51.100.7/x", []),
        ("domain", "a.sites.example", ["top-sites"]),
        ("url", "a.sites.example/x", ["top-sites"]),
        ("url", "other.example/x", []),
        ("url", "a.github.io/x", ["top-sites"]),
        ("domain", "asites.example", []),
        ("domain", "a.names.example", ["names-only"]),
        ("url", "names.example/x", []),
        ("domain", "exact.example", ["exact"]),
        ("domain", "a.exact.example", []),
        ("url", "exact.example/a", ["exact"]),
        ("url", "exact.example/b", []),
        ("md5", "0" * 32, ["exact"]),
        ("cidr", "10.0.0.0/8", ["exact"]),
        ("ipv4", "10.0.0.1", []),
        ("domain", "a.dotted.example", ["dotted"]),
        ("domain", "com", ["tlds"]),
        ("domain", "a.com", []),
        ("email", "a@throwaway.example", ["throwaway"]),
        ("email", "noc@a.example", ["contacts"]),
        ("email", "a.noc@a.example", []),
        ("domain", "throw.example", []),
    ],
)
def test_a_list_knows_what_its_sort_and_its_attributes_say(
    folder: Path, kind: str, normal_form: str, names: list[str]
) -> None:
    lists = Warninglists.of(Settings(path=folder))

    assert lists.frozen.lists.ask(kind, normal_form) == tuple(f"List of {name}" for name in names)


def test_what_cannot_be_asked_is_counted_per_list(folder: Path) -> None:
    about = {one.folder: one for one in Warninglists.of(Settings(path=folder)).frozen.about}

    assert (about["public-dns"].values, about["public-dns"].refused) == (3, 1)
    assert about["phones"].kinds == ()


def test_a_file_that_is_no_list_is_named_and_the_others_are_read(folder: Path) -> None:
    (folder / "broken.json").write_text("{")
    (folder / "odd.json").write_text('{"name": "odd", "type": "fuzzy", "list": []}')
    (folder / "twice.json").write_text(json.dumps(document("tlds", "string", ["x"], None)))

    lists = Warninglists.of(Settings(path=folder))

    assert len(lists.faults) == 3
    assert any("broken.json: no warninglist" in fault for fault in lists.faults)
    assert any("stands twice" in fault for fault in lists.faults)
    assert lists.frozen.lists.ask("domain", "com") == ("List of tlds",)


def test_frozen_lists_are_kept_until_a_file_changes(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    Warninglists.of(Settings(path=folder), kept)
    first = sorted(path.name for path in kept.iterdir())
    Warninglists.of(Settings(path=folder), kept)
    again = sorted(path.name for path in kept.iterdir())
    (folder / "tlds" / "list.json").unlink()

    lists = Warninglists.of(Settings(path=folder), kept)

    assert first == again
    assert len(list(kept.iterdir())) == 2
    assert lists.frozen.lists.ask("domain", "com") == ()


def test_a_kept_file_that_is_damaged_is_made_again(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    Warninglists.of(Settings(path=folder), kept)
    (path,) = kept.glob("*.vdx")
    path.write_bytes(path.read_bytes()[:-10])

    assert Warninglists.of(Settings(path=folder), kept).frozen.lists.ask("domain", "com") == ("List of tlds",)


def test_a_known_value_lowers_the_severity_once_and_is_named(folder: Path) -> None:
    judge = Judge(rules=(), warninglists=Warninglists.of(Settings(path=folder, lower_by=4)))
    entry = made_entry(kind="domain", indicator="a.exact.example", normal_form="a.exact.example", confidence=90)

    judgement = judge.judge(entry, "url", "exact.example", now=NOON)

    assert judgement.warninglists == ("List of exact",)
    assert judgement.steps == (("confidence 90", 9), ("warninglist List of exact", -4))
    assert not judgement.quarantined


def test_the_indicator_is_asked_besides_the_observable(folder: Path) -> None:
    judge = Judge(rules=(), warninglists=Warninglists.of(Settings(path=folder)))
    entry = made_entry(kind="domain", indicator="exact.example", normal_form="exact.example")

    judgement = judge.judge(entry, "domain", "b.exact.example", now=NOON)

    assert judgement.warninglists == ("List of exact",)


def test_outcomes_are_those_of_the_configuration_or_else_those_of_the_kind_of_list(folder: Path) -> None:
    terms = {"top-sites": WarninglistTerms(outcome="keep"), "List of exact": WarninglistTerms(outcome="quarantine")}
    lists = Warninglists.of(Settings(path=folder, lists={**terms, "exakt": WarninglistTerms()}))

    outcomes = {name.removeprefix("List of "): outcome for name, (outcome, _) in lists.outcomes.by_name.items()}

    assert (outcomes["top-sites"], outcomes["exact"]) == ("keep", "quarantine")
    assert (outcomes["tlds"], outcomes["public-dns"]) == ("quarantine", "lower")
    assert any("no warninglist `exakt`; did you mean `exact`?" in fault for fault in lists.faults)


def test_a_severity_rule_may_call_a_list_by_its_folders_name(folder: Path) -> None:
    lists = Warninglists.of(Settings(path=folder, outcome="keep"))
    rule = SeverityRule(when=When(warninglist=("exact",)), add=-2)
    judge = Judge(rules=with_list_names((rule,), lists.frozen.about), warninglists=lists)
    entry = made_entry(kind="domain", indicator="exact.example", normal_form="exact.example", confidence=90)

    judgement = judge.judge(entry, "domain", "exact.example", now=NOON)

    assert judgement.steps == (("confidence 90", 9), ("warninglist exact", -2))


def test_a_quarantined_detection_is_kept_and_says_so(folder: Path) -> None:
    judge = Judge(warninglists=Warninglists.of(Settings(path=folder)))

    judgement = judge.judge(made_entry(kind="domain", indicator="com", normal_form="com"), "domain", "com", now=NOON)

    assert judgement.quarantined
    assert judgement.severity == 10


@needs_shared_data
def test_the_real_lists_know_what_they_are_for() -> None:
    lists = Warninglists.of(Settings(path=SHARED / "real" / "feeds" / "misp-warninglists"))
    ask = lists.frozen.lists.ask

    assert lists.faults == ()
    assert ask("ipv4", "192.168.1.1") == ("List of RFC 1918 CIDR blocks", "List of RFC 5735 CIDR blocks")
    assert any("Shorteners" in one for one in ask("url", "adf.ly/x"))
    assert any("google" in one for one in ask("domain", "www.google.ad"))
    assert ask("md5", "d41d8cd98f00b204e9800998ecf8427e")
    assert ask("domain", "clean.vedette.example") == ()


@pytest.mark.slow
@pytest.mark.skipif(package_folder() is None, reason="pymispwarninglists is not installed")
def test_all_lists_of_the_package_are_read(tmp_path: Path) -> None:
    lists = Warninglists.of(Settings(), tmp_path)
    refused = sum(one.refused for one in lists.frozen.about)

    assert lists.faults == ()
    assert len(lists.frozen.about) > 100
    assert refused < sum(one.values for one in lists.frozen.about) / 1000
    assert "List of known IPv4 public DNS resolvers" in lists.frozen.lists.ask("ipv4", "8.8.8.8")
