"""An index as the product uses it: entries instead of raw tuples, errors in the user's words."""

import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import compress
from operator import not_
from pathlib import Path
from typing import TYPE_CHECKING, cast

from vedette.errors import IndexFileError
from vedette.index.entry import Entry, entries_of, entry_of, row_of
from vedette.index.generation import INDEX_NAME, Generation
from vedette.index.generations import Generations
from vedette.index.opening import open_file

if TYPE_CHECKING:
    from vedette import _core
    from vedette.indicators.kind import Kind, Scope

REMEMBERED_ENTRIES = 65_536
VERSION_DIGITS = 16
"""Of a SHA-256: enough to tell the versions of a feed apart, and short enough for every detection."""

_FORGOTTEN_AT_ONCE = 500
_LISTED_AT_ONCE = 1000


class Index:
    """One generation's indicators. Shared by every thread; entries that were asked for are remembered, within bounds.

    Args:
        core: The core's index.
        path: The file that it was opened from.
    """

    def __init__(self, core: "_core.Index", path: Path) -> None:
        self.core = core
        self.path = path
        self._remembered: dict[int, Entry] = {}
        self._versions = _versions_of(core.generation, path.parent)

    def __del__(self) -> None:
        """Forget what is remembered, where that holds nobody up."""
        self.forget()

    def forget(self) -> None:
        """Let go of the entries that are remembered."""
        remembered, self._remembered = self._remembered, {}
        _let_go(remembered)

    @classmethod
    def open(cls, path: Path, *, verify: bool = True) -> "Index":
        """Open what `vedette index build --out` wrote.

        Args:
            path: A folder of generations, of which the current one is opened; one generation; or an index file.
            verify: Hold every byte against its checksum first.

        Raises:
            IndexFileError: It is not there or damaged; what, and what to do, is said.
        """
        if path.is_file():
            return cls(open_file(path, generation=_number_of(path.parent), verify=verify), path)
        if (path / INDEX_NAME).is_file():
            return cls.open(path / INDEX_NAME, verify=verify)
        return cls.open_current(Generations(path), verify=verify)

    @classmethod
    def open_current(cls, generations: Generations, *, verify: bool = True) -> "Index":
        """Open the generation in force.

        Raises:
            IndexFileError: There is none, or it is damaged; what, and how to go back, is said.
        """
        generation = generations.current()
        if generation is None:
            raise IndexFileError(f"{generations.folder}: no generation of an index is here. {generations.way_out()}")
        try:
            return cls.open_generation(generation, verify=verify)
        except IndexFileError as error:
            raise IndexFileError(f"{error}. {generations.way_out()}") from error

    @classmethod
    def open_generation(cls, generation: Generation, *, verify: bool = True) -> "Index":
        """Open one generation.

        Raises:
            IndexFileError: It is damaged; what, is said.
        """
        path = generation.index_path
        return cls(open_file(path, generation=generation.number, verify=verify), path)

    @property
    def generation(self) -> int:
        """The generation's number; 0 for a file that belongs to none."""
        return self.core.generation

    @property
    def stats(self) -> dict[str, int]:
        """Counts and sizes: see `_core.Index.stats`."""
        return self.core.stats()

    @property
    def feeds(self) -> dict[str, int]:
        """Entries per feed."""
        return self.core.feeds()

    def entry(self, number: int) -> Entry:
        """The entry of this number.

        Raises:
            IndexFileError: The index is damaged there.
        """
        entry = self._remembered.get(number)
        if entry is None:
            entry = _entry(self.core, number, self._versions)
            if len(self._remembered) >= REMEMBERED_ENTRIES:
                self.forget()
            self._remembered[number] = entry
        return entry

    def entries_of(self, numbers: Sequence[int]) -> list[Entry]:
        """The entry of each of these numbers: one crossing into the core for all that are not remembered.

        Raises:
            IndexFileError: The index is damaged there.
        """
        known = list(map(self._remembered.get, numbers))
        if all(known):
            return cast("list[Entry]", known)
        missing = list(dict.fromkeys(compress(numbers, map(not_, known))))
        made = dict(zip(missing, _entries(self.core, missing, self._versions), strict=True))
        if len(self._remembered) + len(made) > REMEMBERED_ENTRIES:
            self.forget()
        if len(made) <= REMEMBERED_ENTRIES:
            self._remembered.update(made)
        return [made[number] if entry is None else entry for number, entry in zip(numbers, known, strict=True)]

    def look_up(self, kind: "Kind", value: str | bytes) -> "tuple[tuple[Entry, Scope], ...]":
        """Every entry that knows this value with the scope by which it was reached, most specific first.

        Raises:
            ValueError: The value has no normal form of this kind.
        """
        found = self.core.look_up(kind, value)
        return tuple((self.entry(number), cast("Scope", scope)) for number, scope in found)

    def entries(self) -> Iterator[Entry]:
        """Every entry, in the file's own order."""
        listed = self.core.entries(0, _LISTED_AT_ONCE)
        while listed:
            yield from (entry_of(raw, self._versions) for _, raw in listed)
            listed = self.core.entries(listed[-1][0], _LISTED_AT_ONCE)

    def copy_feed(self, feed: str, builder: "_core.IndexBuilder") -> int:
        """Hand all entries of a feed to a builder, as they are; returns how many there are."""
        copied, last = 0, 0
        while listed := self.core.entries(last, _LISTED_AT_ONCE):
            last = listed[-1][0]
            rows = [row_of(raw, builder) for _, raw in listed if raw[4] == feed]
            copied += len(rows) - len(builder.add(rows))
        return copied


def _entry(core: "_core.Index", number: int, versions: Mapping[str, str]) -> Entry:
    try:
        return entry_of(core.entry(number), versions)
    except ValueError as error:
        raise IndexFileError(str(error)) from error


def _entries(core: "_core.Index", numbers: Sequence[int], versions: Mapping[str, str]) -> list[Entry]:
    try:
        return entries_of(core.entry_columns(numbers), versions)
    except ValueError as error:
        raise IndexFileError(str(error)) from error


def _let_go(remembered: dict[int, Entry]) -> None:
    """Forget the entries bit by bit, in a thread: to free many at once would hold up every other thread."""
    # While the process ends, a thread is not started any more, or waited for without end; and nobody is held up.
    if len(remembered) > _FORGOTTEN_AT_ONCE and not sys.is_finalizing():
        with suppress(RuntimeError):
            threading.Thread(target=_forget, args=(remembered,), daemon=True).start()


def _forget(remembered: dict[int, Entry]) -> None:
    while remembered:
        for _ in range(min(len(remembered), _FORGOTTEN_AT_ONCE)):
            remembered.popitem()
        time.sleep(0.001)


def _versions_of(generation: int, folder: Path) -> dict[str, str]:
    """Feed → the beginning of its file's SHA-256; nothing for a lone file."""
    try:
        feeds = Generation(generation, folder).manifest().feeds
    except IndexFileError:
        return {}
    return {feed.name: feed.sha256[:VERSION_DIGITS] for feed in feeds}


def _number_of(folder: Path) -> int:
    return int(folder.name) if folder.name.isascii() and folder.name.isdigit() else 0
