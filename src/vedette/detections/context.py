"""A feed's record, laid out flat: every field with its path, in the record's own order."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from vedette.index.entry import record_of


def fields_of(record: dict[str, Any]) -> list[tuple[str, str]]:
    """Each field as (path, text): nested ones as `ip_whois/net_name`, the items of a list each under the same path."""
    fields: list[tuple[str, str]] = []
    # Not by recursion: a record may be nested deeper than Python goes.
    open_: list[tuple[str, Iterator[tuple[str, Any]]]] = [("", iter(record.items()))]
    while open_:
        prefix, items = open_[-1]
        for name, value in items:
            if isinstance(value, str):
                fields.append((prefix + name, value))
            elif isinstance(value, dict):
                path = prefix + name
                open_.append((f"{path}/" if path else "", iter(value.items())))
                break
            elif isinstance(value, list):
                open_.append((prefix + name, (("", item) for item in value)))
                break
            else:
                fields.append((prefix + name, text_of(value)))
        else:
            open_.pop()
    return fields


@lru_cache(256)
def flat_text(context_json: bytes) -> str:
    """A feed's record as `path:text`, parted by blanks."""
    return " ".join([f"{path}:{text}" for path, text in fields_of(record_of(context_json))])


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
    if type(value) is int:
        return str(value)
    return "" if value is None else msgspec.json.encode(value).decode()
