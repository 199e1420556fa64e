"""Kaspersky's threat data feeds: JSON in the vendor's own shapes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.formats.json_documents import JsonRecord, json_records
from vedette.feeds.formats.json_fields import own_scope, texts_at
from vedette.feeds.formats.kaspersky_fields import FIELDS, Reading, category_of, reading_of, stem_of
from vedette.feeds.times import as_datetime
from vedette.indicators.indicator import Indicator
from vedette.indicators.kind import scopes_of

if TYPE_CHECKING:
    from vedette.config.settings import FieldRule
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse
    from vedette.indicators.kind import Scope

_MARKS = frozenset({"threat_score", "ip_geo", "users_geo", "ip_whois"})
_HASHES = frozenset({"MD5", "SHA1", "SHA256"})
_ARRAYS = {"urls": "url", "hosts": "host", "domains": "domain"}


class KasperskyFormat(RecordFormat[JsonRecord]):
    """Kaspersky's record shapes; their `type` says how far a mask reaches, their file's name which category it is.

    With `fields` only those are read, each in the meaning that it has in these feeds.
    """

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, JsonRecord]]:
        """The elements of the one array; objects one behind the other are taken too."""
        return json_records(document, looks_kaspersky, refuse)

    def indicators(self, record: JsonRecord, file: str) -> Iterator[Indicator]:
        """All that its fields name, files and hosts included."""
        if not isinstance(record.value, dict):
            raise ValueError("a record is an object; this is none")  # noqa: TRY004 - a reject, not a mistake of ours
        context = record.context
        first_seen = as_datetime(record.value.get("first_seen"))
        last_seen = as_datetime(record.value.get("last_seen"))
        found = 0
        for reading, category in self._found(record.value, stem_of(file)):
            found += 1
            value, kind, scope = reading
            yield Indicator(
                value,
                kind,
                scope,
                category,
                first_seen=first_seen,
                last_seen=last_seen,
                context=context,
                own_scope=own_scope(record.value, self.feed),
            )
        if not found:
            wanted = ", ".join(rule.field for rule in self.feed.fields) or ", ".join(FIELDS)
            raise ValueError(f"no indicator in it; it has {', '.join(record.value)[:120]}, of which none is {wanted}")

    def _found(self, record: dict[str, Any], stem: str | None) -> Iterator[tuple[Reading, str | None]]:
        for field, rule in self._fields():
            for text in texts_at(record, field):
                holds = FIELDS.get(field)
                of_rule = rule.category if rule is not None else None
                reading = reading_of(text, holds, record) if holds else self._by_rule(text, rule)
                scope = self._scope_of(reading, rule)
                category = of_rule or self.feed.category or category_of(stem, holds)
                yield Reading(reading.value, reading.kind, scope), category

    def _scope_of(self, reading: Reading, rule: "FieldRule | None") -> "Scope | None":
        """The rule's word, then the feed's, where the kind can have such a scope; then the record's own."""
        said = (scope for scope in (rule and rule.scope, self.feed.scope) if scope)
        return next((scope for scope in said if not reading.kind or scope in scopes_of(reading.kind)), reading.scope)

    def _by_rule(self, text: str, rule: "FieldRule | None") -> Reading:
        kind = (rule and rule.kind) or self.feed.kind
        return Reading(text, kind, "mask" if kind == "url" and "*" in text else None)

    def _fields(self) -> list[tuple[str, "FieldRule | None"]]:
        if self.feed.fields:
            return [(rule.field, rule) for rule in self.feed.fields]
        return [(field, None) for field in FIELDS]


def looks_kaspersky(record: dict[str, Any]) -> bool:
    """Whether a record has one of the shapes of Kaspersky's feeds."""
    if "mask" in record and "type" in record:
        return True
    if "ip" in record and not _MARKS.isdisjoint(record):
        return True
    if not _HASHES.isdisjoint(record) and ("threat" in record or "popularity" in record or "verdict" in record):
        return True
    return any(_holds_objects(record.get(array), field) for array, field in _ARRAYS.items())


def _holds_objects(value: Any, field: str) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and field in value[0]
