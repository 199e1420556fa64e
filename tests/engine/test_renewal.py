"""Generations take each other's place while events are matched: none is lost, and the new one answers."""

import asyncio
from pathlib import Path

from engine.starting import bad, configuration, port_of, running, say, tcp_input
from engine.test_engine import until
from vedette.config.settings import Configuration
from vedette.engine.generation import generations_of
from vedette.store.store import Store


def quick(folder: Path) -> Configuration:
    """A configuration that looks at its feeds as often as it may."""
    chosen = configuration(folder, tcp_input(0), {})
    return chosen.model_copy(update={"feeds_check_s": 0.05})


async def generations_seen(state: Path) -> list[int]:
    """The generation of every detection kept, in their order."""
    store = Store(state / "detections.db")
    try:
        return [detection.generation for _, detection in await store.after(0, 10_000)]
    finally:
        store.close()


def test_a_changed_feed_is_taken_up_under_a_stream_and_no_event_is_lost(tmp_path: Path) -> None:
    async def scenario() -> None:
        chosen = quick(tmp_path)
        async with running(chosen) as one:
            for number in range(60):
                await say(port_of(one), bad(number) * 5)
                if number == 10:
                    (tmp_path / "feed.txt").write_text("gate.example\nother.example\n")
                await asyncio.sleep(0.02)
            await until(lambda: one.counts["siem"].received == 300)
            assert one.counts["siem"].matched == 300

        seen = await generations_seen(chosen.state)
        assert len(seen) == 300
        assert seen == sorted(seen)
        assert set(seen) == {1, 2}

    asyncio.run(scenario())


def test_a_generation_gone_back_to_is_taken_up_when_asked(tmp_path: Path) -> None:
    async def scenario() -> None:
        chosen = configuration(tmp_path, tcp_input(0), {}).model_copy(update={"feeds_check_s": 0})
        async with running(chosen) as one:
            (tmp_path / "feed.txt").write_text("gate.example\nother.example\n")
            one.look_again()
            await until(lambda: len(generations_of(chosen.state).list()) == 2)
            await asyncio.sleep(0.3)
            await say(port_of(one), bad(1))
            generations_of(chosen.state).rollback()
            one.look_again()
            await asyncio.sleep(0.3)
            await say(port_of(one), bad(2))
            await until(lambda: one.counts["siem"].matched == 2)

        assert await generations_seen(chosen.state) == [2, 1]

    asyncio.run(scenario())


def test_a_feed_that_empties_keeps_its_entries_and_matching_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        chosen = quick(tmp_path)
        async with running(chosen) as one:
            (tmp_path / "feed.txt").write_text("")
            await asyncio.sleep(0.5)
            await say(port_of(one), bad(1))
            await until(lambda: one.counts["siem"].received == 1)

            assert one.counts["siem"].matched == 1

    asyncio.run(scenario())
