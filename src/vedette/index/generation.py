"""A generation: one immutable, numbered folder with the index and the manifest that says what it was built from."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from vedette.errors import IndexFileError
from vedette.index.opening import open_file

INDEX_NAME = "index.vdx"
MANIFEST_NAME = "manifest.json"


class FeedManifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one feed gave to a generation.

    Attributes:
        path: The file that was read; empty if the feed is none.
        sha256: Of that file, as it was fetched; with a fault, of the file that its rows are from.
        settings_sha256: Of the feed's settings; where they change, the file means something else.
        rows: Indicators that the feed's format read.
        entries: Entries that the index has of it; rows that say the same are one.
        rejects: Records and values that were refused.
        warninglists: List → how many of its entries that warninglist knows; they are in the index all the same.
        fault: Why it could not be read; its rows are then those of the generation before.
    """

    name: str
    path: str = ""
    sha256: str = ""
    settings_sha256: str = ""
    size_bytes: int = 0
    modified_at: datetime | None = None
    rows: int = 0
    entries: int = 0
    rejects: int = 0
    warninglists: dict[str, int] = {}
    fault: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation is, who built it, when, and from what.

    Attributes:
        built_by: The version of Vedette.
        index_sha256: Of `index.vdx`.
        counts: As `Index.stats` gives them.
    """

    number: int
    built_at: datetime
    built_by: str
    index_sha256: str
    index_bytes: int
    counts: dict[str, int]
    feeds: tuple[FeedManifest, ...] = ()


@dataclass(frozen=True)
class Generation:
    """A generation on disk."""

    number: int
    folder: Path

    @property
    def index_path(self) -> Path:
        """The index file."""
        return self.folder / INDEX_NAME

    def manifest(self) -> Manifest:
        """Read the manifest.

        Raises:
            IndexFileError: It is not there, or no manifest of this generation.
        """
        path = self.folder / MANIFEST_NAME
        try:
            manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        except OSError as error:
            raise IndexFileError(f"{path}: {error.strerror}") from error
        except msgspec.MsgspecError as error:
            raise IndexFileError(f"{path}: {error}") from error
        if manifest.number != self.number:
            raise IndexFileError(f"{path}: it is the manifest of generation {manifest.number}, not {self.number}")
        return manifest

    def verify(self) -> Manifest:
        """Hold the whole generation against its manifest, and every section of the index against its checksum.

        Raises:
            IndexFileError: Something is not as it was built; what, is said.
        """
        manifest = self.manifest()
        counts = open_file(self.index_path, generation=self.number, verify=True).stats()
        if file_sha256(self.index_path) != manifest.index_sha256:
            raise IndexFileError(f"{self.index_path}: its SHA-256 is not the one in {MANIFEST_NAME}: it was replaced")
        if any(counts[name] != count for name, count in manifest.counts.items()):
            raise IndexFileError(f"{self.folder / MANIFEST_NAME}: its counts are not those of {INDEX_NAME}")
        return manifest


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
