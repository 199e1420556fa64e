"""MISP: events with their attributes and objects, as files, feeds and the API have them."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.formats.json_fields import own_scope, parts_of, values_at
from vedette.feeds.formats.misp_documents import MispRecord, is_yes, misp_records
from vedette.feeds.formats.misp_labels import labels_of
from vedette.feeds.formats.misp_types import Part, parts_of_attribute
from vedette.feeds.rejects import LeftOut
from vedette.feeds.times import as_datetime
from vedette.indicators.indicator import Indicator
from vedette.indicators.kind import scopes_of

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse
    from vedette.indicators.kind import Scope


class MispFormat(RecordFormat[MispRecord]):
    """Events of MISP: every attribute of a type that is a kind of ours, an object's too.

    Attributes that are not meant for detection (`to_ids`) are left out unless the feed says otherwise.
    """

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, MispRecord]]:
        """The attributes, one by one."""
        return misp_records(document, refuse)

    def indicators(self, record: MispRecord, file: str) -> Iterator[Indicator]:
        """The values of one attribute."""
        attribute = record.attribute
        self._refuse_unwanted(record)
        type_, value = attribute.get("type"), attribute.get("value")
        if not isinstance(type_, str) or not isinstance(value, str) or not value.strip():
            raise ValueError(
                f"an attribute has a `type` and a `value`, both texts; this has {', '.join(attribute)[:120]}"
            )
        parts = parts_of_attribute(type_.strip(), value.strip())
        labels = record.event.labels
        if attribute.get("Tag") or attribute.get("Galaxy"):
            labels = labels_of(attribute.get("Tag"), attribute.get("Galaxy")).above(labels)
        whole = _whole(record)
        context = msgspec.json.encode(whole)
        score = _score(attribute.get("decay_score"))
        for part in parts:
            yield Indicator(
                part.value,
                part.kind,
                self._scope_of(part),
                category=self.feed.category or _text(attribute.get("category")),
                confidence=labels.confidence if score is None else score,
                first_seen=self._time(whole, self.feed.first_seen_field, "first_seen"),
                last_seen=self._time(whole, self.feed.last_seen_field, "last_seen", "timestamp"),
                valid_until=self._time(whole, self.feed.valid_until_field, "valid_until"),
                tags=labels.tags,
                tlp=labels.tlp,
                feed=_text(next(values_at(whole, parts_of(self.feed.feed_field)), None))
                if self.feed.feed_field
                else None,
                context=context,
                own_scope=own_scope(whole, self.feed),
            )

    def _refuse_unwanted(self, record: MispRecord) -> None:
        """Leave out what the event itself says is not to be looked for.

        Raises:
            LeftOut: It is such a one.
        """
        holders = [holder for holder in (record.event, record.object) if holder is not None]
        if is_yes(record.attribute.get("deleted")) or any(holder.deleted for holder in holders):
            raise LeftOut("deleted attributes")
        if self.feed.to_ids_only and not is_yes(record.attribute.get("to_ids", True)):
            raise LeftOut("attributes with `to_ids` false (`to_ids_only: false` takes them)")
        if _has_decayed(record.attribute.get("decay_score")):
            raise LeftOut("decayed attributes")

    def _scope_of(self, part: Part) -> "Scope | None":
        said = self.feed.scope
        return said if said and said in scopes_of(part.kind) else part.scope

    def _time(self, whole: dict[str, Any], option: str | None, *names: str) -> datetime | None:
        """At the feed's own path, or under the first of these names that the attribute or its object has a time."""
        if option:
            return as_datetime(next(values_at(whole, parts_of(option)), None))
        of_object = whole.get("Object")
        places = (whole, of_object) if isinstance(of_object, dict) else (whole,)
        times = (as_datetime(place.get(name)) for name in names for place in places)
        return next((time for time in times if time is not None), None)


def _whole(record: MispRecord) -> dict[str, Any]:
    """The attribute with its event and object beside it, as MISP's own search gives them."""
    whole = dict(record.attribute)
    if record.event.said:
        whole["Event"] = record.event.said
    if record.object is not None:
        whole["Object"] = record.object.said
    return whole


def _scores(value: Any) -> list[dict[str, Any]]:
    return [score for score in value if isinstance(score, dict)] if isinstance(value, list) else []


def _has_decayed(value: Any) -> bool:
    """Whether every decaying model that the attribute was put to says so."""
    scores = _scores(value)
    return bool(scores) and all(is_yes(score.get("decayed")) for score in scores)


def _score(value: Any) -> int | None:
    """The best score that a decaying model leaves, as a confidence."""
    scores = (score.get("score") for score in _scores(value))
    numbers = [score for score in scores if isinstance(score, int | float) and not isinstance(score, bool)]
    return min(max(round(max(numbers)), 0), 100) if numbers else None


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None
