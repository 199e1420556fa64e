"""Another generation takes the place of the old one while events stream in: none is lost, and nothing stops."""

import asyncio
import resource
import shutil
import sqlite3
from collections.abc import Callable, MutableMapping
from contextlib import closing
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from engine.starting import bad, configuration, number_of, port_of, running, say, tcp_input
from vedette.config.settings import Configuration
from vedette.engine.assembly import assemble
from vedette.engine.engine import Engine
from vedette.engine.feed_watch import FeedWatch
from vedette.engine.generation import generations_of
from vedette.index.generations import Generations

CHECK_S = 0.05


def settings_of(tmp_path: Path, *, check_s: float = CHECK_S) -> Configuration:
    return configuration(tmp_path, tcp_input(0), {}).model_copy(update={"feeds_check_s": check_s})


def replace(feed: Path, text: str) -> None:
    """Give the feed's file this text at one blow, as a download that was completed does."""
    new = feed.with_suffix(".new")
    new.write_text(text)
    new.replace(feed)


def detections(settings: Configuration) -> list[tuple[int, int]]:
    """The number and the generation of each detection in the store, in their order."""
    with closing(sqlite3.connect(settings.state / "detections.db")) as store:
        rows = store.execute("select normal_form, generation from detections order by seq").fetchall()
    return [(number_of(name), generation) for name, generation in rows]


class Talker:
    """Says events over one connection without a pause: one in ten is a detection."""

    def __init__(self, one: Engine) -> None:
        self.sent = self.bad = 0
        self._one = one
        self._ending = False

    async def talk(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(self._one))
        while not self._ending:
            writer.write(bad(self.bad) + b"fine\n" * 9)
            self.sent += 10
            self.bad += 1
            await writer.drain()
            await asyncio.sleep(0.0005)
        writer.write_eof()
        await reader.read()
        writer.close()

    async def until_generation(self, number: int, settings: Configuration, talking: "asyncio.Task[None]") -> None:
        """Wait for a detection by this generation."""
        async with asyncio.timeout(30):
            while not any(generation == number for _, generation in detections(settings)[-100:]):
                assert not talking.done()
                await asyncio.sleep(0.05)

    def end(self) -> None:
        self._ending = True


def streamed(settings: Configuration, *changes: tuple[Callable[[], object], int]) -> tuple[Talker, Engine]:
    """Stream events; make each change, and wait for detections by the generation that it should bring."""

    async def scenario() -> tuple[Talker, Engine]:
        async with running(settings) as one:
            talker = Talker(one)
            talking = asyncio.ensure_future(talker.talk())
            await talker.until_generation(1, settings, talking)
            for change, generation in changes:
                await asyncio.to_thread(change)
                await talker.until_generation(generation, settings, talking)
            talker.end()
            await talking
        return talker, one

    return asyncio.run(scenario())


async def until(condition: Callable[[], bool], within_s: float = 20) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_changed_feed_is_taken_up_under_load_and_no_event_is_lost(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)

    talker, one = streamed(settings, (lambda: replace(tmp_path / "feed.txt", "gate.example\nanother.example\n"), 2))

    found, counts = detections(settings), one.counts["siem"]
    assert [number for number, _ in found] == list(range(talker.bad))
    assert [generation for _, generation in found] == sorted(generation for _, generation in found)
    assert (counts.received, counts.matched, counts.dropped) == (talker.sent, talker.bad, 0)


def test_a_rollback_is_taken_up_under_load_and_stays(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)

    talker, one = streamed(
        settings,
        (lambda: replace(tmp_path / "feed.txt", "gate.example\nanother.example\n"), 2),
        (lambda: generations_of(settings.state).rollback(), 1),
    )

    assert [number for number, _ in detections(settings)] == list(range(talker.bad))
    assert one.counts["siem"].received == talker.sent
    assert [generation.number for generation in generations_of(settings.state).list()] == [1, 2]


def test_a_feed_that_empties_keeps_its_entries_and_is_not_read_again_and_again(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)

    async def scenario() -> None:
        async with running(settings) as one:
            talker = Talker(one)
            talking = asyncio.ensure_future(talker.talk())
            await talker.until_generation(1, settings, talking)
            with capture_logs() as logs:
                replace(tmp_path / "feed.txt", "")
                await until(lambda: any(log["event"] == "generation.kept" for log in logs))
                await asyncio.sleep(20 * CHECK_S)
            talker.end()
            await talking

            assert [log["event"] for log in logs if log["event"].startswith(("feed", "generation"))] == [
                "feed.failed",
                "generation.kept",
            ]
            assert {generation for _, generation in detections(settings)} == {1}
            assert len(detections(settings)) == talker.bad

    asyncio.run(scenario())


def test_a_build_by_another_process_is_waited_for_and_not_read_twice(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)

    async def scenario() -> None:
        async with running(settings):
            with generations_of(settings.state).new(), capture_logs() as logs:
                replace(tmp_path / "feed.txt", "another.example\n")
                await until(lambda: any(log["event"] == "generation.kept" for log in logs))
            with capture_logs() as later:
                await until(lambda: any(log["event"] == "generation.swapped" for log in later))

            assert "another process is changing the generations" in logs[0]["why"]

    asyncio.run(scenario())


def test_a_damaged_generation_is_said_and_the_old_one_goes_on(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, check_s=0)
    generations = generations_of(settings.state)

    async def scenario() -> None:
        async with running(settings) as one:
            build_damaged(generations)
            with capture_logs() as logs:
                one.look_again()
                await until(lambda: bool(logs))
            replace(tmp_path / "feed.txt", "gate.example\nmended.example\n")
            with capture_logs() as later:
                one.look_again()
                await until(lambda: any(log["event"] == "generation.swapped" for log in later))

            assert [(log["event"], log["generation"]) for log in logs] == [("generation.kept", 1)]
            assert "000002" in logs[0]["why"]
            assert (later[-1]["before"], later[-1]["after"]) == (1, 3)

    asyncio.run(scenario())


def build_damaged(generations: Generations) -> None:
    """Put in force a copy of the first generation's manifest, with an index that is none."""
    folder = generations.folder / "000002"
    folder.mkdir()
    manifest = (generations.folder / "000001" / "manifest.json").read_text()
    (folder / "manifest.json").write_text(manifest.replace('"number": 1', '"number": 2'))
    (folder / "index.vdx").write_bytes(b"no index")
    (generations.folder / "CURRENT").write_text("000002\n")


def test_a_stop_while_a_generation_is_built_ends_in_time_and_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    folder = settings.state / "generations"

    async def scenario() -> float:
        async with running(settings) as one:
            replace(tmp_path / "feed.txt", "".join(f"n{number}.example\n" for number in range(3_000_000)))
            await until(lambda: any(path.name.startswith(".new-") for path in folder.iterdir()))
            one.stop()
            stopped_at = asyncio.get_running_loop().time()
        return asyncio.get_running_loop().time() - stopped_at

    with capture_logs() as logs:
        took_s = asyncio.run(scenario())

    assert took_s < 5
    assert "generation.given_up" in [log["event"] for log in logs]
    assert {path.name for path in folder.iterdir()} == {"000001", "CURRENT", "LOCK"}


def test_generations_that_were_replaced_are_let_go(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, check_s=0)

    async def scenario() -> None:
        async with running(settings) as one:
            for number in range(8):
                replace(tmp_path / "feed.txt", f"gate.example\nn{number}.example\n")
                with capture_logs() as logs:
                    one.look_again()
                    await until(lambda: any(log["event"] == "generation.swapped" for log in logs))

            maps = Path("/proc/self/maps").read_text().splitlines()
            mapped = {line.split(maxsplit=5)[5] for line in maps if str(settings.state) in line and "vdx" in line}
            assert mapped == {str(settings.state / "generations" / "000009" / "index.vdx")}

    asyncio.run(scenario())


def test_a_look_at_which_nothing_has_changed_opens_no_index(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    watch = FeedWatch(settings.state, settings.feeds)
    first = watch.index_other_than(0)
    assert first is not None
    first.path.unlink()

    assert watch.index_other_than(first.generation) is None


def test_inputs_that_end_by_themselves_end_the_looking_too(tmp_path: Path) -> None:
    (tmp_path / "events.log").write_bytes(bad(1))
    inputs = {"logs": {"type": "file", "path": tmp_path / "events.log"}}

    asyncio.run(asyncio.wait_for(assemble(configuration(tmp_path, inputs, {})).run(), 20))

    assert detections(configuration(tmp_path, inputs, {})) == [(1, 1)]


def test_a_generation_in_force_that_somebody_deletes_serves_on_and_a_new_one_is_built(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    generations = generations_of(settings.state)

    talker, one = streamed(settings, (lambda: shutil.rmtree(generations.folder / "000001"), 2))

    assert [number for number, _ in detections(settings)] == list(range(talker.bad))
    assert one.counts["siem"].received == talker.sent
    assert [generation.number for generation in generations.list()] == [2]


def test_a_disk_that_fails_while_a_generation_is_built_leaves_the_one_in_force(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    replace(tmp_path / "more.txt", "".join(f"n{number}.example\n" for number in range(6000)))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def scenario() -> list[MutableMapping[str, Any]]:
        with capture_logs() as logs:
            async with running(settings) as one:
                (tmp_path / "more.txt").replace(tmp_path / "feed.txt")
                resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
                try:
                    await until(lambda: any(line["event"] == "generation.kept" for line in logs))
                finally:
                    resource.setrlimit(resource.RLIMIT_FSIZE, before)
                await say(port_of(one), bad(1))
                await until(lambda: one.counts["siem"].received == 1)
        return logs

    logs = asyncio.run(scenario())

    why = next(line["why"] for line in logs if line["event"] == "generation.kept")
    assert "index.vdx: File too large" in why
    assert detections(settings) == [(1, 1)]
