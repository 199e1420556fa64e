"""Opens an index file and says in the user's words what is wrong with it."""

from pathlib import Path

from vedette import _core
from vedette.errors import IndexFileError


def open_file(path: Path, *, generation: int, verify: bool) -> "_core.Index":
    """Open one index file.

    Args:
        path: An `index.vdx`.
        generation: The number that its detections will carry.
        verify: Hold every section against its checksum first; about 0.2 s a gigabyte.

    Raises:
        IndexFileError: It is not there, no index, of another version, cut short or damaged: which section, is said.
    """
    try:
        return _core.Index(str(path), generation, verify)
    except OSError as error:
        raise IndexFileError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise IndexFileError(str(error)) from error
