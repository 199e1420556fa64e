"""The file input reads files whole, in order, and goes on after one that it cannot read."""

import asyncio
from pathlib import Path

import pytest

from inputs.collecting import KeptStreams
from vedette.errors import InputError
from vedette.inputs.file import FileInput


async def read(path: Path) -> tuple[FileInput, KeptStreams]:
    streams = KeptStreams()
    one = FileInput("logs", path, streams)
    await one.start()
    await one.run()
    return one, streams


def test_a_file_is_read_to_its_end_with_its_path_as_origin(tmp_path: Path) -> None:
    path = tmp_path / "events.log"
    path.write_bytes(b"one\n" + b"x" * 3_000_000)

    _, streams = asyncio.run(read(path))

    (stream,) = streams.opened
    assert stream.data == path.read_bytes()
    assert (stream.origin, stream.numbered, stream.finished) == (str(path), True, True)


def test_a_folders_files_are_streams_of_their_own_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("b.log", "a.log", "inner/c.log"):
        (tmp_path / name).write_text(name)

    _, streams = asyncio.run(read(tmp_path))

    assert [stream.data for stream in streams.opened] == [b"a.log", b"b.log", b"inner/c.log"]


def test_a_file_that_cannot_be_read_is_counted_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.log").symlink_to("/proc/self/mem")
    (tmp_path / "b.log").write_text("fine")

    one, streams = asyncio.run(read(tmp_path))

    assert one.unreadable == 1
    assert streams.opened[-1].data == b"fine"


def test_a_path_that_is_not_there_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"inputs\.logs\.path: .*nowhere: no such file or folder"):
        asyncio.run(read(tmp_path / "nowhere"))


def test_stopping_reads_no_further_than_the_chunk_under_way(tmp_path: Path) -> None:
    path = tmp_path / "events.log"
    path.write_bytes(b"x" * 5_000_000)

    async def scenario() -> KeptStreams:
        streams = KeptStreams()
        streams.pace.clear()
        one = FileInput("logs", path, streams)
        running = asyncio.ensure_future(one.run())
        while not streams.opened or not streams.opened[0].data:
            await asyncio.sleep(0.01)
        await one.stop()
        streams.pace.set()
        await asyncio.wait_for(running, 5)
        return streams

    (stream,) = asyncio.run(scenario()).opened

    assert len(stream.data) < 5_000_000
    assert stream.finished
