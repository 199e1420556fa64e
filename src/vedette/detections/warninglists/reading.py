"""Where warninglists are found: in a folder of MISP's layout, or in the package that carries MISP's own."""

import hashlib
import importlib.util
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vedette.detections.warninglists.warninglist import Warninglist, name_in

PACKAGE = "pymispwarninglists"
LONGEST_BYTES = 256 * 1024 * 1024
"""A longer file is no warninglist: the longest of MISP's has 25 MB."""

_FILE_NAME = "list.json"


@dataclass(frozen=True)
class Fault:
    """A file that is no warninglist, and why."""

    path: Path
    why: str


def package_folder() -> Path | None:
    """The folder of MISP's own lists; None where the package is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "data" / "misp-warninglists" / "lists"


def files_in(folder: Path) -> tuple[Path, ...]:
    """Every list's file: `NAME/list.json` each, or `NAME.json`."""
    return tuple(sorted([*folder.glob(f"*/{_FILE_NAME}"), *folder.glob("*.json")]))


def read(files: tuple[Path, ...]) -> Iterator[Warninglist | Fault]:
    """Yield each file's list, or what is wrong with it; one at a time, for all of them are large."""
    for path in files:
        try:
            if path.stat().st_size > LONGEST_BYTES:
                yield Fault(path, f"longer than {LONGEST_BYTES:,} bytes")
                continue
            yield Warninglist.read(path.read_bytes(), _folder_of(path))
        except OSError as error:
            yield Fault(path, str(error.strerror))
        except ValueError as error:
            yield Fault(path, str(error))


def names_in(files: tuple[Path, ...]) -> tuple[str, ...]:
    """By what the lists of these files may be called: their names, and those of their folders."""
    names: set[str] = set()
    for path in files:
        names.add(_folder_of(path))
        with suppress(OSError, ValueError):
            if path.stat().st_size <= LONGEST_BYTES:
                names.add(name_in(path.read_bytes()))
    return tuple(sorted(names))


def _folder_of(path: Path) -> str:
    return path.parent.name if path.name == _FILE_NAME else path.stem


def fingerprint(files: tuple[Path, ...]) -> str:
    """Tells whether a file has changed, come or gone, by their names, sizes and times."""
    told = hashlib.sha256()
    for path in files:
        try:
            status = path.stat()
        except OSError:
            continue
        told.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return told.hexdigest()
