"""The folder of a MISP feed: a manifest, the events that it names, and hashes of their values."""

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from vedette.errors import FeedError
from vedette.feeds.document import Document
from vedette.feeds.rejects import Rejects

MANIFEST: Final = "manifest.json"
HASHES: Final = "hashes.csv"
_MANIFEST_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_IS_UUID = re.compile(_UUID)
_OPENING = re.compile(rb'\s*\{\s*"' + _UUID.encode() + rb'"\s*:\s*\{\s*"')
_HASHED = re.compile(rb"[0-9a-fA-F]{32}," + _UUID.encode())


def is_misp_folder(path: Path) -> bool:
    """Whether a feed's path is such a folder."""
    return (path / MANIFEST).is_file()


def changing_file(path: Path) -> Path:
    """What changes whenever a feed does: its file, or the manifest of a folder, which has each event's time."""
    return path / MANIFEST if is_misp_folder(path) else path


def is_manifest(head: bytes) -> bool:
    """Whether a document begins as a manifest does: a uuid, and what its event is called."""
    return _OPENING.match(head) is not None


def is_hashes(head: bytes) -> bool:
    """Whether a document begins as `hashes.csv` does: the MD5 of a value, and the uuid of its event."""
    lines = io.BytesIO(head).readlines()[:20]
    return bool(lines) and all(_HASHED.fullmatch(line.rstrip()) for line in lines[:-1] or lines)


class MispFolder:
    """The events of such a folder.

    Attributes:
        size_bytes: The manifest and all the events that it names.
        read_bytes: How much of that was read.

    Raises:
        FeedError: The manifest cannot be read, or names no event.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._events = tuple(_named(path / MANIFEST))
        self.read_bytes = 0
        files = [path / MANIFEST, *(self._file(event) for event in self._events)]
        self.size_bytes = sum(file.stat().st_size for file in files if file.is_file())

    def sha256(self) -> str:
        """Of the manifest and the events, in its order."""
        digest = hashlib.sha256()
        for file in (self._path / MANIFEST, *map(self._file, self._events)):
            if self._is_inside(file):
                with file.open("rb") as stream:
                    while chunk := stream.read(_CHUNK_BYTES):
                        digest.update(chunk)
        return digest.hexdigest()

    def documents(self, rejects: Rejects) -> Iterator[Document]:
        """Each event that the manifest names; one that is not there is refused, by its number in the manifest."""
        self._leave_out(rejects)
        refuse = rejects.at(str(self._path / MANIFEST), "record")
        for number, event in enumerate(self._events, 1):
            file = self._file(event)
            if not _IS_UUID.fullmatch(event):
                refuse(number, f"the manifest names {event!r}, which is no uuid")
                continue
            if not self._is_inside(file):
                refuse(number, f"the manifest names {event}, and there is no file `{event}.json`")
                continue
            try:
                stream = file.open("rb")
            except OSError as fault:
                refuse(number, f"`{event}.json` cannot be read: {fault.strerror}")
                continue
            with stream:
                yield Document.of(str(file), stream)
            self.read_bytes += file.stat().st_size

    def _leave_out(self, rejects: Rejects) -> None:
        named = set(self._events)
        others = sum(file.stem not in named for file in self._path.glob("*.json") if _IS_UUID.fullmatch(file.stem))
        whole = rejects.at(str(self._path), "record")
        if others:
            whole.leave_out("events that the manifest does not name", others)
        if (self._path / HASHES).is_file():
            whole.leave_out(f"files of hashes of values, which no event of a stream can be held against ({HASHES})")

    def _file(self, event: str) -> Path:
        return self._path / f"{event}.json"

    def _is_inside(self, file: Path) -> bool:
        """Whether it is a file, and no link that leads out of the folder: the folder may be somebody else's making."""
        return file.is_file() and file.resolve().parent == self._path.resolve()


def _named(manifest: Path) -> Iterator[str]:
    if manifest.stat().st_size > _MANIFEST_BYTES:
        raise FeedError(f"its `{MANIFEST}` has more than {_MANIFEST_BYTES:,} bytes")
    try:
        named = msgspec.json.decode(manifest.read_bytes(), type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise FeedError(f"its `{MANIFEST}` is none of a MISP feed: {fault}") from None
    if not named:
        raise FeedError(f"its `{MANIFEST}` names no event")
    return iter(named)
