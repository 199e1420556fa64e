"""An indicator: a value of some kind that a feed says is bad, with all that the feed said about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vedette.indicators.kind import Scope, Tlp


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator as a feed's format read it, before it has a normal form.

    Args:
        value: The feed's own text.
        kind: A word of `KIND_WORDS`, or None to be told by looking.
        scope: How far it reaches; None is the kind's default.
        own_scope: The record's own word for that, before `scope`: one that is no scope, or that the kind cannot have,
            refuses the indicator. Empty where the record says nothing.
        category: The feed's word for what it is; None is the feed's own category.
        confidence: 0 to 100; None is the feed's own confidence.
        context: The feed's whole record as JSON bytes; empty where there is no more than the value.
    """

    value: str
    kind: str | None = None
    scope: "Scope | None" = None
    category: str | None = None
    confidence: int | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    valid_until: datetime | None = None
    tags: tuple[str, ...] = ()
    tlp: "Tlp | None" = None
    feed: str | None = None
    context: bytes = b""
    own_scope: str = ""
