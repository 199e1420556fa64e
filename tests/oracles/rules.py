"""What a regex takes out of a text, by Python's `re`: for the patterns in which it and PCRE2 agree."""

import re
from collections.abc import Iterator


def values_of(pattern: str, text: str, *, caseless: bool, first: bool = False) -> list[bytes]:
    """The values that a rule with this regex takes: group 1, or the whole match where there is no group."""
    # ASCII: PCRE2 without UCP takes \d, \w, \s and \b so; its letter case is Unicode's, which the texts avoid.
    compiled = re.compile(pattern, re.ASCII | (re.IGNORECASE if caseless else 0))
    values = [value for value in _values(compiled, text) if value]
    return values[:1] if first else values


def _values(pattern: re.Pattern[str], text: str) -> Iterator[bytes]:
    place = 0
    while place <= len(text) and (match := pattern.search(text, place)):
        value = match[1] if pattern.groups else match[0]
        yield (value or "").encode()
        place = max(match.end(), place + 1)
