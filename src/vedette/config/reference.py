"""Writes the reference of every key, asked of the settings themselves: `python -m vedette.config.reference FILE`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from vedette.config.keys import members
from vedette.config.settings import Configuration, Settings

BEGIN = "<!-- The tables below are written by `python -m vedette.config.reference docs/configuration.md`. -->"


def reference() -> str:
    """A table for each part of the configuration, the outermost first."""
    return "\n".join(line for title, one in parts() for line in _table(title, one))


def parts() -> Iterator[tuple[str, type[Settings]]]:
    """Every part with the way to it, as people write it: `feeds.NAME.fields[]`."""
    waiting: list[tuple[str, type[Settings]]] = [("", Configuration)]
    while waiting:
        way, one = waiting.pop(0)
        yield way, one
        below: list[tuple[str, type[Settings]]] = []
        for name, field in one.model_fields.items():
            place = f"{way}.{name}" if way else name
            below.extend((place + suffix, member) for suffix, member in _inner(field.annotation))
        waiting = below + waiting


def rewritten(page: str) -> str:
    """A page with the reference behind its marker brought up to date."""
    return page.partition(BEGIN)[0] + BEGIN + "\n" + reference() + "\n"


def _inner(annotation: Any) -> list[tuple[str, type[Settings]]]:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return [(".NAME", member) for member in members(inner[1])]
    if origin is tuple:
        return [("[]", member) for member in members(inner[0])]
    return [("", member) for member in members(annotation)]


def _table(way: str, one: type[Settings]) -> Iterator[str]:
    word = one.model_fields["type"].default if "type" in one.model_fields and way.startswith(("inp", "out")) else None
    title = f"`{way}`" + (f", `type: {word}`" if word else "") if way else "At the top"
    yield from ("", f"### {title}", "", (one.__doc__ or "").partition("\n")[0], "")
    yield from ("| key | value | default | meaning |", "| --- | --- | --- | --- |")
    for name, field in one.model_fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        yield f"| `{field.alias or name}` | {_kind(field)} | {_default(field)} | {meaning} |"


def _kind(field: FieldInfo) -> str:
    return _words(field.annotation) + _bounds(field)


def _words(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(inner[0])
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in inner)
    if origin is dict:
        return "by name" if members(inner[1]) else "text by name"
    if origin is tuple and get_origin(inner[0]) is Literal:
        return f"one or more of {_words(inner[0])}"
    if origin is tuple:
        return "list" if members(inner[0]) else f"list of {_words(inner[0])}s"
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return "keys"
    plain = {str: "text", int: "number", float: "number", bool: "`true`, `false`", Path: "path"}
    if annotation in plain:
        return plain[annotation]
    return ", ".join(_words(one) for one in inner if one is not type(None) and not isinstance(one, FieldInfo)) or "text"


def _bounds(field: FieldInfo) -> str:
    low = next((f"≥ {one.ge:g}" for one in field.metadata if hasattr(one, "ge")), "")
    low = low or next((f"> {one.gt:g}" for one in field.metadata if hasattr(one, "gt")), "")
    high = next((f"≤ {one.le:.12g}" for one in field.metadata if hasattr(one, "le")), "")
    bounds = ", ".join(part for part in (low, high) if part)
    return f" {bounds}" if bounds else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value in (None, (), {}, ""):
        return "none"
    if isinstance(value, Settings):
        return "as below" if value.model_dump(exclude_defaults=True) == {} else "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "see [severity](severity.md)" if isinstance(value[0], Settings) else ", ".join(f"`{x}`" for x in value)
    if isinstance(value, dict):
        return "a profile `default` with the one rule `auto`"
    return f"`{str(value)!r}`" if isinstance(value, str) and value != value.strip() else f"`{value}`"


if __name__ == "__main__":
    page_path = Path(sys.argv[1])
    page_path.write_text(rewritten(page_path.read_text()))
