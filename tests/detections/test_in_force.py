"""What was in force is told apart by short digests: a change of a rule or list changes its own alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from vedette.config.settings import Configuration
from vedette.detections.in_force import changed_since, in_force
from vedette.engine.judging import judge_of


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "lists").mkdir()
    _write_list(tmp_path, "192.0.2.1")
    return {
        "state": str(tmp_path / "state"),
        "feeds": {"bad": {"path": "bad.txt"}},
        "warninglists": {"path": str(tmp_path / "lists")},
    }


def _write_list(folder: Path, value: str) -> None:
    (folder / "lists" / "dns.json").write_text(json.dumps({"name": "dns", "type": "cidr", "list": [value]}))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"profiles": {"default": {"rules": {"R": {"type": "ip", "regex": "x(.+)"}}}}}, "rules"),
        ({"match_limit": 5000}, "match_limit"),
        ({"severity": [{"add": 1}]}, "severity"),
        ({"own": {"names": ["corp.example"]}}, "severity"),
        ({"cold": True}, "expiry"),
        ({"feeds": {"bad": {"path": "bad.txt", "lifetime_days": 3}}}, "expiry"),
        ({"throttle": {"intervals_s": [1]}}, "throttle"),
        ({"allowlist": {"entries": [{"value": "a.b", "owner": "o", "reason": "r", "expires": "never"}]}}, "allowlist"),
        ({"warninglists": None}, "warninglists"),
    ],
)
def test_what_has_changed_is_named_and_nothing_else(
    settings: dict[str, Any], change: dict[str, Any], what: str
) -> None:
    then = judge_of(Configuration.model_validate(settings)).in_force

    now = judge_of(Configuration.model_validate({**settings, **change})).in_force

    assert changed_since(then, now) == (what,)


def test_lists_are_told_apart_by_what_they_say_and_not_by_when_they_were_written(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    def now() -> str:
        return judge_of(Configuration.model_validate(settings)).in_force

    then = now()
    _write_list(tmp_path, "192.0.2.1")
    again = now()
    _write_list(tmp_path, "192.0.2.2")

    assert changed_since(then, again) == ()
    assert changed_since(then, now()) == ("warninglists",)


def test_of_what_is_not_known_nothing_is_said() -> None:
    assert changed_since("", in_force({"rules": "0123abcd"})) is None
    assert changed_since(in_force({"rules": "0123abcd"}), "") is None
