"""Compressed streams, told by their magic bytes and never trusted about their size."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast

import zstandard

from vedette.errors import FeedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MIB = 1024 * 1024
_MEMBERS = 10_000
_WINDOW_BYTES = 128 * MIB
"""More memory than this no decompressor may ask for."""
_ZSTD_SLICE_BYTES = 1024
"""Four bytes of zstd may stand for 128 KiB, and all that a slice stands for comes out at once."""
_DEPTH = 3
"""Packed files in a packed archive: `logs.tar.gz` of `a.log.gz`."""
_SPOOL_BYTES = 16 * MIB

Plain: TypeAlias = "io.BufferedReader[Any]"

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_TAR_MAGIC = b"ustar"
_TAR_MAGIC_AT = 257
_HEAD_BYTES = _TAR_MAGIC_AT + len(_TAR_MAGIC)

FAULTS = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
)
"""What the decompressors raise over damaged data."""


@dataclass(frozen=True)
class Limits:
    """How much a feed may unpack to.

    Args:
        unpacked_bytes: All that comes out, in sum.
        ratio: How many times the file's own size may come out ...
        ratio_from_bytes: ... once more than this much did.
    """

    unpacked_bytes: int = 4096 * MIB
    ratio: int = 200
    ratio_from_bytes: int = 64 * MIB


@dataclass
class Meter:
    """Counts what one file unpacks to, and stops a bomb."""

    packed_bytes: int
    limits: Limits = field(default_factory=Limits)
    unpacked_bytes: int = 0

    def count(self, size: int) -> None:
        """Add what came out.

        Raises:
            FeedError: It is more than the limits allow.
        """
        self.unpacked_bytes += size
        out, limits = self.unpacked_bytes, self.limits
        if out > limits.unpacked_bytes:
            raise FeedError(f"it unpacks to more than {limits.unpacked_bytes:,} bytes, the limit")
        if out > limits.ratio_from_bytes and out > limits.ratio * self.packed_bytes:
            raise FeedError(
                f"it looks like a decompression bomb: {out:,} bytes and more out of {self.packed_bytes:,}; "
                f"beyond {limits.ratio_from_bytes:,} bytes no more than {limits.ratio} to 1 is allowed"
            )


class _Metered(io.RawIOBase):
    """A stream whose bytes are counted as they are read."""

    def __init__(self, read: Callable[[int], bytes], meter: Meter) -> None:
        self._read = read
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        chunk = self._read(len(view))
        self._meter.count(len(chunk))
        view[: len(chunk)] = chunk
        return len(chunk)


def unpacked(stream: Plain, meter: Meter, depth: int = 0) -> Iterator[tuple[str, Plain]]:
    """The documents within a stream: itself where it is not compressed, and every member of an archive.

    Yields:
        The name within the archive (empty where there is none) and the plain bytes; each must be read before the next.

    Raises:
        FeedError: It is packed more than three times over, encrypted, or an archive of too many members.
    """
    packing = _packing(stream.peek(_HEAD_BYTES))
    if packing is None:
        yield "", stream
        return
    if depth == _DEPTH:
        raise FeedError(f"it is packed more than {_DEPTH} times over")
    if packing == "zip":
        yield from _members(stream, meter, depth)
        return
    if packing == "tar":
        yield from _tar_members(stream, meter, depth)
        return
    inside = io.BufferedReader(_Metered(_reader(packing, stream), meter), MIB)
    yield from unpacked(inside, meter, depth + 1)


def _packing(head: bytes) -> str | None:
    if head[_TAR_MAGIC_AT:_HEAD_BYTES] == _TAR_MAGIC:
        return "tar"
    return next((packing for magic, packing in _MAGIC if head.startswith(magic)), None)


def _reader(packing: str, stream: Plain) -> Callable[[int], bytes]:
    source = cast("BinaryIO", stream)
    match packing:
        case "gzip":
            return gzip.GzipFile(fileobj=source).read1
        case "bzip2":
            return bz2.BZ2File(source).read1
        case "xz":
            return _Xz(stream).read
        case _:
            return _Zstd(stream).read


class _Xz:
    """Reads xz with a bound on the memory that its header may ask for, which `lzma.LZMAFile` has none of."""

    def __init__(self, stream: Plain) -> None:
        self._stream = stream
        self._decompressor = self._new()
        self._waiting = b""

    @staticmethod
    def _new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_WINDOW_BYTES)

    def read(self, size: int) -> bytes:
        while True:
            if self._decompressor.eof and not self._next_stream():
                return b""
            if self._decompressor.needs_input and not self._waiting:
                self._waiting = self._stream.read1(MIB)
                if not self._waiting:
                    raise EOFError("the compressed data ends too soon")
            chunk = self._decompressor.decompress(self._waiting, size)
            self._waiting = b""
            if chunk:
                return chunk

    def _next_stream(self) -> bool:
        """Streams may stand one behind the other in a file, padded with zeros."""
        rest = (self._decompressor.unused_data or self._stream.read1(MIB)).lstrip(b"\0")
        if rest:
            self._decompressor = self._new()
            self._waiting = rest
        return bool(rest)


class _Zstd:
    """Reads zstd and notices when it is cut short, which `zstandard`'s own reader passes over in silence."""

    def __init__(self, stream: Plain) -> None:
        self._stream = stream
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._waiting = b""
        self._ready = memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._ready:
            packed = self._waiting or self._stream.read(_ZSTD_SLICE_BYTES)
            if not packed and self._frame is None:
                return b""
            if not packed:
                raise EOFError("the compressed data ends too soon")
            self._ready = memoryview(self._unpacked(packed))
        chunk, self._ready = bytes(self._ready[:size]), self._ready[size:]
        return chunk

    def _unpacked(self, packed: bytes) -> bytes:
        frame = self._frame or self._decompressor.decompressobj()
        chunk = frame.decompress(packed)
        self._waiting = frame.unused_data if frame.eof else b""
        self._frame = None if frame.eof else frame
        return chunk


def _members(stream: Plain, meter: Meter, depth: int) -> Iterator[tuple[str, Plain]]:
    with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
        # A zip's directory is at its end; one that comes out of another stream must be set down first.
        if depth == 0:
            file = cast("BinaryIO", stream)
        else:
            file = cast("BinaryIO", spool)
            while chunk := stream.read1(MIB):
                file.write(chunk)
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > _MEMBERS:
                raise FeedError(f"the archive has {len(members):,} members; {_MEMBERS:,} are allowed")
            for member in members:
                yield from _member(archive, member, meter, depth)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, meter: Meter, depth: int) -> Iterator[tuple[str, Plain]]:
    if member.flag_bits & 1:
        raise FeedError(f"{member.filename!r} in the archive is encrypted")
    with archive.open(member) as packed:
        inside = io.BufferedReader(_Metered(packed.read, meter), MIB)
        for name, plain in unpacked(inside, meter, depth + 1):
            yield f"{member.filename}!{name}" if name else member.filename, plain


def _tar_members(stream: Plain, meter: Meter, depth: int) -> Iterator[tuple[str, Plain]]:
    """The files of a tar archive, read in its own order; links and devices are none. Nothing is written to disk."""
    with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r|") as archive:
        for number, member in enumerate(archive):
            if number >= _MEMBERS:
                raise FeedError(f"the archive has more than {_MEMBERS:,} members, which is what is allowed")
            packed = archive.extractfile(member) if member.isfile() else None
            if packed is None:
                continue
            inside = io.BufferedReader(_Metered(packed.read, meter), MIB)
            for name, plain in unpacked(inside, meter, depth + 1):
                yield f"{member.name}!{name}" if name else member.name, plain
