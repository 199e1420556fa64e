"""Turns the core's matches into detections: the only place where an event becomes a Python object."""

import itertools
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from vedette import _core
from vedette.detections.context import actionable_fields
from vedette.detections.detection import Detection
from vedette.detections.judgement import Judge
from vedette.indicators.text import text_of

if TYPE_CHECKING:
    from datetime import datetime

    from vedette._core import Frames, Matches, MatchRow, Rules
    from vedette.index.entry import Entry
    from vedette.index.index import Index
    from vedette.indicators.kind import Kind, Scope


@dataclass(frozen=True)
class FeedTerms:
    """What the configuration says of a feed beyond its indicators.

    Args:
        actionable: (field of the record, name it goes out under), in the feed's order.
        listens: category → the rules whose observables are looked up among its entries; a category that is not
            here listens to every rule.
    """

    actionable: tuple[tuple[str, str], ...] = ()
    listens: Mapping[str, frozenset[str]] = dataclass_field(default_factory=dict)

    def hear(self, category: str, rule: str) -> bool:
        """Whether what this rule took is looked up among the entries of this category."""
        listens = self.listens.get(category)
        return listens is None or rule in listens


@dataclass(frozen=True)
class Block:
    """What a block of frames held: `received == matched + unmatched + ignored`, and its detections in event order."""

    received: int
    matched: int
    unmatched: int
    ignored: int
    detections: tuple[Detection, ...] = ()


NO_TERMS = FeedTerms()


class Matcher:
    """Events against one generation. `match` may be called from several threads.

    Args:
        index: The generation's index.
        rules: The profiles' rules, compiled.
        terms: Per feed, what the configuration says of it.
        judge: Says what becomes of a match; by default, one without a configuration.
        threads: How many threads of the core share a block.
    """

    def __init__(
        self,
        index: "Index",
        rules: "Rules",
        *,
        terms: Mapping[str, FeedTerms] | None = None,
        judge: Judge | None = None,
        threads: int = 1,
    ) -> None:
        self.index = index
        self.rules = rules
        self.generation = index.generation
        self._terms = dict(terms or {})
        self._judge = judge or Judge()
        self._core = _core.Matcher(index.core, rules, threads)
        self._ids = detection_ids()

    def match(
        self, frames: "Frames", *, peer: str | None = None, origin: str = "", numbered: bool = False, now: "datetime"
    ) -> Block:
        """Match every frame.

        Args:
            frames: As a framer of the events room cut them.
            peer: The address that the frames came from, by which a profile may be chosen.
            origin: What detections give as the place that their event came from.
            numbered: Whether detections give the line of their event: for files, not for connections.
            now: The time that the detections carry.
        """
        matches = self._core.match(frames, peer)
        events: set[int] = set()
        detections = tuple(self._detections(frames, matches, origin, numbered, now, events)) if matches.rows else ()
        return Block(
            received=matches.received,
            matched=len(events),
            unmatched=matches.received - matches.ignored - len(events),
            ignored=matches.ignored,
            detections=detections,
        )

    def over_limit(self) -> dict[tuple[str, str], int]:
        """(profile, rule) → how often its regex was stopped at the match limit."""
        return self._core.over_limit()

    def _detections(
        self, frames: "Frames", matches: "Matches", origin: str, numbered: bool, now: "datetime", events: set[int]
    ) -> Iterator[Detection]:
        """Yield the detections; `events` takes the numbers of the frames that they came from."""
        for number, rows in itertools.groupby(matches.rows, key=itemgetter(0)):
            heard = [(row, entry) for row in rows if self._listens(entry := self.index.entry(row[9]), row[2])]
            if not heard:
                continue
            events.add(number)
            seen = Seen(
                event=frames.frame(number),
                values={name: text_of(value) for name, value in matches.values(number).items()},
                origin=origin,
                line=frames.line(number) if numbered else None,
                time=now,
            )
            for row, entry in heard:
                yield self._detection(row, entry, seen)

    def _detection(self, row: "MatchRow", entry: "Entry", seen: "Seen") -> Detection:
        _, profile, rule, observed_kind, start, end, observed, normal_form, _, _, scope, told = row
        variant, obfuscation, field = told
        name = self.rules.profiles[profile]
        value = text_of(normal_form)
        judgement = self._judge.judge(entry, observed_kind, value, profile=name)
        return Detection(
            id=next(self._ids),
            time=seen.time,
            event=seen.event,
            profile=name,
            rule=rule,
            observed_kind=cast("Kind", observed_kind),
            observed=text_of(observed),
            span=(start, end),
            normal_form=value,
            matched_scope=cast("Scope", scope),
            entry=entry,
            generation=self.generation,
            values=seen.values,
            actionable=self._actionable(entry),
            origin=seen.origin,
            event_line=seen.line,
            variant=variant,
            obfuscation=obfuscation,
            field=field,
            severity=judgement.severity,
            severity_steps=judgement.steps,
            warninglists=judgement.warninglists,
            quarantined=judgement.quarantined,
        )

    def _listens(self, entry: "Entry", rule: str) -> bool:
        return self._terms.get(entry.feed, NO_TERMS).hear(entry.category, rule)

    def _actionable(self, entry: "Entry") -> tuple[tuple[str, str], ...]:
        chosen = self._terms.get(entry.feed, NO_TERMS).actionable
        return actionable_fields(entry.context, chosen) if chosen else ()


@dataclass(frozen=True)
class Seen:
    """What the detections of one event share."""

    event: bytes
    values: dict[str, str]
    origin: str
    line: int | None
    time: "datetime"


def detection_ids() -> Iterator[str]:
    """Yield ids that no other process and no restart yields: 96 random bits, then a count."""
    own = secrets.token_hex(12)
    for number in itertools.count():
        yield f"{own}{number:08x}"
