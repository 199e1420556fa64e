"""What is quarantined, held back, expired or cold goes where it should, and every detection of it is counted."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from cli.command import vedette
from engine.starting import port_of, running, say, tcp_input
from vedette.config.settings import Configuration
from vedette.engine.allowlist_watch import AllowlistWatch
from vedette.engine.assembly import assemble
from vedette.engine.counts import Counts, total
from vedette.engine.judging import judge_of

FEED = """\
value,until
plain.example,
listed.example,
quiet.example,
old.example,2020-01-01
denied.example,
internal.example,
"""
AN_HOUR_AGO = time.time() - 3600
EVENTS = """\
plain.example
listed.example
quiet.example
old.example
denied.example
internal.example
old.example and plain.example
quiet.example and a.quiet.example
nothing
"""


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "feed.csv").write_text(FEED)
    os.utime(tmp_path / "feed.csv", (AN_HOUR_AGO, AN_HOUR_AGO))
    (tmp_path / "events.log").write_text(EVENTS)
    (tmp_path / "denied.txt").write_text("denied.example\ninternal.example\n")
    (tmp_path / "internal.txt").write_text("internal.example\n")
    (tmp_path / "lists").mkdir()
    harmless = {"name": "Harmless", "type": "hostname", "list": ["listed.example"], "matching_attributes": ["domain"]}
    (tmp_path / "lists" / "harmless.json").write_text(json.dumps(harmless))
    (tmp_path / "allow.csv").write_text("value,owner,reason,expires\nquiet.example,soc,ours,never\n")
    return {
        "state": str(tmp_path / "state"),
        "inputs": {"log": {"type": "file", "path": str(tmp_path / "events.log")}},
        "feeds": {
            "demo": {
                "path": str(tmp_path / "feed.csv"),
                "fields": [{"field": "value", "kind": "domain"}],
                "valid_until_field": "until",
            },
            "FalsePositive": {"path": str(tmp_path / "denied.txt"), "kind": "domain"},
            "InternalTI": {"path": str(tmp_path / "internal.txt"), "kind": "domain"},
        },
        "warninglists": {"path": str(tmp_path / "lists"), "outcome": "quarantine"},
        "allowlist": {"path": str(tmp_path / "allow.csv")},
        # Each match by itself: repeats are the throttle's tests.
        "throttle": {"enabled": False},
        "outputs": {
            "all": {"type": "file", "path": str(tmp_path / "all.json")},
            "cold": {"type": "file", "path": str(tmp_path / "cold.json"), "cold": "only"},
        },
    }


def run(settings: dict[str, Any]) -> Counts:
    engine = assemble(Configuration.model_validate(settings))
    asyncio.run(engine.run())
    return total(engine.counts.values())


def sent(path: Path) -> list[str]:
    return [f"{line['feed']} {line['observed']}" for line in map(json.loads, path.read_text().splitlines())]


def test_every_match_is_sent_or_counted(settings: dict[str, Any], tmp_path: Path) -> None:
    counts = run(settings)

    assert counts == Counts(received=9, matched=4, unmatched=5, detections=5, quarantined=1, held_back=4, expired=2)
    assert counts.received == counts.matched + counts.unmatched + counts.ignored + counts.dropped
    assert sorted(sent(tmp_path / "all.json")) == [
        "InternalTI internal.example",
        "demo internal.example",
        "demo plain.example",
        "demo plain.example",
    ]
    assert not (tmp_path / "cold.json").exists()


def test_cold_detections_go_only_where_they_are_wanted(settings: dict[str, Any], tmp_path: Path) -> None:
    counts = run({**settings, "cold": True})

    assert (counts.detections, counts.expired) == (7, 0)
    assert sent(tmp_path / "cold.json") == ["demo old.example", "demo old.example"]
    assert "demo old.example" not in sent(tmp_path / "all.json")
    first = json.loads((tmp_path / "cold.json").read_text().splitlines()[0])
    assert (first["cold"], first["severity"], first["expired"]) == (True, 1, "valid until 2020-01-01T00:00:00Z")


def test_the_ends_and_the_action_of_an_event_move_the_severity(settings: dict[str, Any], tmp_path: Path) -> None:
    cef = "CEF:0|Fw|Fw|1|1|traffic|5|src=10.0.0.1 dst=93.184.216.34 act={} dhost=plain.example\n"
    (tmp_path / "events.log").write_text(cef.format("allowed") + cef.format("blocked"))

    run(settings)

    first, second = map(json.loads, (tmp_path / "all.json").read_text().splitlines())
    assert first["severity_steps"][1:] == [{"what": "direction outbound, action allowed", "change": 1}]
    assert second["severity_steps"][1:] == [{"what": "action blocked", "change": -1}]


def test_what_was_held_back_is_counted_over_restarts_and_listed(settings: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "vedette.yaml").write_text(json.dumps(settings))
    run(settings)
    run(settings)

    done = vedette("allowlist", "list", "-c", tmp_path / "vedette.yaml", "--format", "json")

    listed = {one["value"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert (listed["quiet.example"]["owner"], listed["quiet.example"]["held_back"]) == ("soc", 6)
    assert listed["feed FalsePositive"]["held_back"] == 2
    assert listed["quiet.example"]["last_held_back"]


def test_a_generation_says_which_of_its_entries_warninglists_know(settings: dict[str, Any], tmp_path: Path) -> None:
    run(settings)

    manifest = json.loads((tmp_path / "state" / "generations" / "000001" / "manifest.json").read_text())
    assert {feed["name"]: feed.get("warninglists") for feed in manifest["feeds"]}["demo"] == {"Harmless": 1}


def test_a_list_whose_regex_is_stopped_at_its_limit_is_told_of(settings: dict[str, Any], tmp_path: Path) -> None:
    hostile = {"name": "Hostile", "type": "regex", "list": ["(a+)+$"], "matching_attributes": ["domain"]}
    (tmp_path / "lists" / "hostile.json").write_text(json.dumps(hostile))
    (tmp_path / "feed.csv").write_text(f"value,until\n{'a' * 40}.example,\n")
    (tmp_path / "events.log").write_text(f"{'a' * 40}.example\n")

    with capture_logs() as logs:
        counts = run(settings)

    told = [line["list"] for line in logs if line["event"] == "warninglist.over_match_limit"]
    assert counts.detections == 1
    assert set(told) == {"Hostile"}


def test_how_long_indicators_count_needs_no_new_generation(settings: dict[str, Any], tmp_path: Path) -> None:
    run(settings)
    settings["feeds"]["demo"] |= {"retention_days": 0.01}

    counts = run(settings)

    assert (counts.expired, counts.held_back) == (10, 0)
    assert [path.name for path in (tmp_path / "state" / "generations").glob("0*")] == ["000001"]


def test_a_changed_allowlist_is_in_force_without_a_restart(settings: dict[str, Any], tmp_path: Path) -> None:
    async def changing() -> tuple[int, int]:
        live = {**settings, "inputs": tcp_input(0), "outputs": {}, "feeds_check_s": 0}
        async with running(Configuration.model_validate(live)) as engine:
            await say(port_of(engine), b"plain.example\n")
            before = total(engine.counts.values()).detections
            with (tmp_path / "allow.csv").open("a") as file:
                file.write("plain.example,soc,ours,never\n")
            engine.look_again()
            await asyncio.sleep(1.5)
            await say(port_of(engine), b"plain.example\n")
            return before, total(engine.counts.values()).held_back

    assert asyncio.run(changing()) == (1, 1)


def test_an_allowlist_with_mistakes_leaves_the_old_one_in_force(settings: dict[str, Any], tmp_path: Path) -> None:
    configuration = Configuration.model_validate(settings)
    judge = judge_of(configuration)
    watch = AllowlistWatch(judge, configuration.allowlist)

    (tmp_path / "allow.csv").write_text("value,owner\nplain.example,soc\n")
    watch.look()

    assert [one.value for one in judge.allowlist.entries] == ["quiet.example"]


def test_the_file_need_not_change_to_be_kept(settings: dict[str, Any]) -> None:
    configuration = Configuration.model_validate(settings)
    judge = judge_of(configuration)
    before = judge.allowlist

    AllowlistWatch(judge, configuration.allowlist).look()

    assert judge.allowlist is before
