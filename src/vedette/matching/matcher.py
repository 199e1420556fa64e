"""Turns the core's matches into detections: the only place where an event becomes a Python object."""

import itertools
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import repeat
from typing import TYPE_CHECKING

from vedette import _core
from vedette.detections.context import actionable_fields
from vedette.detections.detection import Detection
from vedette.detections.judgement import Judge
from vedette.index.index import REMEMBERED_ENTRIES

if TYPE_CHECKING:
    from datetime import datetime

    from vedette._core import Frames, Matches, Rules
    from vedette.index.index import Index


@dataclass(frozen=True)
class FeedTerms:
    """What the configuration says of a feed beyond its indicators.

    Args:
        actionable: (field of the record, name it goes out under), in the feed's order.
        listens: category → the rules whose observables are looked up among its entries; a category that is not
            here listens to every rule.
    """

    actionable: tuple[tuple[str, str], ...] = ()
    listens: Mapping[str, frozenset[str]] = field(default_factory=dict)

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


def listens_of(terms: Mapping[str, FeedTerms]) -> list[tuple[str, str, Sequence[str]]]:
    """What feeds listen to, as the core takes it."""
    return [(feed, category, sorted(rules)) for feed, its in terms.items() for category, rules in its.listens.items()]


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
        self._judge = judge or Judge()
        self._core = _core.Matcher(index.core, rules, threads, listens_of(terms or {}))
        self._ids = detection_ids()
        # Not a method, as in `Index`: a matcher that knew itself would keep its index mapped once replaced.
        self._actionable = lru_cache(REMEMBERED_ENTRIES)(partial(_actionable, index, dict(terms or {})))

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
        return Block(
            received=matches.received,
            matched=matches.matched,
            unmatched=matches.unmatched,
            ignored=matches.ignored,
            detections=self._detections(frames, matches, origin, numbered, now) if matches.matched else (),
        )

    def over_limit(self) -> dict[tuple[str, str], int]:
        """(profile, rule) → how often its regex was stopped at the match limit."""
        return self._core.over_limit()

    def _detections(
        self, frames: "Frames", matches: "Matches", origin: str, numbered: bool, now: "datetime"
    ) -> tuple[Detection, ...]:
        """Build all of a block's detections by the column: a step of Python's own for each would be most of it."""
        columns = matches.columns()
        entries = list(map(self.index.entry, columns.entries))
        judged = zip(entries, columns.kinds, columns.normal_forms, columns.profiles, strict=True)
        judgements = [self._judge.judge(entry, kind, value, profile=profile) for entry, kind, value, profile in judged]
        return tuple(
            map(
                Detection,
                self._ids,
                repeat(now),
                columns.events,
                columns.profiles,
                columns.rules,
                columns.kinds,
                columns.observed,
                columns.spans,
                columns.normal_forms,
                columns.scopes,
                entries,
                repeat(self.generation),
                columns.values,
                map(self._actionable, columns.entries),
                repeat(origin),
                map(frames.line, columns.numbers) if numbered else repeat(None),
                columns.variants,
                columns.obfuscations,
                columns.fields,
                [one.severity for one in judgements],
                [one.steps for one in judgements],
                [one.warninglists for one in judgements],
                [one.quarantined for one in judgements],
            )
        )


def _actionable(index: "Index", terms: Mapping[str, FeedTerms], number: int) -> tuple[tuple[str, str], ...]:
    entry = index.entry(number)
    chosen = terms.get(entry.feed, NO_TERMS).actionable
    return actionable_fields(entry.context, chosen) if chosen else ()


def detection_ids() -> Iterator[str]:
    """Yield ids that no other process and no restart yields: 96 random bits, then a count. Threads may share them."""
    return map((secrets.token_hex(12) + "%08x").__mod__, itertools.count())
