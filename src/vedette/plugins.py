"""Finds a plug-in by its name in a table, and says what there is when the name is wrong."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def find(table: Mapping[str, T], name: str, what: str) -> T:
    """The plug-in that goes by this name.

    Args:
        table: The plug-ins by their names.
        name: The name asked for.
        what: What the table holds, in the singular: `format`.

    Raises:
        LookupError: None goes by that name; those that do are listed.
    """
    plugin = table.get(name)
    if plugin is None:
        raise LookupError(f"no {what} named {name!r}; there are: {', '.join(sorted(table))}")
    return plugin
