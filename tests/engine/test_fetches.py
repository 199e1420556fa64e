"""A running engine fetches its feeds when they are due, and takes up what came."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from engine.starting import bad, port_of, running, say, tcp_input
from servers.web import Answer, Asked, Web
from vedette.config.loading import anchored
from vedette.config.settings import Configuration


def configuration(folder: Path, url: str, every_s: float) -> Configuration:
    raw = {
        "state": "state",
        "feeds_check_s": 0,
        "inputs": tcp_input(0),
        "feeds": {"gates": {"kind": "domain", "fetch": {"url": url, "every_s": every_s, "retries": 0}}},
        "profiles": {"default": {"rules": {"BAD": {"type": "domain", "regex": r"bad (\S+)"}}}},
        "throttle": {"enabled": False},
    }
    return anchored(Configuration.model_validate(raw), folder)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


def told(logs: "list[Any]", event: str) -> int:
    return sum(line["event"] == event for line in logs)


def test_what_was_never_fetched_comes_first_and_what_changes_later_is_taken_up(tmp_path: Path) -> None:
    content = [b"other.example\n"]

    async def run() -> tuple[int, int]:
        async with (
            Web(lambda _: Answer(body=content[0])) as web,
            running(configuration(tmp_path, web.url, every_s=0.3)) as one,
        ):
            await say(port_of(one), bad(1))
            before = one.counts["siem"].matched
            content[0] = b"gate.example\n"
            await until(lambda: told(logs, "generation.swapped") > 0)
            await say(port_of(one), bad(2))
            return before, one.counts["siem"].matched

    with capture_logs() as logs:
        matched = asyncio.run(run())

    assert matched == (0, 1)


def test_a_server_that_fails_leaves_what_it_gave_and_is_asked_again(tmp_path: Path) -> None:
    def answer(_: Asked) -> Answer:
        return Answer(body=b"gate.example\n") if works else Answer(500)

    works = True

    async def run() -> int:
        nonlocal works
        async with Web(answer) as web, running(configuration(tmp_path, web.url, every_s=0.2)) as one:
            works = False
            await until(lambda: told(logs, "feed.not_fetched") > 1)
            await say(port_of(one), bad(1))
            return one.counts["siem"].matched

    with capture_logs() as logs:
        assert asyncio.run(run()) == 1

    assert told(logs, "generation.kept") == 0


def test_an_engine_ends_while_a_feed_is_still_coming(tmp_path: Path) -> None:
    slow = iter([Answer(body=b"gate.example\n"), *[Answer(body=b"gate.example\n" * 1000, pause_s=0.5)] * 9])

    async def run() -> float:
        async with Web(lambda _: next(slow)) as web:
            async with running(configuration(tmp_path, web.url, every_s=0.1)):
                await until(lambda: len(web.asked) > 1)
                begun = time.monotonic()
            return time.monotonic() - begun

    assert asyncio.run(run()) < 5
    assert sorted(path.name for path in (tmp_path / "state" / "feeds" / "gates").iterdir()) == [
        "LOCK",
        "content",
        "fetch.json",
    ]
