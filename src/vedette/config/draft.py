"""A draft: a configuration as it was written, before anyone asked whether its values make sense."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from vedette.config.lines import Key, Lines, written
from vedette.errors import Mistake

Finding: TypeAlias = tuple[Key, str]
"""Something wrong at a key, before anyone looked up where that stands."""


@dataclass(frozen=True)
class Note:
    """Something that the file says and the configuration cannot hold: it becomes a comment, and a warning.

    Args:
        at: The key of ours before which the comment belongs; () is the top of the file.
        text: What it was, and what becomes of it.
        line: Where it stands in the file that was read.
    """

    at: Key
    text: str
    line: int | None = None


@dataclass(frozen=True)
class Draft:
    """Plain values by key, where each stands, and what was found wrong while reading.

    Args:
        hints: What to add, should the value of a key turn out to be a mistake.
    """

    data: dict[str, Any]
    lines: Lines
    notes: tuple[Note, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    hints: Mapping[Key, str] = field(default_factory=dict)


def mistake(lines: Lines, finding: Finding) -> Mistake:
    """A finding with the place where it stands."""
    key, message = finding
    place = lines.place(key)
    return Mistake(place.path, place.line, one_line(written(key)), one_line(message))


def one_line(text: str) -> str:
    """Text from a file as a message may show it: one line, nothing that a terminal would act on."""
    text = re.sub(r"\s*[\r\n]+\s*", " ", text).strip()
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
