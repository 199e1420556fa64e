"""An entry: one feed's word on one value, as the index holds it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import msgspec

from vedette.indicators.text import text_of

if TYPE_CHECKING:
    from vedette._core import IndexBuilder, RawEntry, Row
    from vedette.indicators.kind import Kind, Scope, Tlp


@dataclass(frozen=True)
class Entry:
    """One feed's word on one value.

    Args:
        indicator: The feed's own text.
        context_json: The feed's record as it gave it, JSON; empty where it gave none.
    """

    kind: "Kind"
    indicator: str
    normal_form: str
    scope: "Scope"
    feed: str
    category: str
    confidence: int
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    valid_until: datetime | None = None
    tags: tuple[str, ...] = ()
    tlp: "Tlp | None" = None
    context_json: bytes = b""

    @cached_property
    def context(self) -> dict[str, Any]:
        """The feed's record as an object; empty where the feed gave none."""
        if not self.context_json:
            return {}
        try:
            record = msgspec.json.decode(self.context_json)
        except msgspec.MsgspecError:
            # Numbers beyond a float's range, say: JSON by its grammar, and still no reason to lose the detection.
            return {"value": text_of(self.context_json)}
        return record if isinstance(record, dict) else {"value": record}


def entry_of(raw: "RawEntry") -> Entry:
    """The entry that the core gave as a tuple."""
    kind, indicator, normal_form, scope, feed, category, confidence, first, last, until, tags, tlp, context = raw
    return Entry(
        kind=cast("Kind", kind),
        indicator=text_of(indicator),
        normal_form=text_of(normal_form),
        scope=cast("Scope", scope),
        feed=feed,
        category=category,
        confidence=confidence,
        first_seen=_time_of(first),
        last_seen=_time_of(last),
        valid_until=_time_of(until),
        tags=tags,
        tlp=cast("Tlp | None", tlp),
        context_json=context,
    )


def row_of(raw: "RawEntry", builder: "IndexBuilder") -> "Row":
    """The row that makes the same entry again."""
    kind, indicator, _, scope, feed, category, confidence, first, last, until, tags, tlp, context = raw
    facts = builder.facts(feed, category, confidence, tags, tlp)
    return (kind, indicator, scope, facts, first, last, until, context or None)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def _time_of(milliseconds: int | None) -> datetime | None:
    """An aware time; one that no calendar of ours reaches is the last or first that it does."""
    if milliseconds is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return _LAST if milliseconds > 0 else _FIRST
