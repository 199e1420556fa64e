"""Lines: where each key of a configuration stands in the file that it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Key: TypeAlias = tuple[str | int, ...]
"""A key's way from the top: `("feeds", "urlhaus", "fields", 0, "kind")`."""


@dataclass(frozen=True)
class Place:
    """Where a value was written: a file and its line, or the words that set it (`--set`, the environment)."""

    path: str
    line: int | None = None


@dataclass(frozen=True)
class Lines:
    """Where each key stands.

    Args:
        path: The file.
        of: The line of each key that the file holds.
        elsewhere: Keys that were set from outside of the file, and by what.
    """

    path: str
    of: Mapping[Key, int] = field(default_factory=dict)
    elsewhere: Mapping[Key, str] = field(default_factory=dict)

    def place(self, key: Key) -> Place:
        """Where this key stands, or where the nearest part that holds it does."""
        for length in range(len(key), -1, -1):
            part = key[:length]
            if part in self.elsewhere:
                return Place(self.elsewhere[part])
            if part in self.of:
                return Place(self.path, self.of[part])
        return Place(self.path)


def written(key: Key) -> str:
    """A key as people write it: `feeds.urlhaus.fields[0].kind`."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
