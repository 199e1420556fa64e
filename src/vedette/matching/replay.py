"""A detection held against what the same event raises now: what is the same, and what is not."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vedette.detections.detection import Detection

_COMPARED = ("normal_form", "matched_scope", "variant", "obfuscation", "severity", "severity_steps", "warninglists")
_COMPARED_OF_ENTRY = (
    "scope",
    "confidence",
    "tags",
    "tlp",
    "first_seen",
    "last_seen",
    "valid_until",
    "context_json",
    "feed_version",
)


class Difference(NamedTuple):
    """Something that was not then as it is now."""

    what: str
    then: object
    now: object


def same_among(then: "Detection", now: "Iterable[Detection]") -> "Detection | None":
    """The detection that says now what this one said then: of the same rule, place, and feed's word on a value."""
    return next((one for one in now if _identity(one) == _identity(then)), None)


def differences(then: "Detection", now: "Detection") -> tuple[Difference, ...]:
    """What one says otherwise than the other."""
    both = [(name, getattr(then, name), getattr(now, name)) for name in _COMPARED]
    both += [(f"entry.{name}", getattr(then.entry, name), getattr(now.entry, name)) for name in _COMPARED_OF_ENTRY]
    return tuple(Difference(what, one, other) for what, one, other in both if one != other)


def _identity(one: "Detection") -> tuple[object, ...]:
    entry = one.entry
    return (one.rule, one.span, one.observed, entry.kind, entry.normal_form, entry.feed, entry.category)
