"""What a feed's path leads to, opened: a file, packed or not, or a folder that is a feed."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from vedette.errors import FeedError
from vedette.feeds.compression import Limits, Meter, unpacked
from vedette.feeds.document import Document
from vedette.feeds.misp_folder import MANIFEST, MispFolder, is_misp_folder

if TYPE_CHECKING:
    import io

    from vedette.feeds.rejects import Rejects


class Opened(Protocol):
    """What a feed's documents are read from."""

    @property
    def size_bytes(self) -> int:
        """As it lies on disk."""

    @property
    def read_bytes(self) -> int:
        """How much of that was read."""

    def sha256(self) -> str:
        """Of its bytes, in hex; asked before the documents."""

    def documents(self, rejects: "Rejects") -> Iterator[Document]:
        """Each document, to be read before the next."""


class OpenedFile:
    """A file, with all that it unpacks to."""

    def __init__(self, path: Path, file: "io.BufferedReader[Any]", limits: Limits) -> None:
        self._path = path
        self._file = file
        self._limits = limits
        self.size_bytes = os.fstat(file.fileno()).st_size

    @property
    def read_bytes(self) -> int:
        """How far it was read."""
        return self._file.tell()

    def sha256(self) -> str:
        """Of the file as it lies on disk."""
        digest = hashlib.file_digest(self._file, "sha256").hexdigest()
        self._file.seek(0)
        return digest

    def documents(self, rejects: "Rejects") -> Iterator[Document]:
        """The file, or each member of the archive that it is."""
        if not self.size_bytes:
            raise FeedError("it is empty")
        for member, plain in unpacked(self._file, Meter(self.size_bytes, self._limits)):
            yield Document.of(f"{self._path}!{member}" if member else str(self._path), plain)


def opened_folder(path: Path) -> MispFolder:
    """A folder that is a feed.

    Raises:
        FeedError: It is another.
    """
    if not is_misp_folder(path):
        raise FeedError(f"it is a folder; a file is wanted, or a MISP feed's folder, which has a `{MANIFEST}`")
    return MispFolder(path)
