"""Indicators in the fields of a JSON record."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from vedette.feeds.field_words import (
    NOTHING,
    ROLES,
    VALUE,
    VALUE_ROLES,
    confidence_of,
    folded,
    kind_of_word,
    tags_of,
    tlp_of,
)
from vedette.feeds.times import as_datetime
from vedette.indicators.indicator import Indicator

if TYPE_CHECKING:
    from vedette.config.settings import Feed
    from vedette.feeds.formats.json_documents import JsonRecord


def values_at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """What stands at the end of a path; every element of an array on the way, or at the end, is gone into."""
    if isinstance(value, list):
        for element in value:
            yield from values_at(element, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(value[path[0]], path[1:])


@lru_cache(maxsize=1024)
def parts_of(path: str) -> tuple[str, ...]:
    """The names on a path such as `files/MD5`."""
    return tuple(path.strip("/").split("/"))


def texts_at(record: dict[str, Any], path: str) -> Iterator[str]:
    """The texts at a path such as `files/MD5`; nulls and empty texts are none.

    Raises:
        ValueError: Something other than a text is there.
    """
    parts = parts_of(path)
    if parts[0] not in record:
        return
    for value in values_at(record, parts):
        if value is None or (isinstance(value, str) and value.strip().lower() in NOTHING):
            continue
        if not isinstance(value, str):
            raise ValueError(f"`{path}` holds {_shown(value)}; a text is wanted")  # noqa: TRY004 - a reject
        yield value.strip()


def _head(raw: bytes) -> str:
    return raw[:40].decode("utf-8", "replace")


def _shown(value: Any) -> str:
    return "an object" if isinstance(value, dict) else repr(value)[:40]


class Shared(NamedTuple):
    """What a record says about all of its indicators."""

    feed: str | None
    category: str | None
    confidence: int | None
    tags: tuple[str, ...]
    tlp: Any
    first_seen: datetime | None
    last_seen: datetime | None
    valid_until: datetime | None
    scope: str


def has_values(record: dict[str, Any], feed: "Feed") -> bool:
    """Whether the record itself has one of the feed's fields, or one whose name is well known."""
    if feed.fields:
        return any(rule.field.strip("/").split("/")[0] in record for rule in feed.fields)
    return any(ROLES.get(folded(name)) in VALUE_ROLES and isinstance(value, str) for name, value in record.items())


def indicators_in(record: "JsonRecord", feed: "Feed") -> Iterator[Indicator]:
    """The indicators at the feed's field paths; without any, those in fields of well-known names.

    Raises:
        ValueError: There is none in it, or a field holds something other than a text.
    """
    if isinstance(record.value, str):
        yield _indicator(record.value, feed.kind, feed, None)
        return
    if not isinstance(record.value, dict):
        raise ValueError(f"an object or a text is wanted, not {_head(record.raw)}")  # noqa: TRY004 - a reject
    shared = _shared(record.value, feed)
    context = record.context
    found = 0
    for text, kind, scope, category in _texts(record.value, feed):
        found += 1
        yield _indicator(text, kind, feed, scope, shared._replace(category=category or shared.category), context)
    if not found:
        wanted = ", ".join(f"`{rule.field}`" for rule in feed.fields) or "a field of a well-known name"
        raise ValueError(f"no indicator in it: {wanted} is wanted, it has {', '.join(record.value)[:120]}")


def _texts(record: dict[str, Any], feed: "Feed") -> Iterator[tuple[str, str | None, str | None, str | None]]:
    if feed.fields:
        for rule in feed.fields:
            for text in texts_at(record, rule.field):
                yield text, rule.kind or feed.kind, rule.scope, rule.category
        return
    roles = _roles(record)
    named = [VALUE] if VALUE in roles else [role for role in VALUE_ROLES if role in roles]
    kind_given = feed.kind or _kind_given(record, roles)
    for role in named:
        for text in texts_at(record, roles[role]):
            yield text, (kind_given if role == VALUE else feed.kind or VALUE_ROLES[role]), None, None


def _roles(record: dict[str, Any]) -> dict[str, str]:
    roles: dict[str, str] = {}
    for name in record:
        role = ROLES.get(folded(name))
        if role is not None:
            roles.setdefault(role, name)
    return roles


def _kind_given(record: dict[str, Any], roles: dict[str, str]) -> str | None:
    word = record.get(roles.get("type", ""))
    return kind_of_word(word) if isinstance(word, str) else None


def _indicator(
    text: str, kind: str | None, feed: "Feed", scope: Any, shared: Shared | None = None, context: bytes = b""
) -> Indicator:
    if shared is None:
        return Indicator(text, kind, scope or feed.scope, context=context)
    return Indicator(
        text,
        kind,
        scope or feed.scope,
        category=shared.category,
        confidence=shared.confidence,
        first_seen=shared.first_seen,
        last_seen=shared.last_seen,
        valid_until=shared.valid_until,
        tags=shared.tags,
        tlp=shared.tlp,
        feed=shared.feed,
        context=context,
        own_scope=shared.scope,
    )


def _shared(record: dict[str, Any], feed: "Feed") -> Shared:
    roles = {} if feed.fields else _roles(record)

    def at(role: str, option: str | None = None) -> Any:
        return _first(record, option) if option else record.get(roles.get(role, ""))

    return Shared(
        feed=_text(_first(record, feed.feed_field)) if feed.feed_field else None,
        category=_text(at("category")) if feed.category is None else None,
        confidence=_confidence(at("confidence")),
        tags=_tags(at("tags")),
        tlp=tlp_of(_text(at("tlp")) or ""),
        first_seen=as_datetime(at("first_seen", feed.first_seen_field)),
        last_seen=as_datetime(at("last_seen", feed.last_seen_field)),
        valid_until=as_datetime(at("valid_until", feed.valid_until_field)),
        scope=own_scope(record, feed),
    )


def own_scope(record: dict[str, Any], feed: "Feed") -> str:
    """The record's own word for how far its indicators reach; empty where it has none, or none is asked for."""
    word = _first(record, feed.scope_field) if feed.scope_field else None
    return "" if word is None else str(word)


def _first(record: dict[str, Any], path: str) -> Any:
    return next(values_at(record, parts_of(path)), None)


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip().lower() not in NOTHING else None


def _confidence(value: Any) -> int | None:
    return confidence_of(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tags_of(value)
    if isinstance(value, list):
        return tuple(dict.fromkeys(tag.strip() for tag in value if isinstance(tag, str) and tag.strip()))
    return ()
