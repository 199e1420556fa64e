"""The `stdout` output: writes each detection as a line to standard output."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from vedette.outputs.output import OutputGoneError


@dataclass
class StdoutOutput:
    """Writes lines to a stream that is never closed or opened anew."""

    stream: BinaryIO = field(default_factory=lambda: sys.stdout.buffer)

    async def send(self, lines: Sequence[bytes]) -> None:
        """Write and flush."""
        await asyncio.to_thread(self._write, b"".join(line + b"\n" for line in lines))

    async def close(self) -> None:
        """Leave standard output open: it is not ours alone."""

    def _write(self, text: bytes) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except BrokenPipeError as error:
            raise OutputGoneError("nobody reads standard output any more") from error
