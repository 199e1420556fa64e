"""`vedette explain --generation` and `--detection`: a decision replayed against any kept generation."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli.command import vedette

CONFIGURATION = """
feeds:
  bad: {path: bad.txt, kind: domain, confidence: 60}
inputs:
  log: {type: file, path: events.log}
profiles:
  default: {rules: {HOST: {type: domain, regex: 'host=(\\S+)'}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vedette.yaml").write_text(CONFIGURATION)
    (tmp_path / "bad.txt").write_text("gate.example\n")
    (tmp_path / "events.log").write_text("host=www.gate.example\n" * 3)
    assert vedette("run", "-c", tmp_path / "vedette.yaml").returncode == 0
    return tmp_path


def ids_in(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "vedette-state" / "detections.db")) as store:
        return [row[0] for row in store.execute("SELECT id FROM detections ORDER BY seq")]


def test_a_detection_is_held_against_what_its_event_raises_now(folder: Path) -> None:
    _, last = ids_in(folder)

    same = vedette("explain", "-c", folder / "vedette.yaml", "--detection", last)

    assert same.returncode == 0, same.stderr
    assert "variant parent domain" in same.stdout
    assert "stands for 2 since" in same.stdout
    assert "Now: generation 1 has the same." in same.stdout
    assert "SHA-256" in same.stdout


def test_what_has_changed_since_is_said_and_the_kept_generation_still_says_the_same(folder: Path) -> None:
    first, _ = ids_in(folder)
    (folder / "vedette.yaml").write_text(CONFIGURATION.replace("60", "90"))
    ask = ("explain", "-c", folder / "vedette.yaml", "--detection", first, "--format", "json")

    now, then = vedette(*ask), vedette(*ask, "--generation", "1")

    record = json.loads(now.stdout.splitlines()[-1])
    assert record["generation"] == 2
    assert ["entry.confidence", 60, 90] in [list(one.values()) for one in record["differences"]]
    assert json.loads(then.stdout.splitlines()[-1])["differences"] == []
    (answer,) = json.loads(then.stdout.splitlines()[0])["questions"][1]["answers"]
    assert answer["variant"] == "parent domain"
    assert len(answer["feed_version"]["sha256"]) == 64


def test_a_generation_that_somebody_deleted_is_said_to_be_gone_and_its_number_is_not_given_again(folder: Path) -> None:
    first, _ = ids_in(folder)
    generations = folder / "vedette-state" / "generations"
    ask = ("explain", "-c", folder / "vedette.yaml", "--detection", first)
    shutil.rmtree(generations / "000001")

    replayed, asked = vedette(*ask), vedette(*ask, "--generation", "1")

    assert "Then: generation 1 is not kept any more." in replayed.stdout
    assert "Now: generation 2 has the same." in replayed.stdout
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "no generation 1; there are: 2" in asked.stderr


def test_a_detection_names_the_version_of_its_feed_and_the_replay_says_when_there_is_another(folder: Path) -> None:
    first, _ = ids_in(folder)
    version = hashlib.sha256((folder / "bad.txt").read_bytes()).hexdigest()[:16]
    (folder / "bad.txt").write_text("gate.example\nother.example\n")

    replayed = vedette("explain", "-c", folder / "vedette.yaml", "--detection", first, "--format", "json")

    record = json.loads(replayed.stdout.splitlines()[-1])
    assert record["then"]["feed_version"] == version
    assert [one["what"] for one in record["differences"]] == ["entry.feed_version"]


def test_rules_and_lists_that_have_changed_since_are_named(folder: Path) -> None:
    first, _ = ids_in(folder)
    ask = ("explain", "-c", folder / "vedette.yaml", "--detection", first)

    same = vedette(*ask)
    (folder / "vedette.yaml").write_text(
        CONFIGURATION + "severity: [{add: -1}]\nthrottle: {intervals_s: [5]}\nallowlist: "
        "{entries: [{value: x.example, owner: soc, reason: ours, expires: never}]}\n"
    )
    other = vedette(*ask, "--format", "json")

    assert "Then: the same rules and lists were in force as now." in same.stdout
    assert sorted(json.loads(other.stdout.splitlines()[-1])["changed_since"]) == ["allowlist", "severity", "throttle"]


def test_an_explanation_says_by_what_the_throttle_knows_a_match_and_what_was_sent_last(folder: Path) -> None:
    _, last = ids_in(folder)
    ask = ("explain", "-c", folder / "vedette.yaml")

    known = vedette(*ask, "host=www.gate.example", "--format", "json")
    other = vedette(*ask, "src=10.0.0.1 dst=192.0.2.9 host=gate.example", "--format", "json")
    shown = vedette(*ask, "host=www.gate.example")

    def throttled(stdout: str) -> Any:
        (told,) = [
            answer["throttle"]
            for step in map(json.loads, stdout.splitlines())
            for question in step["questions"]
            for answer in question["answers"]
        ]
        return told

    assert throttled(known.stdout)["key"] == {"near": "", "far": ""}
    assert throttled(known.stdout)["last"]["id"] == last
    assert throttled(known.stdout)["last"]["count"] == 2
    assert throttled(other.stdout) == {"key": {"near": "10.0.0.1", "far": "192.0.2.9"}, "last": None}
    assert last in shown.stdout


def test_the_ends_and_the_action_of_an_event_are_in_the_severitys_steps(folder: Path) -> None:
    event = "CEF:0|Fw|Fw|1|1|traffic|5|src=10.0.0.1 dst=93.184.216.34 act=allowed host=gate.example"

    shown = vedette("explain", "-c", folder / "vedette.yaml", event)
    (step,) = map(
        json.loads, vedette("explain", "-c", folder / "vedette.yaml", event, "--format", "json").stdout.splitlines()
    )

    assert "near end 10.0.0.1, far end 93.184.216.34, action allowed: outbound" in shown.stdout
    assert (step["near"], step["far"], step["action"], step["direction"]) == (
        "10.0.0.1",
        "93.184.216.34",
        "allowed",
        "outbound",
    )
    judgement = step["questions"][0]["answers"][0]["judgement"]
    assert judgement["severity_steps"][-1] == {"what": "direction outbound, action allowed", "change": 1}


def test_an_event_that_raises_nothing_any_more_says_so(folder: Path) -> None:
    first, _ = ids_in(folder)
    (folder / "bad.txt").write_text("other.example\n")

    done = vedette("explain", "-c", folder / "vedette.yaml", "--detection", first)

    assert "Now: generation 2 has no such detection of this event." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--generation", "7", "x"), "no generation 7; there are: 1"),
        (("--detection", "nope"), "there is no detection 'nope'"),
        ((), "say what to explain"),
        (("x", "--detection", "y"), "say what to explain"),
    ],
)
def test_what_cannot_be_explained_is_said(folder: Path, arguments: tuple[str, ...], why: str) -> None:
    done = vedette("explain", "-c", folder / "vedette.yaml", *arguments)

    assert done.returncode != 0
    assert why in done.stderr


def test_a_lookup_of_nothing_known_ends_as_grep_does(folder: Path) -> None:
    known = vedette("lookup", "-c", folder / "vedette.yaml", "gate.example", "good.example", "--format", "json")
    unknown = vedette("lookup", "-c", folder / "vedette.yaml", "good.example")
    below = vedette("lookup", "-c", folder / "vedette.yaml", "www.gate.example", "--format", "json")

    assert (known.returncode, unknown.returncode) == (0, 1)
    assert json.loads(below.stdout)["variant"] == "parent domain"
