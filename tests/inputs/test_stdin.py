"""The stdin input reads pipes and files alike, and can be stopped while nothing comes."""

import asyncio
import os
from pathlib import Path

from inputs.collecting import KeptStreams
from vedette.inputs.stdin import StdinInput


def test_a_pipe_is_read_until_its_writer_closes() -> None:
    reader, writer = os.pipe()

    async def scenario() -> KeptStreams:
        streams = KeptStreams()
        running = asyncio.ensure_future(StdinInput("stdin", streams, reader).run())
        await asyncio.to_thread(os.write, writer, b"one\n")
        await asyncio.sleep(0.05)
        await asyncio.to_thread(os.write, writer, b"two\n")
        os.close(writer)
        await asyncio.wait_for(running, 5)
        return streams

    (stream,) = asyncio.run(scenario()).opened
    os.close(reader)

    assert stream.data == b"one\ntwo\n"
    assert stream.finished


def test_a_file_as_standard_input_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "events.log"
    path.write_bytes(b"x" * 2_500_000)

    with path.open("rb") as file:
        streams = KeptStreams()
        asyncio.run(asyncio.wait_for(StdinInput("stdin", streams, file.fileno()).run(), 5))

    assert len(streams.opened[0].data) == 2_500_000


def test_it_can_be_stopped_while_nothing_comes() -> None:
    reader, writer = os.pipe()

    async def scenario() -> KeptStreams:
        streams = KeptStreams()
        one = StdinInput("stdin", streams, reader)
        running = asyncio.ensure_future(one.run())
        await asyncio.sleep(0.05)
        await one.stop()
        await asyncio.wait_for(running, 5)
        return streams

    (stream,) = asyncio.run(scenario()).opened
    os.close(reader)
    os.close(writer)

    assert stream.finished
