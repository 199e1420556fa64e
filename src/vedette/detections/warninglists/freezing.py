"""Freezes warninglists into lists that can be asked, kept on disk until a file of theirs changes."""

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vedette.detections.warninglists.reading import Fault, files_in, fingerprint, read
from vedette.index.lists import ListedValue, Lists, Refused, Terms, write
from vedette.indicators.kind import Kind

VERSION = 2
"""Raised by one where the same files would be frozen otherwise."""


class FrozenList(msgspec.Struct, frozen=True):
    """What is kept of a list besides its values.

    Attributes:
        values: How many it has.
        refused: How many of them have no normal form, and so can't be asked.
    """

    name: str
    folder: str
    sort: str
    kinds: tuple[Kind, ...]
    values: int
    refused: int = 0


class _Kept(msgspec.Struct, frozen=True):
    """The file beside the frozen values."""

    version: int
    fingerprint: str
    digest: str
    lists: tuple[FrozenList, ...]
    texts: tuple[tuple[str, str], ...]
    regexes: tuple[tuple[str, str, bool], ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Frozen:
    """Warninglists that can be asked.

    Args:
        lists: Ask these.
        about: What is known of each list.
        digest: Of all that they say: the same for the same lists, wherever and whenever they were read.
        faults: Files that are no warninglist, and why.
    """

    lists: Lists
    about: tuple[FrozenList, ...]
    faults: tuple[str, ...]
    digest: str


def frozen(folder: Path, keep_in: Path | None = None) -> Frozen:
    """Freeze the lists of a folder.

    Args:
        folder: As `files_in` expects it.
        keep_in: A folder in which what was frozen is kept; if it cannot be written, or None, nothing is kept.

    Raises:
        ValueError: A regex does not compile; its list is named.
    """
    files = files_in(folder)
    told = fingerprint(files)
    if keep_in is not None:
        kept = _opened(keep_in, told)
        if kept is not None:
            return kept
        try:
            keep_in.mkdir(parents=True, exist_ok=True)
            return _froze(files, told, keep_in)
        except OSError:
            pass  # Who only looks may have no right to write here.
    with tempfile.TemporaryDirectory(prefix="vedette-") as passing:
        return _froze(files, told, Path(passing))


def _opened(folder: Path, told: str) -> Frozen | None:
    """What is kept in a folder; None if there is nothing, or it is not what the files say now."""
    try:
        kept = msgspec.json.decode((folder / f"{told}.json").read_bytes(), type=_Kept)
        if (kept.version, kept.fingerprint) != (VERSION, told):
            return None
        return _asking(folder / f"{told}.vdx", kept)
    except (OSError, ValueError):
        return None


def _froze(files: tuple[Path, ...], told: str, folder: Path) -> Frozen:
    passing = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        freezing = _Freezing()
        write(freezing.values(files), passing / "lists.vdx", freezing.refuse)
        kept = freezing.kept(told, passing / "lists.vdx")
        (passing / "lists.json").write_bytes(msgspec.json.encode(kept))
        # The values first: whoever finds the file beside them finds them too.
        (passing / "lists.vdx").replace(folder / f"{told}.vdx")
        (passing / "lists.json").replace(folder / f"{told}.json")
    finally:
        shutil.rmtree(passing, ignore_errors=True)
    for path in (*folder.glob("*.vdx"), *folder.glob("*.json")):
        if path.stem != told:
            path.unlink(missing_ok=True)
    return _asking(folder / f"{told}.vdx", kept)


def _asking(path: Path, kept: _Kept) -> Frozen:
    kinds = {one.name: one.kinds for one in kept.lists}
    return Frozen(Lists.open(path, Terms(kinds, kept.texts, kept.regexes)), kept.lists, kept.faults, kept.digest)


class _Freezing:
    """Reads lists while their values are written, and notes what else they say."""

    def __init__(self) -> None:
        self._lists: dict[str, FrozenList] = {}
        self._texts: list[tuple[str, str]] = []
        self._regexes: list[tuple[str, str, bool]] = []
        self._faults: list[str] = []
        self._refused: Counter[str] = Counter()

    def values(self, files: tuple[Path, ...]) -> Iterator[ListedValue]:
        """Yield the values of all lists that are about something of ours."""
        for one in read(files):
            if isinstance(one, Fault):
                self._faults.append(f"{one.path}: {one.why}")
            elif one.name in self._lists:
                self._faults.append(f"{one.folder}: a list named `{one.name}` stands twice; this one is not used")
            else:
                self._lists[one.name] = FrozenList(one.name, one.folder, one.sort, one.kinds, len(one.values))
                if one.kinds:
                    self._texts.extend(one.texts())
                    self._regexes.extend(one.regexes())
                    yield from one.listed()

    def refuse(self, refused: Refused) -> None:
        """Count a value that has no normal form."""
        self._refused[refused.name] += 1

    def kept(self, told: str, values: Path) -> _Kept:
        """All but the values, which stand in that file."""
        lists = tuple(msgspec.structs.replace(one, refused=self._refused[name]) for name, one in self._lists.items())
        said = (lists, tuple(self._texts), tuple(self._regexes))
        with values.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        digest.update(msgspec.json.encode(said))
        return _Kept(VERSION, told, digest.hexdigest(), *said, tuple(self._faults))
