"""A feed's record, laid out flat: every field with its path, in the record's own order."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec


def fields_of(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field as (path, text): nested ones as `ip_whois/net_name`, the items of a list each under the same path."""
    waiting: list[tuple[str, Any]] = [("", record)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            below = [(f"{path}/{name}" if path else name, item) for name, item in value.items()]
            waiting.extend(reversed(below))
        elif isinstance(value, list):
            waiting.extend((path, item) for item in reversed(value))
        else:
            yield path, text_of(value)


def actionable_fields(record: dict[str, Any], chosen: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The chosen fields, (path, name to go out under) each, as (name, text).

    A field that the record does not have is empty; one that it has several times gives its values joined by `;`.
    """
    values: dict[str, list[str]] = {}
    for path, text in fields_of(record):
        values.setdefault(path, []).append(text)
    return tuple((name, ";".join(values.get(path, ()))) for path, name in chosen)


def text_of(value: object) -> str:
    """A scalar as text: strings as they are, nothing as nothing, anything else as JSON writes it."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()
