"""What some feeds' matches say about other feeds' matches of the same observable."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from vedette.detections.judgement import NO_WORD, SILENT, Word

if TYPE_CHECKING:
    from datetime import datetime

    from vedette.detections.judgement import Judge
    from vedette.detections.roles import Role
    from vedette.index.entry import Entry


def roles_among(judge: "Judge", feeds: Iterable[str]) -> "dict[str, Role]":
    """The feeds that do more than detect, with what they do."""
    return {feed: role for feed in feeds if (role := judge.role_of(feed)) != "indicators"}


def words_of(
    judge: "Judge",
    roles: "Mapping[str, Role]",
    observables: Sequence[Hashable],
    entries: "Sequence[Entry]",
    now: "datetime",
) -> list[Word]:
    """The word on each match, of one or more whole events.

    Args:
        judge: Knows which indicators count.
        roles: As `roles_among` gives them.
        observables: What tells each match's observable from the others.
        entries: The entry of each match.
        now: The detections' time.
    """
    words: dict[Hashable, Word] = {}
    for observable, entry in zip(observables, entries, strict=True):
        role = roles.get(entry.feed)
        if role is not None and judge.counts(entry, now):
            word = words.get(observable, NO_WORD)
            words[observable] = word._replace(vouched=True) if role == "internal" else word._replace(denied=entry.feed)
    return [
        SILENT if roles.get(entry.feed) == "false_positives" else words.get(observable, NO_WORD)
        for observable, entry in zip(observables, entries, strict=True)
    ]
