"""Values set from outside of the file: `--set a.b=c`, and `VEDETTE__A__B=c` in the environment."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from vedette.config.draft import Draft
from vedette.config.lines import Key
from vedette.errors import ConfigurationError, Mistake

PREFIX = "VEDETTE__"


def overridden(draft: Draft, settings: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Draft:
    """The draft with the environment's values in it, and then those of `settings`, each `a.b=c`.

    A value is a text, or JSON where it begins with `[` or `{`. A name with dots in it is found where the draft has it.

    Raises:
        ConfigurationError: A setting is not of the form `a.b=c`, or leads into something that has no keys.
    """
    changes = [
        (name.removeprefix(PREFIX).lower().split("__"), value, name)
        for name, value in sorted((environment or {}).items())
        if name.startswith(PREFIX)
    ]
    mistakes: list[Mistake] = []
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not all(name.split(".")):
            mistakes.append(Mistake("--set", None, setting, "should be of the form `a.b=c`"))
            continue
        changes.append((name.split("."), value, f"--set {name}"))
    data, elsewhere = copy.deepcopy(draft.data), dict(draft.lines.elsewhere)
    for parts, value, origin in changes:
        try:
            elsewhere[_put(data, parts, _value(value))] = origin
        except LookupError as fault:
            mistakes.append(Mistake(origin, None, "", str(fault.args[0])))
    if mistakes:
        raise ConfigurationError(tuple(mistakes))
    hints = {key: hint for key, hint in draft.hints.items() if key not in elsewhere}
    return replace(draft, data=data, lines=replace(draft.lines, elsewhere=elsewhere), hints=hints)


def _value(text: str) -> Any:
    if text[:1] in "[{" and text:
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
    return text


def _put(data: dict[str, Any], parts: Sequence[str], value: Any) -> Key:
    """Put a value in its place; the key where it now stands."""
    key: Key = ()
    level: Any = data
    rest = list(parts)
    while True:
        name, rest = _step(level, rest)
        key = (*key, name)
        if not rest:
            level[name] = value
            return key
        below = level.get(name)
        level[name] = {} if below is None else below
        level = level[name]
        if not hasattr(level, "keys"):
            raise LookupError(f"`{name}` has no keys below it that could be set")


def _step(level: Mapping[str, Any], parts: list[str]) -> tuple[str, list[str]]:
    """The longest run of parts that names something here, and what is left; names of feeds may hold dots."""
    known = {name.lower(): name for name in level}
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in level or name.lower() in known:
            return name if name in level else known[name.lower()], parts[length:]
    return parts[0], parts[1:]
