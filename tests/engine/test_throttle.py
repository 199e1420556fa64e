import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from engine.starting import configuration, process, say, tcp_input
from servers.rsyslog import free_port
from vedette.config.allowlist import Allowlist
from vedette.config.settings import Configuration
from vedette.config.throttle import Throttle as Settings
from vedette.engine.assembly import assemble
from vedette.engine.storm import StormWatch
from vedette.matching.throttle import Throttle


def settings_of(folder: Path, events: int) -> Configuration:
    log = folder / "events.log"
    log.write_text("bad gate.example\n" * events)
    inputs = {"log": {"type": "file", "path": log}}
    outputs = {"out": {"type": "file", "path": folder / "out.jsonl"}}
    return configuration(folder, inputs, outputs).model_copy(update={"throttle": Settings()})


def test_what_is_held_at_the_end_is_told_of_in_a_last_detection(tmp_path: Path) -> None:
    engine = assemble(settings_of(tmp_path, 1000))

    asyncio.run(engine.run())

    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["count"] for line in lines] == [1, 999]
    assert lines[0]["id"] != lines[1]["id"]
    assert lines[1]["since"] is not None
    counts = engine.counts["log"]
    assert (counts.received, counts.matched, counts.detections, counts.throttled) == (1000, 1000, 1, 999)


def test_repeats_of_what_the_allowlist_holds_back_are_held_back_and_not_throttled(tmp_path: Path) -> None:
    (tmp_path / "allow.csv").write_text("value,owner,reason,expires\ngate.example,soc,ours,never\n")
    allowlist = Allowlist(path=tmp_path / "allow.csv")
    engine = assemble(settings_of(tmp_path, 1000).model_copy(update={"allowlist": allowlist}))

    asyncio.run(engine.run())

    counts = engine.counts["log"]
    assert (counts.received, counts.matched, counts.unmatched, counts.detections) == (1000, 0, 1000, 0)
    assert (counts.held_back, counts.throttled) == (1000, 0)
    assert not (tmp_path / "out.jsonl").exists() or (tmp_path / "out.jsonl").read_text() == ""


def test_sigterm_sends_what_was_held_back_and_a_new_run_sends_a_first_detection_anew(tmp_path: Path) -> None:
    port = free_port()
    outputs = {"out": {"type": "file", "path": tmp_path / "out.jsonl"}}
    settings = configuration(tmp_path, tcp_input(port), outputs).model_copy(update={"throttle": Settings()})

    async def run(events: int) -> dict[str, Any]:
        with process(settings, tmp_path) as one:
            await one.says("engine.started")
            await say(port, b"bad gate.example\n" * events)
            one.process.terminate()
            assert await one.ended() == 0
            ended = one.event("throttle.ended")
            assert ended is not None
            return ended

    first, second = asyncio.run(run(1000)), asyncio.run(run(10))

    counts = [json.loads(line)["count"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert counts == [1, 999, 1, 9]
    assert [(ended["held"], ended["told_at_the_end"], ended["untold"]) for ended in (first, second)] == [
        (999, 999, 0),
        (9, 9, 0),
    ]


def test_what_is_held_is_told_of_though_the_engine_ends_by_a_fault(tmp_path: Path) -> None:
    engine = assemble(settings_of(tmp_path, 1000))

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    engine.renew = broken
    engine.look_again()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(engine.run())
    again = assemble(settings_of(tmp_path, 0))
    asyncio.run(again.run())

    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    # What was sent when the fault came may be sent once more.
    assert list({line["id"]: line["count"] for line in lines}.values()) == [1, 999]


def test_a_storm_is_told_of_when_it_begins_at_widening_intervals_and_when_it_is_over() -> None:
    now = 0.0
    watch = StormWatch(Throttle(Settings()), 100, (5, 60), lambda: now)
    told = []

    with capture_logs() as logs:
        for second in range(100):
            now = float(second)
            known = len(logs)
            watch.note(500 if second < 80 else 0)
            told += [(second, line["event"]) for line in logs[known:]]

    assert told == [(1, "throttle.storm"), (6, "throttle.storm"), (66, "throttle.storm"), (80, "throttle.storm_over")]
