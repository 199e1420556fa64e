"""The `stdin` input: reads standard input until it ends."""

import asyncio
import os
from dataclasses import dataclass, field

from vedette.inputs.input import Streams

CHUNK_BYTES = 1 << 20


@dataclass
class StdinInput:
    """Reads a file descriptor, whatever stands behind it: a pipe, a terminal, a file."""

    name: str
    streams: Streams
    file: int = 0
    _stopped: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def start(self) -> None:
        """Nothing can be refused: standard input is open."""

    async def run(self) -> None:
        """Read until the end."""
        stream = self.streams("stdin", numbered=True)
        while await self._readable() and (chunk := await asyncio.to_thread(os.read, self.file, CHUNK_BYTES)):
            await stream.push(chunk)
        await stream.finish()

    async def stop(self) -> None:
        """Read no further."""
        self._stopped.set()

    async def _readable(self) -> bool:
        """Wait until a read would not block; False if stopped.

        A thread that is blocked in a read could not be stopped, and a descriptor shared with a shell must not be
        made non-blocking.
        """
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        try:
            loop.add_reader(self.file, ready.set)
        except PermissionError:
            # A file or /dev/null: epoll refuses them because they never block.
            return not self._stopped.is_set()
        waiting = [asyncio.ensure_future(event.wait()) for event in (ready, self._stopped)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            loop.remove_reader(self.file)
            for task in waiting:
                task.cancel()
        return not self._stopped.is_set()
