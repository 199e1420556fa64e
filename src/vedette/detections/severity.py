"""How bad a detection is, 0 to 10, by which steps that was reckoned, and what syslog calls it."""

import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vedette.config.harm import SeverityRule, When

Steps = tuple[tuple[str, int], ...]
"""(what, by how much it moved the severity); the sum of all moves is the severity."""

REMEMBERED = 4096
WORST = 10


class Circumstances(NamedTuple):
    """What a severity follows from.

    Args:
        confidence: The feed's.
        observed: `own`, `bogon`, or empty.
        lowered: The step by which a warninglist lowers it; None where none does.
        left: What time has left of the confidence; None where that is all of it.
    """

    confidence: int
    feed: str
    category: str
    kind: str
    tags: tuple[str, ...] = ()
    profile: str = ""
    direction: str = ""
    action: str = ""
    observed: str = ""
    warninglists: tuple[str, ...] = ()
    lowered: tuple[str, int] | None = None
    left: int | None = None


class Severity(NamedTuple):
    """A severity, and how it came about."""

    value: int
    steps: Steps


class Reckoning:
    """Reckons severities by rules.

    Args:
        rules: In their order.

    Attributes:
        of: Called with the fields of `Circumstances`, gives a severity. The same come again and again: they are
            remembered.
    """

    def __init__(self, rules: "Sequence[SeverityRule]") -> None:
        given = tuple(rules)
        self.of = functools.lru_cache(REMEMBERED)(lambda *fields: reckon(given, Circumstances(*fields)))


def reckon(rules: "Sequence[SeverityRule]", circumstances: Circumstances) -> Severity:
    """The confidence's severity, moved by a warninglist and every rule that applies, and at the end within 0 and 10."""
    value = severity_of(circumstances.confidence)
    steps = [(f"confidence {circumstances.confidence}", value)]
    if circumstances.left is not None and circumstances.left != circumstances.confidence:
        change = severity_of(circumstances.left) - value
        steps.append((f"decayed to {circumstances.left}", change))
        value += change
    if circumstances.lowered is not None:
        steps.append(circumstances.lowered)
        value += circumstances.lowered[1]
    for rule in rules:
        if _applies(rule.when, circumstances):
            change = rule.add if rule.set is None else rule.set - value
            steps.append((rule.name, change))
            value += change
    return _within_bounds(value, steps)


def _within_bounds(value: int, steps: list[tuple[str, int]]) -> Severity:
    bounded = min(WORST, max(0, value))
    if bounded != value:
        steps.append((f"at {'most' if value > bounded else 'least'} {bounded}", bounded - value))
    return Severity(bounded, tuple(steps))


def _applies(when: "When", circumstances: Circumstances) -> bool:
    return all(any(word in given for word in wanted) for wanted, given in _conditions(when, circumstances) if wanted)


def _conditions(when: "When", now: Circumstances) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    yield when.direction, (now.direction,)
    yield when.action, (now.action,)
    yield when.observed, (now.observed,)
    yield when.warninglist, now.warninglists
    yield when.kind, (now.kind,)
    yield when.feed, (now.feed,)
    yield when.category, (now.category,)
    yield when.tag, now.tags
    yield when.profile, (now.profile,)


def severity_of(confidence: int) -> int:
    """What a confidence alone makes of a severity: its tenths, halves rounded up."""
    return min(WORST, max(0, (confidence + 5) // 10))


def syslog_severity(severity: int) -> int:
    """RFC 5424's severity: 5 notice, 4 warning, 3 error, 2 critical; 1 and 0 are left to the receiver's own machine."""
    if severity >= 9:
        return 2
    if severity >= 7:
        return 3
    return 4 if severity >= 4 else 5
