"""The generations of one folder: which is in force, and how another takes its place.

`000042/` holds a generation, `CURRENT` the number of the one in force, `LOCK` keeps two builds apart. A generation is
written into a folder of another name and renamed when it is whole, and `CURRENT` is replaced in one step, so a process
that dies at any point leaves the generation in force as it was.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vedette.errors import IndexFileError
from vedette.index.building import DEFAULT_MEMORY_BYTES, Building
from vedette.index.durable import sync_folder, write_file
from vedette.index.freeing import remove_folder
from vedette.index.generation import Generation, Manifest

CURRENT_NAME = "CURRENT"
LOCK_NAME = "LOCK"
_UNFINISHED = ".new-"


class Generations:
    """The generations in a folder, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def list(self) -> tuple[Generation, ...]:
        """Every whole generation, oldest first; none if there is no such folder."""
        if not self.folder.is_dir():
            return ()
        names = sorted(path.name for path in self.folder.iterdir() if path.is_dir() and _is_number(path.name))
        return tuple(sorted((self._named(int(name)) for name in names), key=lambda each: each.number))

    def current(self) -> Generation | None:
        """The generation in force; None if none was ever built.

        Raises:
            IndexFileError: `CURRENT` is unreadable, or names a generation that is not there.
        """
        number = self._number_in_force()
        if number is None:
            return None
        generation = self._named(number)
        if not generation.folder.is_dir():
            path = self.folder / CURRENT_NAME
            raise IndexFileError(f"{path}: generation {number} is not there. {self.way_out()}")
        return generation

    def generation(self, number: int) -> Generation:
        """The generation of this number.

        Raises:
            LookupError: There is none; those that there are, are named.
        """
        found = {generation.number: generation for generation in self.list()}
        if number not in found:
            there_are = ", ".join(map(str, found)) or "none yet"
            raise LookupError(f"{self.folder}: no generation {number}; there are: {there_are}")
        return found[number]

    def way_out(self) -> str:
        """What a user may do about a current generation that cannot be opened."""
        numbers = ", ".join(str(generation.number) for generation in self.list())
        build = f"`vedette index build --out {self.folder}`"
        if not numbers:
            return f"Build one with {build}."
        back = f"`vedette index rollback {self.folder}`"
        return f"Go back with {back}, or build again with {build}; there are: {numbers}."

    @contextmanager
    def new(self, *, memory_bytes: int = DEFAULT_MEMORY_BYTES) -> Iterator[Building]:
        """Build a generation beside the current one. What is not finished leaves nothing behind.

        Raises:
            IndexFileError: Another process is building here, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexFileError(f"{self.folder}: {error.strerror}") from error
        with self._locked():
            self._sweep()
            folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.folder))
            folder.chmod(0o755)
            try:
                yield Building(self._next_number(), folder, self._publish, memory_bytes=memory_bytes)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def rollback(self, to: int | None = None) -> Generation:
        """Put an earlier generation in force, after verifying it.

        Args:
            to: Its number; None is the newest before the current one.

        Raises:
            LookupError: There is none.
            IndexFileError: It is damaged; the current one stays in force.
        """
        with self._locked():
            generation = self._before_current() if to is None else self.generation(to)
            generation.verify()
            self._make_current(generation)
        return generation

    def verify(self, number: int) -> Manifest:
        """Hold a generation against its manifest and its checksums.

        Raises:
            LookupError: There is none of this number.
            IndexFileError: It is damaged; what, is said.
        """
        return self.generation(number).verify()

    def remove(self, number: int) -> None:
        """Remove a generation.

        Raises:
            LookupError: There is none of this number.
            ValueError: It is the one in force.
        """
        with self._locked():
            self._remove(self.generation(number))

    def prune(self, *, keep: int) -> tuple[Generation, ...]:
        """Remove all but the newest `keep` generations, and never the one in force; return those removed."""
        if keep < 1:
            raise ValueError(f"keep at least 1 generation, not {keep}")
        with self._locked():
            current = self.current()
            removed = tuple(generation for generation in self.list()[:-keep] if generation != current)
            for generation in removed:
                self._remove(generation)
        return removed

    def _named(self, number: int) -> Generation:
        return Generation(number, self.folder / f"{number:06d}")

    def _number_in_force(self) -> int | None:
        path = self.folder / CURRENT_NAME
        try:
            number = path.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexFileError(f"{path}: {error}. {self.way_out()}") from error
        if not _is_number(number):
            raise IndexFileError(f"{path}: it should hold a generation's number, not {number!r}. {self.way_out()}")
        return int(number)

    def _next_number(self) -> int:
        numbers = [generation.number for generation in self.list()]
        # Detections name generations: the number of one whose folder somebody deleted is not given again.
        with suppress(IndexFileError):
            numbers.append(self._number_in_force() or 0)
        return max(numbers, default=0) + 1

    def _before_current(self) -> Generation:
        numbers = [generation.number for generation in self.list()]
        try:
            current = self.current()
        except IndexFileError:
            current = None
        earlier = [number for number in numbers if current is None or number < current.number]
        if not earlier:
            raise LookupError(f"{self.folder}: there is no earlier generation to go back to")
        return self._named(earlier[-1])

    def _publish(self, building: Building, make_current: bool) -> Generation:
        generation = self._named(building.number)
        building.folder.rename(generation.folder)
        sync_folder(self.folder)
        if make_current:
            self._make_current(generation)
        return generation

    def _make_current(self, generation: Generation) -> None:
        write_file(self.folder / CURRENT_NAME, f"{generation.number:06d}\n".encode())

    def _remove(self, generation: Generation) -> None:
        if generation == self.current():
            raise ValueError(f"generation {generation.number} is in force and cannot be removed")
        doomed = self.folder / f"{_UNFINISHED}removed-{generation.number:06d}"
        generation.folder.rename(doomed)
        remove_folder(doomed)

    def _sweep(self) -> None:
        """Remove what builds left that were killed; the lock is ours, so nobody works in there."""
        for path in self.folder.glob(f"{_UNFINISHED}*"):
            remove_folder(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        path = self.folder / LOCK_NAME
        try:
            lock = path.open("a")
        except OSError as error:
            raise IndexFileError(f"{path}: {error.strerror}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexFileError(
                    f"{path}: another process is changing the generations here: wait for it"
                ) from error
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            yield


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and int(name) > 0
