"""The keys that a configuration may have at each place, asked of the settings' own types."""

import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from vedette.config.lines import Key
from vedette.config.settings import Configuration, Settings


def allowed_keys(key: Key, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys that may stand beside this one; empty where names are free."""
    kind: Any = Configuration
    value: Any = data
    for part in key[:-1]:
        kind, value = _below(kind, part), _item(value, part)
        kind = _chosen(kind, value)
    if not (isinstance(kind, type) and issubclass(kind, Settings)):
        return ()
    return tuple(field.alias or name for name, field in kind.model_fields.items())


def members(annotation: Any) -> tuple[type[Settings], ...]:
    """The settings that a value of this type may be: one, or several told apart by their `type`; or none."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return (annotation,)
    if get_origin(annotation) is Annotated:
        return members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(member for one in get_args(annotation) for member in members(one))
    return ()


def _below(kind: Any, part: str | int) -> Any:
    if isinstance(kind, type) and issubclass(kind, Settings):
        field = kind.model_fields.get(str(part))
        return field.annotation if field else None
    inner = get_args(kind)
    if get_origin(kind) is dict:
        return inner[1]
    return inner[0] if get_origin(kind) is tuple else None


def _chosen(annotation: Any, value: Any) -> Any:
    """The member that the value's `type` names, or the annotation itself where there is nothing to choose."""
    found = members(annotation)
    if len(found) == 1:
        return found[0]
    word = value.get("type") if isinstance(value, Mapping) else None
    return next((member for member in found if member.model_fields["type"].default == word), annotation)


def _item(value: Any, part: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None
