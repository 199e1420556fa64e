"""What becomes of a match: whether it is a detection, how bad, and why."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

from vedette.config.harm import DEFAULT_SEVERITY, Own, SeverityRule
from vedette.detections.allowlist import Allowlist, key_of
from vedette.detections.doubts import Doubts, doubts_of
from vedette.detections.expiry import ENDLESS, Lifetimes, standing
from vedette.detections.in_force import in_force
from vedette.detections.places import Places
from vedette.detections.roles import Role, role_of
from vedette.detections.rows import Rows
from vedette.detections.severity import REMEMBERED, Reckoning, Severity, Steps
from vedette.detections.warninglists.outcomes import NO_EFFECT
from vedette.detections.warninglists.warninglists import Warninglists

if TYPE_CHECKING:
    from vedette.config.allowlist import AllowlistEntry
    from vedette.index.entry import Entry

Outcome = Literal["detected", "held back", "expired"]
"""Only what is detected becomes a detection; the rest is counted."""

COLDEST = 1
"""The most that a cold detection's severity can be."""


class Holder(NamedTuple):
    """What held a detection back.

    Args:
        key: What it is counted by.
        text: What it is, in words.
    """

    key: str
    text: str


class Judgement(NamedTuple):
    """What becomes of a match.

    Args:
        outcome: Whether it becomes a detection.
        severity: 0 to 10.
        steps: How it was reckoned; their sum is the severity.
        warninglists: The lists that know the observable or the indicator.
        quarantined: One of them wants the detection stored, and sent nowhere.
        expired: Why the indicator counts no more; empty while it does. A detection all the same is a cold one.
        holder: What held it back.
    """

    outcome: Outcome
    severity: int = 0
    steps: Steps = ()
    warninglists: tuple[str, ...] = ()
    quarantined: bool = False
    expired: str = ""
    holder: Holder | None = None


class Word(NamedTuple):
    """What the feeds with a say in it say about a match.

    Args:
        vouched: An internal feed knows the observable: then nothing holds its detections back.
        denied: The feed of false positives that knows it; empty if none does.
        silent: The match is that of a feed of false positives itself, which raises nothing and is not counted.
    """

    vouched: bool = False
    denied: str = ""
    silent: bool = False


NO_WORD = Word()
SILENT = Word(silent=True)


class Judge:
    """Judges matches by the configuration. Shared by every thread.

    Args:
        own: What is the site's own.
        rules: How severities are reckoned.
        warninglists: Asked about every match; None where there are none.
        allowlist: Asked about every match; `put_in_force` replaces it.
        lifetimes: Per feed, how long its indicators count.
        roles: Per feed, what it is for, where its name does not say.
        cold: Whether a match of an expired indicator is a detection.
        digests: Of the rules and lists that decide, the allowlist left out; empty where there is no configuration.
    """

    def __init__(
        self,
        own: Own | None = None,
        rules: Sequence[SeverityRule] = DEFAULT_SEVERITY,
        warninglists: Warninglists | None = None,
        *,
        allowlist: Allowlist | None = None,
        lifetimes: Mapping[str, Lifetimes] | None = None,
        roles: Mapping[str, Role] | None = None,
        cold: bool = False,
        digests: Mapping[str, str] | None = None,
    ) -> None:
        self.warninglists = warninglists
        self._places = Places(own or Own())
        self._reckoning = Reckoning(rules)
        # Not a method: a cache that held its owner would keep it from being freed at once.
        self._undisputed = lru_cache(REMEMBERED)(partial(_undisputed, self._reckoning, warninglists))
        # One for the judges of all generations, so that each sees when it is replaced.
        self._in_force = [allowlist or Allowlist()]
        self.lifetimes = {feed: its for feed, its in (lifetimes or {}).items() if its != ENDLESS}
        self._cold = cold
        self._digests = dict(digests or {})
        given = dict(roles or {})
        self.role_of = lru_cache(1024)(lambda feed: role_of(feed, given))

    @property
    def allowlist(self) -> Allowlist:
        """The allowlist in force."""
        return self._in_force[0]

    @property
    def in_force(self) -> str:
        """What decides now, as detections carry it; empty where there is no configuration."""
        return in_force({**self._digests, "allowlist": self.allowlist.digest}) if self._digests else ""

    def put_in_force(self, allowlist: Allowlist) -> None:
        """Ask another allowlist from now on, here and in all judges that came of this one."""
        self._in_force[0] = allowlist

    def of_generation(self, renewed: Mapping[str, datetime]) -> "Judge":
        """The judge of a generation's matches.

        Args:
            renewed: Feed → when its file had last changed when the generation was built.
        """
        own = copy.copy(self)
        own.lifetimes = {
            feed: replace(lifetimes, renewed=renewed.get(feed)) for feed, lifetimes in self.lifetimes.items()
        }
        return own

    def counts(self, entry: "Entry", now: datetime) -> bool:
        """Whether an indicator still counts."""
        return not standing(entry, self.lifetimes.get(entry.feed, ENDLESS), now).expired

    def doubts(self, roles: Iterable[str], now: datetime) -> Doubts:
        """What may keep a match from becoming a detection; `roles` are the index's feeds with a say in others'."""
        return doubts_of(self.allowlist, self.lifetimes, roles, now, cold=self._cold)

    def direction(self, near: str, far: str) -> str:
        """Which way a connection goes; empty where that cannot be said."""
        return self._places.direction(near, far)

    def judge(
        self,
        entry: "Entry",
        kind: str,
        normal_form: str,
        *,
        now: datetime,
        profile: str = "",
        near: str = "",
        far: str = "",
        action: str = "",
        word: Word = NO_WORD,
        whole: bool = False,
    ) -> Judgement:
        """Say what becomes of a match.

        Args:
            entry: That knows the observable.
            kind: The observable's.
            normal_form: The observable's, of this kind.
            now: The detection's time.
            profile: The event's.
            near: The near end of the event's connection, an address or a name; empty if unknown.
            far: The far end.
            action: What the device did: `allowed`, `blocked`, or empty.
            word: What feeds that vouch or deny say.
            whole: Say all there is to say, severity too, of a match that becomes no detection.
        """
        confidence, expired = entry.confidence, ""
        # Most indicators have no end: this is asked a million times for nothing.
        if entry.valid_until is not None or entry.feed in self.lifetimes:
            confidence, expired = standing(entry, self.lifetimes.get(entry.feed, ENDLESS), now)
        if word.silent:
            return Judgement("held back")
        outcome: Outcome = "expired" if expired and not self._cold else "detected"
        holder = None
        if outcome == "detected" and not word.vouched and (word.denied or self.allowlist.entries):
            holder = self._holder(entry, kind, normal_form, profile, near, far, now, word)
            outcome = "detected" if holder is None else "held back"
        if outcome != "detected" and not whole:
            return Judgement(outcome, expired=expired, holder=holder)
        names = self.warninglists.ask(entry, kind, normal_form) if self.warninglists else ()
        effect = self.warninglists.effect(names) if self.warninglists and names and not word.vouched else NO_EFFECT
        severity = self._reckoning.of(
            entry.confidence,
            entry.feed,
            entry.category,
            entry.kind,
            entry.tags,
            profile,
            self._places.direction(near, far) if near and far else "",
            action,
            self._places.of(kind, normal_form),
            names,
            effect.lowered,
            confidence,
        )
        value, steps = _cooled(severity) if expired else severity
        return Judgement(outcome, value, steps, names, effect.quarantined, expired, holder)

    def judge_all(self, rows: Rows, now: datetime, words: Sequence[Word] = ()) -> list[Judgement]:
        """Say what becomes of each row, as `judge` does; rows that are alike in all that counts share one judgement.

        Args:
            rows: Of one block.
            now: The detections' time.
            words: The word on each row; empty where no feed has a say.
        """
        if self.warninglists is None:
            lists: Iterable[tuple[str, ...]] = repeat(())
        else:
            lists = map(self.warninglists.ask, rows.entries, rows.kinds, rows.normal_forms)
        judgements: list[Judgement] = list(
            map(
                self._undisputed,
                map(_FACTS, rows.entries),
                rows.profiles,
                self._places.directions(rows.near, rows.far),
                rows.actions,
                self._places.of_all(rows.kinds, rows.normal_forms),
                lists,
            )
        )
        plain = self._plain(rows, now, words)
        if not all(plain):
            for number, is_plain in enumerate(plain):
                if not is_plain:
                    judgements[number] = self._judged_row(rows, number, now, words)
        return judgements

    def _plain(self, rows: Rows, now: datetime, words: Sequence[Word]) -> list[bool]:
        """Which rows no word, no entry of the allowlist and no lifetime could keep from being detections."""
        lifetimes = self.lifetimes
        plain = [
            (entry.valid_until is None or entry.valid_until > now) and (not lifetimes or entry.feed not in lifetimes)
            for entry in rows.entries
        ]
        if words:
            plain = [is_plain and word is NO_WORD for is_plain, word in zip(plain, words, strict=True)]
        if self.allowlist.entries:
            known = self.allowlist.know(rows.kinds, rows.normal_forms)
            plain = [is_plain and not is_known for is_plain, is_known in zip(plain, known, strict=True)]
        return plain

    def _judged_row(self, rows: Rows, number: int, now: datetime, words: Sequence[Word]) -> Judgement:
        return self.judge(
            rows.entries[number],
            rows.kinds[number],
            rows.normal_forms[number],
            now=now,
            profile=rows.profiles[number],
            near=rows.near[number],
            far=rows.far[number],
            action=rows.actions[number],
            word=words[number] if words else NO_WORD,
        )

    def _holder(
        self,
        entry: "Entry",
        kind: str,
        normal_form: str,
        profile: str,
        near: str,
        far: str,
        now: datetime,
        word: Word,
    ) -> Holder | None:
        if word.denied:
            return Holder(f"feed {word.denied}", f"the feed `{word.denied}` of false positives")
        held = self.allowlist.holding(kind, normal_form, feed=entry.feed, profile=profile, near=near, far=far, now=now)
        return None if held is None else _holder_of(held)


_FACTS = attrgetter("confidence", "feed", "category", "kind", "tags")
"""What of an entry a severity follows from."""


def _undisputed(
    reckoning: Reckoning,
    warninglists: Warninglists | None,
    facts: tuple[int, str, str, str, tuple[str, ...]],
    profile: str,
    direction: str,
    action: str,
    place: str,
    names: tuple[str, ...],
) -> Judgement:
    """The judgement of a match that counts, and that nobody denies or vouches for."""
    effect = warninglists.effect(names) if warninglists and names else NO_EFFECT
    # What time has left of the confidence, the last, is all of it.
    value, steps = reckoning.of(*facts, profile, direction, action, place, names, effect.lowered, facts[0])
    return Judgement("detected", value, steps, names, effect.quarantined)


def _holder_of(entry: "AllowlistEntry") -> Holder:
    return Holder(key_of(entry), f"the allowlist's `{entry.value}` of {entry.owner}: {entry.reason}")


def _cooled(severity: Severity) -> Severity:
    if severity.value <= COLDEST:
        return severity
    return Severity(COLDEST, (*severity.steps, (f"cold: at most {COLDEST}", COLDEST - severity.value)))
