"""The file output appends, survives rotation, and leaves no half lines."""

import asyncio
import resource
from pathlib import Path

import pytest

from outputs.sending import send
from vedette.outputs.file import FileOutput


def test_lines_are_appended_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "detections.jsonl"
    path.write_bytes(b"before\n")

    asyncio.run(send(FileOutput(path), [b"one", b"two"]))

    assert path.read_bytes() == b"before\none\ntwo\n"


def test_a_rotated_file_is_left_alone_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "detections.jsonl"
    output = FileOutput(path)

    async def scenario() -> None:
        await output.send([b"one"])
        path.rename(tmp_path / "detections.jsonl.1")
        await output.send([b"two"])
        await output.close()

    asyncio.run(scenario())

    assert (tmp_path / "detections.jsonl.1").read_bytes() == b"one\n"
    assert path.read_bytes() == b"two\n"


def test_half_a_line_that_a_crash_left_is_ended_first(tmp_path: Path) -> None:
    path = tmp_path / "detections.jsonl"
    path.write_bytes(b"one\nhal")

    asyncio.run(send(FileOutput(path), [b"two"]))

    assert path.read_bytes() == b"one\nhal\ntwo\n"


def test_a_write_that_fails_half_way_leaves_nothing_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "detections.jsonl"
    output = FileOutput(path)
    asyncio.run(send(output, [b"one"]))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))

    try:
        with pytest.raises(OSError, match="File too large"):
            asyncio.run(send(output, [b"x" * 60, b"y" * 60]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert path.read_bytes() == b"one\n"
    asyncio.run(send(output, [b"two"]))
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_folder_that_is_not_there_is_an_error_that_may_be_mended(tmp_path: Path) -> None:
    path = tmp_path / "later" / "detections.jsonl"
    output = FileOutput(path)

    with pytest.raises(FileNotFoundError):
        asyncio.run(send(output, [b"one"]))
    path.parent.mkdir()
    asyncio.run(send(output, [b"one"]))

    assert path.read_bytes() == b"one\n"
