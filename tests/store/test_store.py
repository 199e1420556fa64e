"""What the store promises: committed is kept, in order, once; and each output's place."""

import asyncio
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from sample_detection import detection, detections
from store.opened_store import opened
from vedette.errors import StoreError
from vedette.store.store import Store

T = TypeVar("T")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "detections.db"


def soon(awaitable: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
    return asyncio.wait_for(awaitable, 10)


def test_a_detection_is_in_the_file_when_add_returns(path: Path) -> None:
    async def scenario(store: Store) -> list[tuple[str, str]]:
        await store.add([detection(1)])
        with sqlite3.connect(path) as beside:
            return beside.execute("select id, normal_form from detections").fetchall()

    with opened(path) as store:
        assert asyncio.run(scenario(store)) == [(detection(1).id, "sub.gate.botnet.example/")]


def test_detections_come_out_in_the_order_they_went_in_and_no_more_than_asked_for(path: Path) -> None:
    async def scenario(store: Store) -> None:
        await store.add(detections(5))

        first = await store.after(0, 3)
        rest = await store.after(first[-1][0], 3)

        assert [found for _, found in (*first, *rest)] == detections(5)
        assert len(first) == 3

    with opened(path) as store:
        asyncio.run(scenario(store))


def test_an_id_that_is_known_already_is_passed_over(path: Path) -> None:
    async def scenario(store: Store) -> None:
        await store.add([detection(1)])
        await store.add([detection(1), detection(2)])

        assert [found.id for _, found in await store.after(0, 10)] == [detection(1).id, detection(2).id]

    with opened(path) as store:
        asyncio.run(scenario(store))


def test_an_event_with_many_detections_is_kept_once(path: Path) -> None:
    long = b"x" * 65536

    async def scenario(store: Store) -> None:
        await store.add([replace(found, event=long) for found in detections(3000)])

        assert [found.event for _, found in await store.after(0, 3000)] == [long] * 3000

    with opened(path) as store:
        asyncio.run(scenario(store))
    assert path.stat().st_size < 4_000_000


def test_a_reader_waits_until_there_is_something_to_read(path: Path) -> None:
    async def scenario(store: Store) -> None:
        reading = asyncio.ensure_future(store.after(0, 10))
        await asyncio.sleep(0.05)
        assert not reading.done()

        await store.add([detection(1)])

        assert [found for _, found in await soon(asyncio.wait_for(reading, 5))] == [detection(1)]

    with opened(path) as store:
        asyncio.run(scenario(store))


def test_many_adds_at_once_are_all_kept(path: Path) -> None:
    async def scenario(store: Store) -> None:
        await asyncio.gather(*(store.add(detections(3, start=3 * number)) for number in range(50)))

        kept = {found.id for _, found in await store.after(0, 1000)}
        assert kept == {found.id for found in detections(150)}

    with opened(path) as store:
        asyncio.run(scenario(store))


def test_an_output_never_seen_before_begins_at_the_end(path: Path) -> None:
    async def scenario(store: Store) -> None:
        await store.add(detections(3))

        assert await store.cursor("siem") == store.last_seq == 3
        await store.add([detection(9)])
        assert await store.cursor("siem") == 3

    with opened(path) as store:
        asyncio.run(scenario(store))


def test_a_known_output_goes_on_where_it_was_after_a_restart(path: Path) -> None:
    async def before(store: Store) -> None:
        await store.cursor("siem")
        await store.add(detections(4))
        await store.advance("siem", 2)

    async def after(store: Store) -> None:
        assert await store.cursor("siem") == 2
        assert await store.count_after(2) == 2

    with opened(path) as store:
        asyncio.run(before(store))
    with opened(path) as store:
        asyncio.run(after(store))


def test_a_store_of_a_newer_vedette_is_refused_in_words(path: Path) -> None:
    Store(path).close()
    with sqlite3.connect(path) as beside:
        beside.execute("update schema set version = 99")

    with pytest.raises(StoreError, match=r"detections\.db: written by a newer Vedette \(store version 99"):
        Store(path)


def test_another_programs_database_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as beside:
        beside.execute("create table recipes (name text)")

    with pytest.raises(StoreError, match="not a store of Vedette"):
        Store(path)


def test_a_file_that_is_no_database_is_refused_in_words(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)

    with pytest.raises(StoreError, match="cannot be opened as a store: file is not a database"):
        Store(path)


@contextmanager
def full_disk(limit_bytes: int) -> Iterator[None]:
    """No file may grow past this: the kernel refuses such a write as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_an_error_and_the_same_add_works_once_there_is_room(path: Path) -> None:
    async def scenario(store: Store) -> None:
        await store.add([detection(1)])
        with full_disk(path.with_name("detections.db-wal").stat().st_size), pytest.raises(StoreError, match="disk"):
            await store.add(detections(50, start=2))

        await store.add(detections(50, start=2))

        assert [found for _, found in await store.after(0, 100)] == detections(51, start=1)

    with opened(path) as store:
        asyncio.run(scenario(store))


ADD_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from sample_detection import detections
from vedette.store.store import Store

async def main():
    store = Store(Path(sys.argv[1]))
    for number in range(0, 1_000_000, 3):
        await store.add(detections(3, start=number))
        print(number, flush=True)

asyncio.run(main())
"""


def test_what_add_returned_for_is_there_after_a_kill(path: Path) -> None:
    tests = str(Path(__file__).parents[1])
    adder = subprocess.Popen(
        [sys.executable, "-c", ADD_FOR_EVER, str(path)], stdout=subprocess.PIPE, env={"PYTHONPATH": tests}
    )
    assert adder.stdout is not None
    for _ in range(20):
        adder.stdout.readline()
    adder.kill()
    rest = adder.stdout.read().splitlines()
    adder.wait()
    adder.stdout.close()

    with opened(path) as store:
        kept = asyncio.run(store.after(0, 10_000))

    assert len(kept) >= 3 * (20 + len([line for line in rest if line]))
