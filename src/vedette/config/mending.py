"""Takes what does not fit out of a draft, so that the rest can be checked and all mistakes are named at once."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from vedette.config.lines import Key

_STAND_INS: Mapping[str | int, str] = {
    "listen": "127.0.0.1:0",
    "address": "127.0.0.1:0",
    "path": ".",
    "field": "-",
    "event": "-",
    "input": "-",
    "output": "-",
}
"""For the keys that have no default; nobody gets to see them."""


def mended(data: Mapping[str, Any], faulty: Iterable[Key]) -> dict[str, Any]:
    """A copy in which defaults, or stand-ins, are in place of the faulty values."""
    copied: dict[str, Any] = copy.deepcopy(dict(data))
    for key in faulty:
        _mend(copied, key)
    return copied


def _mend(data: dict[str, Any], key: Key) -> None:
    if key[-1] == "type" and key[0] in ("inputs", "outputs"):
        key = key[:-1]
    level: Any = data
    for part in key[:-1]:
        try:
            level = level[part]
        except (LookupError, TypeError):
            return
    if isinstance(level, list) and isinstance(key[-1], int):
        level[key[-1]] = "-"  # Taken out, it would give those behind it other numbers.
    elif isinstance(level, dict):
        level.pop(key[-1], None)
        if len(key) > 2 and key[-1] in _STAND_INS:
            level[key[-1]] = _STAND_INS[key[-1]]
