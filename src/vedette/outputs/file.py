"""The `file` output: appends each detection as a line, and notices when the file has been rotated away."""

import asyncio
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock


@dataclass
class FileOutput:
    """Appends lines to a file; a batch is on the disk when `send` returns."""

    path: Path
    _file: int | None = field(default=None, init=False)
    _busy: Lock = field(default_factory=Lock, init=False)

    async def send(self, lines: Sequence[bytes]) -> None:
        """Append and sync. After a failure the file ends where it ended before."""
        await asyncio.to_thread(self._append, b"".join(line + b"\n" for line in lines))

    async def close(self) -> None:
        """Close the file, once a write that may still be under way has ended."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._busy:
            if self._file is not None:
                file, self._file = self._file, None
                os.close(file)

    def _append(self, text: bytes) -> None:
        # Whoever waited for this may have been cancelled: a close must not take the file away under a write.
        with self._busy:
            self._append_alone(text)

    def _append_alone(self, text: bytes) -> None:
        file = self._current_file()
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            _write(file, text)
            return
        try:
            _write(file, text)
            os.fsync(file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(file, status.st_size)
            raise

    def _current_file(self) -> int:
        if self._file is not None and not self._rotated(self._file):
            return self._file
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
        _end_torn_line(self._file)
        return self._file

    def _rotated(self, file: int) -> bool:
        try:
            return not os.path.samestat(self.path.stat(), os.fstat(file))
        except FileNotFoundError:
            return True


def _write(file: int, text: bytes) -> None:
    rest = memoryview(text)
    while rest:
        rest = rest[os.write(file, rest) :]


def _end_torn_line(file: int) -> None:
    """A crash may have left half a line: what comes next must not be glued to it."""
    status = os.fstat(file)
    if stat.S_ISREG(status.st_mode) and status.st_size and os.pread(file, 1, status.st_size - 1) != b"\n":
        _write(file, b"\n")
