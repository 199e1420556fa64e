"""What a STIX document says about its indicators in other objects: relationships, names, markings, revocations.

It is asked when the whole document has been read, for these objects may stand before or behind the indicators. Its
memory is bounded; what is beyond a bound is counted.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from vedette.feeds.formats.stix2_objects import STANDARD_TLPS, Heading, StixObject, statement_of, strictest, tlp_marked

if TYPE_CHECKING:
    from vedette.indicators.kind import Tlp

RELATIONSHIPS: Final = 500_000
NAMES: Final = 100_000
MARKINGS: Final = 10_000
VERSIONS: Final = 500_000
OF_ONE: Final = 100
"""Relationships of one indicator."""
_ADDITIONS = 1_000
_LONGEST_NAME = 300
_INDICATOR = "indicator--"

Relations = tuple[tuple[str, str], ...]


class Known:
    """The side table of one document."""

    def __init__(self) -> None:
        self.beyond: Counter[str] = Counter()
        self._names: dict[str, tuple[str, str]] = {}
        self._tlps: dict[str, Tlp] = dict(STANDARD_TLPS)
        self._statements: dict[str, str] = {}
        self._relations: dict[str, Relations] = {}
        self._related = 0
        self._same: dict[tuple[str, str], Relations] = {}
        self._versions: dict[str, str] = {}
        self._revoked: set[str] = set()
        self._additions: dict[tuple[Any, ...], bytes] = {}

    def learn(self, told: Heading) -> None:
        """Keep what an object says of others that is no indicator, nor a marking."""
        if told.type == "relationship":
            self._relate(told)
        elif told.name is not None and self._has_room(self._names, told.id, NAMES, "names"):
            self._names[told.id] = (told.type, told.name[:_LONGEST_NAME])

    def mark(self, told: StixObject) -> None:
        """Keep what a marking definition says."""
        tlp = tlp_marked(told)
        if tlp is not None:
            if self._has_room(self._tlps, told.id, MARKINGS, "markings"):
                # What the standard says of its own ids no bundle can change.
                self._tlps.setdefault(told.id, tlp)
            return
        statement = statement_of(told)
        if statement and self._has_room(self._statements, told.id, MARKINGS, "markings"):
            self._statements[told.id] = statement[:_LONGEST_NAME]

    def see(self, indicator: StixObject) -> None:
        """Keep which of an indicator's versions is the newest, and whether one is revoked."""
        before = self._versions.get(indicator.id)
        if before is None and not self._has_room(self._versions, indicator.id, VERSIONS, "versions of indicators"):
            return
        if before is None or _is_newer(indicator.modified, before):
            self._versions[indicator.id] = indicator.modified
        if indicator.revoked:
            self._revoked.add(indicator.id)

    def why_not(self, indicator: StixObject) -> str | None:
        """Why an indicator does not count any more; None where it does."""
        if indicator.revoked or indicator.id in self._revoked:
            return "revoked"
        newest = self._versions.get(indicator.id, "")
        return "superseded by a newer version" if _is_newer(newest, indicator.modified) else None

    def tlp_of(self, indicator: StixObject) -> "Tlp | None":
        """The strictest TLP among its markings."""
        return strictest({self._tlps[ref] for ref in _markings(indicator) if ref in self._tlps})

    def additions(self, indicator: StixObject) -> bytes:
        """What closes its context, with members besides its own for what it refers to; empty where none is known."""
        relations = self._relations.get(indicator.id, ())
        if not relations and indicator.created_by_ref is None and not indicator.object_marking_refs:
            return b""
        key = (relations, indicator.created_by_ref, indicator.object_marking_refs, indicator.granular_markings)
        added = self._additions.get(key)
        if added is None:
            if len(self._additions) >= _ADDITIONS:
                self._additions.clear()
            added = self._additions[key] = self._added(relations, indicator)
        return added

    def _added(self, relations: Relations, indicator: StixObject) -> bytes:
        members: dict[str, Any] = {}
        for relation, ref in relations:
            type_, name = self._names.get(ref, ("", ""))
            if name:
                of_type = members.setdefault("relationships", {}).setdefault(relation, {}).setdefault(type_, [])
                of_type += [name] if name not in of_type else []
        creator = self._names.get(indicator.created_by_ref or "")
        if creator:
            members["created_by"] = creator[1]
        markings = [self._statements[ref] for ref in _markings(indicator) if ref in self._statements]
        if markings:
            members["markings"] = list(dict.fromkeys(markings))
        return b"," + msgspec.json.encode(members)[1:] if members else b""

    def _relate(self, told: Heading) -> None:
        if told.revoked:
            return
        for own, other in ((told.source_ref, told.target_ref), (told.target_ref, told.source_ref)):
            if not own.startswith(_INDICATOR):
                continue
            known = self._relations.get(own, ())
            if self._related >= RELATIONSHIPS or len(known) >= OF_ONE:
                self.beyond["relationships"] += 1
                continue
            self._related += 1
            self._relations[own] = known + self._one((told.relationship_type, other))

    def _one(self, relation: tuple[str, str]) -> Relations:
        """One tuple for all indicators of one malware."""
        if len(self._same) >= _ADDITIONS:
            self._same.clear()
        return self._same.setdefault(relation, (relation,))

    def _has_room(self, table: dict[str, Any], key: str, limit: int, sort: str) -> bool:
        if key in table or len(table) < limit:
            return True
        self.beyond[sort] += 1
        return False


def _is_newer(one: str, other: str) -> bool:
    """Whether a time is later; as text "…00Z" would come behind "…00.5Z"."""
    return one != other and one.removesuffix("Z") > other.removesuffix("Z")


def _markings(indicator: StixObject) -> Iterator[str]:
    yield from indicator.object_marking_refs
    yield from (marking.marking_ref for marking in indicator.granular_markings)
