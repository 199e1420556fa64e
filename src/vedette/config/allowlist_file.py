"""Reads an allowlist's own file, YAML or CSV, with the line of every mistake in it."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vedette.config.allowlist import Allowlist, AllowlistEntry
from vedette.config.draft import Draft, mistake
from vedette.config.lines import Key, Lines
from vedette.config.settings import Configuration
from vedette.config.shaping import shape
from vedette.config.yaml import parse_yaml, read_bytes
from vedette.errors import ConfigurationError, Mistake

_LISTS = ("feeds", "profiles", "networks")


@dataclass(frozen=True)
class AllowlistFile:
    """The entries of a file, and where they stand."""

    entries: tuple[AllowlistEntry, ...]
    lines: Lines


def read_allowlist(path: Path) -> AllowlistFile:
    """Read a file of allowlist entries.

    Raises:
        ConfigurationError: All that is wrong with it, at once.
    """
    data = read_bytes(path)
    draft = _csv(data, str(path)) if path.suffix.casefold() == ".csv" else parse_yaml(data, str(path))
    shaped = shape({"allowlist": draft.data})
    found = () if isinstance(shaped, Configuration) else tuple((key[1:], why) for key, why in shaped)
    if "path" in draft.data:
        found = (*found, (("path",), "is not a key here: the file's own entries stand under `entries`"))
    if found or draft.mistakes or not isinstance(shaped, Configuration):
        raise ConfigurationError((*draft.mistakes, *(mistake(draft.lines, one) for one in found)))
    return AllowlistFile(shaped.allowlist.entries, draft.lines)


def entries_of(allowlist: Allowlist) -> tuple[AllowlistEntry, ...]:
    """The entries of a configuration and of the file that it names, by its absolute path.

    Raises:
        ConfigurationError: The file has mistakes.
    """
    file = () if allowlist.path is None else read_allowlist(allowlist.path).entries
    return (*allowlist.entries, *file)


def _csv(data: bytes, path: str) -> Draft:
    """Rows under a header that names the keys; several words of one cell are parted by `;`."""
    try:
        rows = list(_rows(data.decode("utf-8-sig")))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise ConfigurationError((Mistake(path, None, "", f"is no CSV in UTF-8: {fault}"),)) from None
    lines: dict[Key, int] = {("entries", position): line for position, (line, _) in enumerate(rows)}
    return Draft({"entries": [values for _, values in rows]}, Lines(path, lines))


def _rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.reader(io.StringIO(text))
    header: Sequence[str] = [name.strip() for name in next(reader, [])]
    for row in reader:
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if cell.strip()}
        if cells:
            yield reader.line_num, {name: _listed(cell) if name in _LISTS else cell for name, cell in cells.items()}


def _listed(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]
