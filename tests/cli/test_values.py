"""`vedette lookup`, `explain` and `normalise`: single values and single events."""

import json
from pathlib import Path

import pytest

from cli.command import vedette
from cli.test_index import built


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return built(tmp_path, "198.51.100.0/24", "203.0.113.9", "bad.example.com", "http://bad.example.com/x/y.exe")


def test_a_defanged_value_is_looked_up(index: Path) -> None:
    done = vedette("lookup", "--index", index, "--format", "json", "www.bad[.]example[.]com", "198.51.100[.]7")

    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["kind"], one["indicator"], one["scope"]) for one in found] == [
        ("domain", "bad.example.com", "subdomains"),
        ("cidr", "198.51.100.0/24", "network"),
    ]


@pytest.mark.parametrize(
    ("value", "indicator", "how"),
    [
        ("3405803785", "203.0.113.9", "integer address"),
        ("0xcb007109", "203.0.113.9", "hex address"),
        ("203%2e0.113.9", "203.0.113.9", "percent-encoded"),
        ("bad&#46;example.com", "bad.example.com", "html entity"),
        ("hxxp://bad.example[.]com/x/y.exe", "http://bad.example.com/x/y.exe", "defanged"),
    ],
)
def test_a_disguised_value_is_looked_up_and_its_disguise_is_said(
    index: Path, value: str, indicator: str, how: str
) -> None:
    done = vedette("lookup", "--index", index, "--format", "json", value)

    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (indicator, value, how) in [(one["indicator"], one["observed"], one["obfuscation"]) for one in found]


def test_what_no_feed_knows_is_counted(index: Path) -> None:
    done = vedette("lookup", "--index", index, "good.example.org", "203.0.113.9")

    assert done.returncode == 0
    assert "good.example.org is known to no feed\n1 of 2 known to no feed" in done.stderr


def test_what_looks_like_no_indicator_is_refused_with_the_kinds_and_the_others_are_looked_up(index: Path) -> None:
    done = vedette("lookup", "--index", index, "what is this", "203.0.113.9")

    assert done.returncode == 1
    assert "sha256" in done.stderr
    assert "203.0.113.9" in done.stdout


@pytest.mark.parametrize("format_", ["table", "csv", "cef", "json"])
def test_every_format_names_the_indicator(index: Path, format_: str) -> None:
    done = vedette("lookup", "--index", index, "--format", format_, "203.0.113.9")

    assert "203.0.113.9" in done.stdout


def test_an_explanation_says_what_was_taken_asked_and_answered(index: Path) -> None:
    done = vedette(
        "explain", "--index", index, "--format", "json", "GET http://WWW.bad.example.com:80/x/../x/y.exe 10.0.0.1"
    )

    steps = [json.loads(line) for line in done.stdout.splitlines()]
    questions = [question for step in steps for question in step["questions"]]
    answers = {(one["kind"], one["indicator"]) for question in questions for one in question["answers"]}
    assert {step["observed"] for step in steps} >= {"10.0.0.1"}
    assert ("url", "bad.example.com/x/y.exe") in {(one["kind"], one["normal_form"]) for one in questions}
    assert answers == {("url", "http://bad.example.com/x/y.exe"), ("domain", "bad.example.com")}


def test_the_tree_of_an_explanation_ends_with_its_outcome(index: Path) -> None:
    known = vedette("explain", "--index", index, "dst=203.0.113.9")
    unknown = vedette("explain", "--index", index, "dst=203.0.113.10")

    assert "known by bad as Bad" in known.stdout
    assert "raises no detection" in unknown.stdout


LISTENING = """
feeds:
  bad: {path: feed.txt, format: csv, fields: [{field: value, category: Bad, rules: [DST]}]}
profiles:
  default:
    rules:
      DST: {type: ip, regex: 'dst=(\\S+)'}
      SRC: {type: ip, regex: 'src=(\\S+)'}
"""


def test_an_explanation_knows_which_rules_a_feed_listens_to(tmp_path: Path) -> None:
    (tmp_path / "feed.txt").write_text("value\n203.0.113.9\n203.0.113.10\n")
    (tmp_path / "vedette.yaml").write_text(LISTENING)

    heard = vedette("explain", "-c", tmp_path / "vedette.yaml", "dst=203.0.113.9 src=10.0.0.1")
    unheard = vedette("explain", "-c", tmp_path / "vedette.yaml", "dst=10.0.0.1 src=203.0.113.9")

    assert heard.stdout.endswith("1 entry answered.\n")
    assert "no detection: the feed listens to other rules" in unheard.stdout
    assert unheard.stdout.endswith("this event raises no detection.\n")


JUDGED = """
feeds:
  bad: {path: feed.txt, confidence: 90}
allowlist:
  entries: [{value: 203.0.113.10, owner: soc, reason: our scanner, expires: never}]
severity: [{when: {observed: bogon}, add: -2, why: nobody has it}]
"""


def test_an_explanation_says_what_becomes_of_each_answer(tmp_path: Path) -> None:
    (tmp_path / "feed.txt").write_text("203.0.113.9\n203.0.113.10\n")
    (tmp_path / "vedette.yaml").write_text(JUDGED)

    bad = vedette("explain", "-c", tmp_path / "vedette.yaml", "dst=203.0.113.9")
    held = vedette("explain", "-c", tmp_path / "vedette.yaml", "dst=203.0.113.10")
    record = json.loads(vedette("explain", "-c", tmp_path / "vedette.yaml", "--format", "json", "203.0.113.9").stdout)

    assert "severity 7 = confidence 90: +9, nobody has it: -2" in bad.stdout
    assert "held back by the allowlist's `203.0.113.10` of soc: our scanner" in held.stdout
    assert held.stdout.endswith("What answered is held back or counts no more: this event raises no detection.\n")
    (answer,) = [one for question in record["questions"] for one in question["answers"]]
    assert answer["judgement"]["severity"] == 7


def test_what_a_scan_did_not_print_is_in_its_last_line(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text("value,until\n203.0.113.9,2020-01-01\n203.0.113.10,\n203.0.113.11,\n")
    feed = "feeds: {bad: {path: feed.csv, valid_until_field: until, fields: [{field: value}]}}\n"
    (tmp_path / "vedette.yaml").write_text(feed + JUDGED[JUDGED.index("allowlist") :])

    done = vedette("scan", "-c", tmp_path / "vedette.yaml", "-", stdin=b"203.0.113.9 203.0.113.10\n203.0.113.11\n")

    assert "2 events = 1 matched + 1 unmatched + 0 ignored" in done.stderr
    assert "1 detections (1 more held back, 1 more expired)" in done.stderr


def test_a_normal_form_is_printed_or_refused_in_words() -> None:
    good = vedette("normalise", "url", "hxxp://WWW.Example[.]com:80/a/../b?")
    bad = vedette("normalise", "sha256", "abc")

    assert "example.com/b" in good.stdout
    assert bad.returncode == 1
    assert "64" in bad.stderr
