"""An entry: one feed's word on one value, as the index holds it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import repeat, starmap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import msgspec

from vedette.indicators.text import text_of

if TYPE_CHECKING:
    from vedette._core import EntryColumns, IndexBuilder, RawEntry, Row
    from vedette.indicators.kind import Kind, Scope, Tlp


NO_VERSIONS: Mapping[str, str] = MappingProxyType({})


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One feed's word on one value.

    Args:
        indicator: The feed's own text.
        context_json: The feed's record as it gave it, JSON; empty where it gave none.
        feed_version: The beginning of the SHA-256 of the feed's file; empty where that is not known.
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
    feed_version: str = ""

    @property
    def context(self) -> dict[str, Any]:
        """The feed's record as an object; empty where the feed gave none. Not to be changed: others see the same."""
        return record_of(self.context_json)


@lru_cache(256)
def record_of(context_json: bytes) -> dict[str, Any]:
    """A feed's record as an object; anything else that it gave is the object's one `value`."""
    if not context_json:
        return {}
    try:
        record = _DECODER.decode(context_json)
    except msgspec.MsgspecError:
        # Numbers beyond a float's range, say: JSON by its grammar, and still no reason to lose the detection.
        return {"value": text_of(context_json)}
    return record if isinstance(record, dict) else {"value": record}


_DECODER = msgspec.json.Decoder()


def entry_of(raw: "RawEntry", versions: Mapping[str, str] = NO_VERSIONS) -> Entry:
    """The entry that the core gave as a tuple, with its feed's version."""
    kind, indicator, normal_form, scope, feed, category, confidence, first, last, until, tags, tlp, context = raw
    return Entry(
        cast("Kind", kind),
        text_of(indicator),
        text_of(normal_form),
        cast("Scope", scope),
        feed,
        category,
        confidence,
        None if first is None else _time_of(first),
        None if last is None else _time_of(last),
        None if until is None else _time_of(until),
        tags,
        cast("Tlp | None", tlp),
        context,
        versions.get(feed, ""),
    )


def entries_of(columns: "EntryColumns", versions: Mapping[str, str]) -> list[Entry]:
    """The entries that the core gave as columns: built without a step of Python's own for each."""
    kinds, indicators, normal_forms, scopes, feeds, categories, confidences, *times, tags, tlps, contexts = columns
    first, last, until = map(_times_of, times)
    said = (kinds, indicators, normal_forms, scopes, feeds, categories, confidences, first, last, until, tags, tlps)
    of_feeds = map(versions.get, feeds, repeat(""))
    return list(starmap(Entry, zip(*said, contexts, of_feeds, strict=True)))


def _times_of(column: "list[int | None]") -> "Sequence[datetime | None]":
    nothing = column.count(None) == len(column)
    return cast("list[None]", column) if nothing else [None if one is None else _time_of(one) for one in column]


def row_of(raw: "RawEntry", builder: "IndexBuilder") -> "Row":
    """The row that makes the same entry again."""
    kind, indicator, _, scope, feed, category, confidence, first, last, until, tags, tlp, context = raw
    facts = builder.facts(feed, category, confidence, tags, tlp)
    return (kind, indicator, scope, facts, first, last, until, context or None)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@lru_cache(4096)
def _time_of(milliseconds: int) -> datetime:
    """An aware time; one that no calendar of ours reaches is the last or first that it does."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return _LAST if milliseconds > 0 else _FIRST
