"""A store for the length of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vedette.store.store import Store


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """Open a store; it is closed at the end."""
    store = Store(path)
    try:
        yield store
    finally:
        store.close()
