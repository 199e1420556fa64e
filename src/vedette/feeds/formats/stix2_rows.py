"""A STIX indicator as rows for the index."""

from typing import TYPE_CHECKING, Any

import msgspec

from vedette.feeds.field_words import said_scope
from vedette.feeds.formats.json_fields import own_scope
from vedette.feeds.formats.stix2_objects import StixObject, category_of, confidence_of, is_benign, tags_of
from vedette.feeds.formats.stix2_pattern import read_pattern, simple_reading
from vedette.feeds.rejects import LeftOut
from vedette.feeds.times import milliseconds

if TYPE_CHECKING:
    from vedette.config.settings import Feed
    from vedette.feeds.facts import Facts, Row
    from vedette.feeds.formats.stix2_known import Known
    from vedette.feeds.formats.stix2_meaning import Reading


_FACTS = 1_000
_BENIGN = -1


class Rows:
    """Makes rows of one document's indicators.

    Args:
        known: What the document's other objects say.
    """

    def __init__(self, feed: "Feed", facts: "Facts", known: "Known") -> None:
        self._feed = feed
        self._facts = facts
        self._known = known
        self._same_facts: dict[tuple[Any, ...], int] = {}

    def of(self, indicator: StixObject, raw: bytes) -> tuple[list["Row"], str]:
        """The rows of an indicator, and what of its pattern is in none of them; empty where all is.

        Raises:
            LeftOut: It does not count any more, or never did.
            ValueError: Its pattern gives none.
        """
        facts = self._facts_of(indicator)
        why_not = "benign" if facts == _BENIGN else self._known.why_not(indicator)
        if why_not:
            raise LeftOut(f"indicators, {why_not}")
        first_seen = milliseconds(indicator.valid_from)
        valid_until = milliseconds(indicator.valid_until) if indicator.valid_until else None
        context = _context(raw, self._known.additions(indicator))
        said = self._said(raw) if self._feed.scope_field else None
        simple = simple_reading(indicator.pattern or "") if indicator.pattern_type == "stix" else None
        if simple:
            kind, value = simple
            return [(kind, value, said or self._feed.scope, facts, first_seen, None, valid_until, context)], ""
        found, left = _reading(indicator)
        rows: list[Row] = [
            (one.kind, one.value, said or one.scope or self._feed.scope, facts, first_seen, None, valid_until, context)
            for one in found
        ]
        return rows, f"{indicator.id}: partly used, without {'; '.join(left)}" if left else ""

    def _facts_of(self, indicator: StixObject) -> int:
        key = (
            indicator.indicator_types,
            indicator.labels,
            indicator.confidence,
            indicator.object_marking_refs,
            indicator.kill_chain_phases,
            indicator.granular_markings,
        )
        facts = self._same_facts.get(key)
        if facts is None:
            if len(self._same_facts) >= _FACTS:
                self._same_facts.clear()
            facts = self._same_facts[key] = self._new_facts(indicator)
        return facts

    def _new_facts(self, indicator: StixObject) -> int:
        if is_benign(indicator):
            return _BENIGN
        return self._facts.of(
            None,
            category_of(indicator) if self._feed.category is None else None,
            confidence_of(indicator),
            tags_of(indicator),
            self._known.tlp_of(indicator),
        )

    def _said(self, raw: bytes) -> str | None:
        return said_scope(own_scope(msgspec.json.decode(raw), self._feed))


def _reading(indicator: StixObject) -> "Reading":
    if indicator.pattern is None:
        raise ValueError(f"{indicator.id}: it has no `pattern`")
    if indicator.pattern_type != "stix":
        raise ValueError(f"{indicator.id}: unsupported: a pattern of the type {indicator.pattern_type!r}")
    try:
        reading = read_pattern(indicator.pattern)
    except ValueError as fault:
        raise ValueError(f"{indicator.id}: {fault}") from None
    if not reading.found:
        raise ValueError(f"{indicator.id}: unsupported: {'; '.join(reading.left)}")
    return reading


def _context(raw: bytes, additions: bytes) -> bytes:
    one_line = msgspec.json.format(raw, indent=-1) if b"\n" in raw else raw
    return one_line[:-1] + additions if additions else one_line
