"""What a regex takes out of a text, by Python's `re`: for the patterns in which it and PCRE2 agree."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_S = 2.0
"""Some regexes backtrack for ever in Python's `re` where the core does not."""


@contextmanager
def bounded() -> Iterator[None]:
    """Give up after `LONGEST_S` of processor time, by a signal that `re` looks for now and then.

    Raises:
        TimeoutError: It has taken so long.
    """

    def give_up(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def values_of(pattern: str, text: str, *, caseless: bool, first: bool = False) -> list[bytes]:
    """The values that a rule with this regex takes: group 1, or the whole match where there is no group.

    Raises:
        TimeoutError: Python's `re` takes too long.
    """
    # ASCII: PCRE2 without UCP takes \d, \w, \s and \b so; its letter case is Unicode's, which the texts avoid.
    compiled = re.compile(pattern, re.ASCII | (re.IGNORECASE if caseless else 0))
    with bounded():
        values = [value for value in _values(compiled, text) if value]
    return values[:1] if first else values


def _values(pattern: re.Pattern[str], text: str) -> Iterator[bytes]:
    place = 0
    while place <= len(text) and (match := pattern.search(text, place)):
        value = match[1] if pattern.groups else match[0]
        yield (value or "").encode()
        place = max(match.end(), place + 1)
