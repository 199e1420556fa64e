"""The stdout output writes lines, and knows when nobody reads any more."""

import asyncio
import os

import pytest

from outputs.sending import send
from vedette.outputs.output import OutputGoneError
from vedette.outputs.stdout import StdoutOutput


def test_lines_are_written_and_flushed() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as stream, os.fdopen(reader, "rb") as end:
        asyncio.run(send(StdoutOutput(stream), [b"one", b"two"]))

        assert [end.readline(), end.readline()] == [b"one\n", b"two\n"]


def test_a_pipe_that_nobody_reads_any_more_is_gone_for_good() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "wb", buffering=0)

    with stream, pytest.raises(OutputGoneError, match="nobody reads standard output"):
        asyncio.run(send(StdoutOutput(stream), [b"one"]))
