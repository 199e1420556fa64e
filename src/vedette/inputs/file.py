"""The `file` input: reads a file, or every file of a folder, once."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import structlog

from vedette.errors import InputError
from vedette.inputs.input import Stream, Streams

CHUNK_BYTES = 1 << 20

_LOG = structlog.get_logger()


@dataclass
class FileInput:
    """Reads files from their first byte to their last, in the order of their names; then it is done.

    Attributes:
        unreadable: Files that could not be opened, or not be read to their end; each is named in the log.
    """

    name: str
    path: Path
    streams: Streams
    unreadable: int = field(default=0, init=False)
    _stopped: bool = field(default=False, init=False)

    async def start(self) -> None:
        """Look whether there is something to read.

        Raises:
            InputError: There is no such file or folder.
        """
        if not self.path.exists():
            raise InputError(f"inputs.{self.name}.path: {self.path}: no such file or folder")

    async def run(self) -> None:
        """Read every file."""
        for path in await asyncio.to_thread(_files, self.path):
            if self._stopped:
                return
            try:
                await self._read(path)
            except OSError as error:
                self.unreadable += 1
                _LOG.error("input.unreadable", input=self.name, path=str(path), why=error.strerror or str(error))

    async def stop(self) -> None:
        """Read no further than the chunk under way."""
        self._stopped = True

    async def _read(self, path: Path) -> None:
        with await asyncio.to_thread(path.open, "rb", buffering=0) as file:
            stream = self.streams(str(path), numbered=True)
            try:
                await self._push_all(file, stream)
            finally:
                await stream.finish()

    async def _push_all(self, file: BinaryIO, stream: Stream) -> None:
        while not self._stopped and (chunk := await asyncio.to_thread(file.read, CHUNK_BYTES)):
            await stream.push(chunk)


def _files(path: Path) -> list[Path]:
    return sorted(found for found in path.rglob("*") if found.is_file()) if path.is_dir() else [path]
