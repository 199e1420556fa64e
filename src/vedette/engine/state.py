"""The state folder: one engine at a time works in it."""

import fcntl
import os
from pathlib import Path

from vedette.errors import StoreError


class StateFolder:
    """Makes the folder if need be, and holds it until closed or until the process ends.

    Raises:
        StoreError: Another engine holds it, or it cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as error:
            raise StoreError(f"state: {path}: cannot be used: {error.strerror}") from error
        self._hold()

    def close(self) -> None:
        """Let the folder go."""
        os.close(self._lock)

    def _hold(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._lock)
            raise StoreError(
                f"state: {self.path}: in use by another Vedette (process {holder}); stop that one, "
                "or give this one a `state` folder of its own"
            ) from error
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)
