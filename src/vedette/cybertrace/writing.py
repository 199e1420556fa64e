"""Writes a converted configuration as `vedette.yaml`, with a comment for every value that has no counterpart."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vedette.config.draft import Note
from vedette.config.lines import Key
from vedette.config.settings import Configuration

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def to_yaml(configuration: Configuration, notes: Sequence[Note] = (), title: str = "") -> str:
    """The configuration as YAML; what it holds comes back byte for byte, however long or odd."""
    data = configuration.model_dump(mode="json", exclude_unset=True, by_alias=True)
    comments = _placed(notes, data)
    lines = [*_comment(title, 0), *comments.get((), ()), *_mapping(data, (), 0, comments)]
    return "\n".join(lines) + "\n"


def relocated(configuration: Configuration, old: Path, new: Path) -> Configuration:
    """The same configuration for a file in another folder: feeds are still found where they are."""
    if old.resolve() == new.resolve():
        return configuration
    feeds = {
        name: feed.model_copy(update={"path": Path(os.path.relpath((old / feed.path).resolve(), new.resolve()))})
        for name, feed in configuration.feeds.items()
    }
    return configuration.model_copy(update={"feeds": feeds})


def _placed(notes: Iterable[Note], data: Mapping[str, Any]) -> dict[Key, list[str]]:
    """Comments by the key before which they go: the note's own, or the nearest above it that is written."""
    comments: dict[Key, list[str]] = {}
    for note in notes:
        at = note.at
        while at and not _is_written(at, data):
            at = at[:-1]
        comments.setdefault(at, []).extend(_comment(note.text, 2 * max(0, len(at) - 1)))
    return comments


def _is_written(key: Key, data: Any) -> bool:
    for part in key:
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def _comment(text: str, indent: int) -> Iterator[str]:
    """A comment of one line for each of the text's; nothing in it can end it."""
    for line in text.splitlines():
        shown = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)
        yield " " * indent + f"# {shown}"


def _mapping(values: Mapping[str, Any], key: Key, indent: int, comments: Mapping[Key, list[str]]) -> Iterator[str]:
    for name, value in values.items():
        below = (*key, name)
        yield from comments.get(below, ())
        yield from _item(f"{' ' * indent}{_scalar(name)}:", value, below, indent, comments)


def _item(start: str, value: Any, key: Key, indent: int, comments: Mapping[Key, list[str]]) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield start
        yield from _mapping(value, key, indent + 2, comments)
    elif isinstance(value, list) and value:
        yield start
        for one in value:
            yield from _list_item(one, indent + 2)
    else:
        yield f"{start} {_scalar(value)}"


def _list_item(value: Any, indent: int) -> Iterator[str]:
    """An item of a list; the settings have no lists of lists, and no comments within lists."""
    dash = " " * indent + "- "
    if not isinstance(value, dict):
        yield dash + _scalar(value)
        return
    for position, (name, one) in enumerate(value.items()):
        start = dash if position == 0 else " " * len(dash)
        yield from _item(f"{start}{_scalar(name)}:", one, (), indent + 2, {})


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return str(value)


def _text(text: str) -> str:
    """Plain where that is safe, single-quoted where all can be seen, else double-quoted with escapes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if all(one.isprintable() and one != "\ufeff" for one in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(one) for one in text) + '"'


def _escaped(one: str) -> str:
    if one in '"\\':
        return "\\" + one
    if one.isprintable() and one != "\ufeff":
        return one
    return f"\\U{ord(one):08x}"
