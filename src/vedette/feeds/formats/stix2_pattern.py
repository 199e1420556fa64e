"""STIX patterns: the simple ones are read here, at once; all others by the grammar."""

import re
from typing import Final

from vedette.feeds.formats.stix2_meaning import KINDS, AllOf, AnyOf, Comparison, Part, Reading, meaning_of
from vedette.feeds.formats.stix2_paths import folded_path, unescaped

_SPELLINGS = {"md5": ("MD5", "md5"), **{f"sha{n}": (f"'SHA-{n}'", f"SHA{n}", f"sha{n}") for n in (1, 256, 512)}}
_AS_WRITTEN: Final = KINDS | {
    path.removesuffix(kind) + spelling: kind for path, kind in KINDS.items() for spelling in _SPELLINGS.get(kind, ())
}
LONGEST_PATTERN: Final = 20_000
"""What the grammar is given: it takes 10 µs a character, and more."""
_ = r"[ \t\r\n]*+"
_TEXT = r"'((?:[^'\\]|\\['\\])*+)'"
_TEXT_APART = r"'(?:[^'\\]|\\['\\])*+'"
_STEP = rf"(?:[A-Za-z_][A-Za-z0-9_-]*+|{_TEXT_APART})"
_PATH = rf"([A-Za-z_][A-Za-z0-9_-]*+:{_STEP}(?:\.{_STEP}|\[(?:\*|0|[1-9][0-9]*+)\])*+)"
_NUMBER = r"(?:0|[1-9][0-9]{0,9})(?![0-9.])"
_LIST = rf"\({_}{_TEXT_APART}(?:{_},{_}{_TEXT_APART})*+{_}\)"
_WORD = r"[ \t\r\n]++(LIKE|MATCHES|ISSUBSET|ISSUPERSET)"
_COMPARISON = re.compile(
    rf"{_}{_PATH}(?:{_}==?{_}({_NUMBER})|(?:{_}==?|{_WORD}){_}{_TEXT}|[ \t\r\n]++IN{_}({_LIST})){_}"
)
_TEXTS = re.compile(_TEXT)
_OPEN = re.compile(rf"{_}\[")
_JOINER = re.compile(r"(AND|OR)(?=[ \t\r\n])")
_OR = re.compile(rf"{_}OR{_}(?=\[)")


def simple_reading(pattern: str) -> tuple[str, str] | None:
    """Kind and value of what most patterns are: one value at a path of ours; None for all others."""
    if not pattern.startswith("[") or not pattern.endswith("']"):
        return None
    path, _, quoted = pattern[1:-2].partition("=")
    kind = _AS_WRITTEN.get(path.rstrip(" "))
    value = quoted.lstrip(" ")
    # A quote or an escape within is for the longer way.
    if kind is None or value[:1] != "'" or "'" in value[1:] or "\\" in value:
        return None
    return kind, value[1:]


def read_pattern(pattern: str) -> Reading:
    """The indicators in a pattern, and what of it is none.

    Raises:
        ValueError: It is no pattern, or too long.
    """
    part = simple_part(pattern)
    if part is not None:
        return meaning_of(part)
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"a pattern of many sorts of parts and more than {LONGEST_PATTERN:,} characters")
    # The grammar takes a while to load, and most feeds never need it.
    from vedette.feeds.formats.stix2_grammar import parsed

    return meaning_of(parsed(pattern))


def simple_part(pattern: str) -> Part | None:
    """A pattern of comparisons all joined by the one or the other word, in observations joined by OR.

    None where it is more than that, or none.
    """
    observations: list[Part] = []
    at = 0
    while True:
        opened = _OPEN.match(pattern, at)
        told = _observation(pattern, opened.end()) if opened else None
        if told is None:
            return None
        part, at = told
        observations.append(part)
        joined = _OR.match(pattern, at)
        if joined is None:
            break
        at = joined.end()
    if pattern[at:].strip(" \t\r\n"):
        return None
    return observations[0] if len(observations) == 1 else AnyOf(tuple(observations))


def _observation(pattern: str, at: int) -> tuple[Part, int] | None:
    tests: list[Part] = []
    word = ""
    while compared := _COMPARISON.match(pattern, at):
        tests.append(_test(compared))
        at = compared.end()
        if pattern[at : at + 1] == "]":
            part = tests[0] if len(tests) == 1 else (AnyOf if word == "OR" else AllOf)(tuple(tests))
            return part, at + 1
        joiner = _JOINER.match(pattern, at)
        if joiner is None or pattern[at - 1] not in " \t\r\n" or word not in {"", joiner[1]}:
            return None
        word = joiner[1]
        at = joiner.end()
    return None


def _test(compared: re.Match[str]) -> Comparison:
    path, number, word, text, several = compared.groups()
    if several is not None:
        values: tuple[str | int, ...] = tuple(unescaped(one) for one in _TEXTS.findall(several))
        return Comparison(folded_path(path), "IN", values, compared[0].strip())
    value = int(number) if text is None else unescaped(text)
    return Comparison(folded_path(path), word or "=", (value,), compared[0].strip())
