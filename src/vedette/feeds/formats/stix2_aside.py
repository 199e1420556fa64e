"""Indicators of a document put aside until all of it is known: in memory up to a bound, then on disk."""

import struct
from collections.abc import Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self

if TYPE_CHECKING:
    from vedette.feeds.formats.stix2_objects import StixObject

IN_MEMORY_BYTES: Final = 128 * 1024 * 1024
_HEADER: Final = struct.Struct("<QI")
_OVERHEAD_BYTES = 400
"""What Python takes for each besides its bytes and the texts in them."""


class Aside:
    """Numbered indicators, given back once in the order in which they came.

    Args:
        in_memory_bytes: So much is held in memory.
    """

    def __init__(self, in_memory_bytes: int = IN_MEMORY_BYTES) -> None:
        self._held: list[tuple[int, bytes, StixObject | None]] = []
        self._room_bytes = in_memory_bytes
        self._file: BinaryIO | None = None

    def put(self, number: int, raw: bytes, told: "StixObject") -> None:
        """Put one aside; what was decoded of it is not kept on disk."""
        if self._file is None and self._room_bytes > 0:
            self._room_bytes -= 2 * len(raw) + _OVERHEAD_BYTES
            self._held.append((number, raw, told))
            return
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - closed when the document has been read
        self._file.write(_HEADER.pack(number, len(raw)) + raw)

    def __iter__(self) -> Iterator[tuple[int, bytes, "StixObject | None"]]:
        yield from self._held
        if self._file is None:
            return
        self._file.seek(0)
        while header := self._file.read(_HEADER.size):
            number, size = _HEADER.unpack(header)
            yield number, self._file.read(size), None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
