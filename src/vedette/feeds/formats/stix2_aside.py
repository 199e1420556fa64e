"""Indicators of a document put aside until all of it is known: in memory up to a bound, then on disk."""

import struct
from collections.abc import Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import BinaryIO, Final, Self

IN_MEMORY_BYTES: Final = 64 * 1024 * 1024
_HEADER: Final = struct.Struct("<QI")
_OVERHEAD_BYTES = 150
"""What Python takes for each besides its bytes."""


class Aside:
    """Numbered records, given back once in the order in which they came.

    Args:
        in_memory_bytes: So much is held in memory.
    """

    def __init__(self, in_memory_bytes: int = IN_MEMORY_BYTES) -> None:
        self._held: list[tuple[int, bytes]] = []
        self._room_bytes = in_memory_bytes
        self._file: BinaryIO | None = None

    def put(self, number: int, raw: bytes) -> None:
        """Put one aside."""
        if self._file is None and self._room_bytes > 0:
            self._room_bytes -= len(raw) + _OVERHEAD_BYTES
            self._held.append((number, raw))
            return
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - closed when the document has been read
        self._file.write(_HEADER.pack(number, len(raw)) + raw)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        yield from self._held
        if self._file is None:
            return
        self._file.seek(0)
        while header := self._file.read(_HEADER.size):
            number, size = _HEADER.unpack(header)
            yield number, self._file.read(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
