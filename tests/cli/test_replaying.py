"""`vedette explain --generation` and `--detection`: a decision replayed against any kept generation."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

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
