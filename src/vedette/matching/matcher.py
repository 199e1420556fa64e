"""Turns the core's matches into detections: the only place where an event becomes a Python object."""

import itertools
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import compress, repeat
from typing import TYPE_CHECKING

from vedette import _core
from vedette.detections.context import actionable_fields
from vedette.detections.detection import Detection
from vedette.detections.judgement import Judge, Judgement, Word
from vedette.detections.rows import Rows
from vedette.index.index import REMEMBERED_ENTRIES
from vedette.matching.held import NOTHING_HELD, Held
from vedette.matching.judging import roles_among, words_of
from vedette.matching.throttle import Throttle, milliseconds, time_of

if TYPE_CHECKING:
    from datetime import datetime

    from vedette._core import Columns, Frames, Matches, Rules
    from vedette.index.entry import Entry
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
    """What a block of frames held: `received == matched + unmatched + ignored`, and its detections in event order.

    Args:
        matched: Events with at least one detection; one whose matches were all held back or expired is unmatched.
        held_back: What held detections back → how many.
        expired: Detections that were not made because their indicator no longer counts.
        throttled: Matches that the throttle held back; an event that has no others counts as matched all the same.
    """

    received: int
    matched: int
    unmatched: int
    ignored: int
    detections: tuple[Detection, ...] = ()
    held_back: Mapping[str, int] = field(default_factory=dict)
    expired: int = 0
    throttled: int = 0


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
        throttle: Holds back repeats; None lets every match through.
        threads: How many threads of the core share a block.
    """

    def __init__(
        self,
        index: "Index",
        rules: "Rules",
        *,
        terms: Mapping[str, FeedTerms] | None = None,
        judge: Judge | None = None,
        throttle: Throttle | None = None,
        threads: int = 1,
    ) -> None:
        self.index = index
        self.rules = rules
        self.generation = index.generation
        self._judge = judge or Judge()
        self._core = _core.Matcher(index.core, rules, threads, listens_of(terms or {}))
        self._throttle = throttle
        self._ids = detection_ids()
        self._roles = roles_among(self._judge, index.feeds)
        self._has_actionable = any(its.actionable for its in (terms or {}).values())
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
        if not matches.matched:
            return Block(matches.received, 0, matches.unmatched, matches.ignored)
        held = NOTHING_HELD if self._throttle is None else self._hold(matches, self._throttle, peer, now)
        columns = matches.columns()
        entries = self.index.entries_of(columns.entries)
        # Where a throttle was asked, the rows of an event that would tell are not all here any more.
        words = held.words_of(columns.doubts) if self._throttle else self._words(columns, entries, now)
        judgements = self._judgements(columns, entries, now, words)
        detections = self._detections(frames, columns, entries, judgements, origin, numbered, now)
        block = Block(
            received=matches.received,
            matched=matches.matched,
            unmatched=matches.unmatched,
            ignored=matches.ignored,
            detections=detections,
            held_back=held.held_back,
            expired=held.expired,
            throttled=matches.throttled,
        )
        outcomes = [one.outcome for one in judgements]
        return block if outcomes.count("detected") == len(outcomes) else _without(block, columns.numbers, judgements)

    def unfiltered(self) -> list[tuple[str, str]]:
        """(profile, rule) of what is asked of every event, for want of a literal or a run to go by."""
        return self.rules.unfiltered()

    def over_limit(self) -> dict[tuple[str, str], int]:
        """(profile, rule) → how often its regex was stopped at the match limit; the rules serve every generation."""
        return self._core.over_limit()

    def lists_over_limit(self) -> dict[str, int]:
        """Warninglist → how often its regex was stopped at the match limit; the lists serve every generation."""
        lists = self._judge.warninglists
        return {} if lists is None else lists.frozen.lists.over_limit()

    def _hold(self, matches: "Matches", throttle: Throttle, peer: str | None, now: "datetime") -> "Held":
        """Take out the rows that become no detection, then those that the throttle holds back."""
        doubts = self._judge.doubts(self._roles, now)
        lists = None if doubts.allowlist is None else doubts.allowlist.core
        doubted = self._core.doubted(matches, lists, doubts.by_ends, doubts.feeds, doubts.ended_ms)
        words: Sequence[Word] = ()
        judgements: Sequence[Judgement] = ()
        if doubted:
            columns = matches.columns(doubted)
            entries = self.index.entries_of(columns.entries)
            words = self._words(columns, entries, now)
            judgements = self._judgements(columns, entries, now, words)
        is_held = [one.outcome != "detected" for one in judgements]
        self._core.throttle(matches, doubted, is_held, throttle.core, peer, milliseconds(now))
        return Held(words).and_of(judgements, doubted.times)

    def _words(self, columns: "Columns", entries: "Sequence[Entry]", now: "datetime") -> Sequence[Word]:
        """The word on each row of whole events; nothing where no feed has a say."""
        if not self._roles:
            return ()
        observables = list(zip(columns.numbers, columns.spans, strict=True))
        return words_of(self._judge, self._roles, observables, entries, now)

    def _judgements(
        self, columns: "Columns", entries: "Sequence[Entry]", now: "datetime", words: Sequence[Word]
    ) -> list[Judgement]:
        """What becomes of each row."""
        rows = Rows(
            entries,
            columns.kinds,
            columns.normal_forms,
            columns.profiles,
            columns.near,
            columns.far,
            columns.actions,
        )
        return self._judge.judge_all(rows, now, words)

    def _detections(
        self,
        frames: "Frames",
        columns: "Columns",
        entries: "Sequence[Entry]",
        judgements: Sequence[Judgement],
        origin: str,
        numbered: bool,
        now: "datetime",
    ) -> tuple[Detection, ...]:
        """Build all of a block's detections by the column: a step of Python's own for each would be most of it."""
        if not judgements:
            return ()
        _, severities, steps, warninglists, quarantined, expired, _ = zip(*judgements, strict=True)
        return tuple(
            map(
                Detection,
                self._ids if self._throttle is None else self._throttle.ids(columns.tickets),
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
                map(self._actionable, columns.entries) if self._has_actionable else repeat(()),
                repeat(origin),
                map(frames.line, columns.numbers) if numbered else repeat(None),
                columns.variants,
                columns.obfuscations,
                columns.fields,
                severities,
                steps,
                warninglists,
                quarantined,
                expired,
                columns.counts or repeat(1),
                map(_since, columns.counts, columns.since) if columns.counts else repeat(None),
                columns.near,
                columns.far,
                columns.actions,
                repeat(self._judge.in_force),
            )
        )


def _without(block: Block, events: Sequence[int], judgements: Sequence[Judgement]) -> Block:
    """The block without what became no detection."""
    is_detected = [one.outcome == "detected" for one in judgements]
    matched = block.matched - len(set(events)) + len(set(compress(events, is_detected)))
    held = Held((), block.held_back, block.expired).and_of(judgements, repeat(1))
    return replace(
        block,
        matched=matched,
        unmatched=block.unmatched + block.matched - matched,
        detections=tuple(compress(block.detections, is_detected)),
        held_back=held.held_back,
        expired=held.expired,
    )


def _since(count: int, since: int) -> "datetime | None":
    return time_of(since) if count > 1 else None


def _actionable(index: "Index", terms: Mapping[str, FeedTerms], number: int) -> tuple[tuple[str, str], ...]:
    entry = index.entry(number)
    chosen = terms.get(entry.feed, NO_TERMS).actionable
    return actionable_fields(entry.context, chosen) if chosen else ()


def detection_ids() -> Iterator[str]:
    """Yield ids that no other process and no restart yields: 96 random bits, then a count. Threads may share them."""
    return map((secrets.token_hex(12) + "%08x").__mod__, itertools.count())
