"""A cheap test may over-report and never misses: a rule takes what PCRE2 alone would take."""

from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import assume, example, given, reject
from hypothesis import strategies as st

from event_profiles import DST, GUIDE, HEX, SRC, URL, profile, rule
from generated_regexes import NAMES, NUMBERS, PIECES, REGEXES, TEXTS, UNKNOWN
from oracles.rules import values_of
from shared_data import SHARED, needs_shared_data
from vedette._core import Index, Matcher, Rules, check_regex

if TYPE_CHECKING:
    from pathlib import Path

Taken = list[tuple[int, int, bytes]]


class Take(Protocol):
    """Takes what a regex takes out of a text; None where it went over the match limit."""

    def __call__(self, kind: str, regex: str, text: bytes, *, match_limit: int = 10_000) -> Taken | None: ...


@pytest.fixture(scope="module")
def taken(empty_index: Index) -> Take:
    def take(kind: str, regex: str, text: bytes, *, match_limit: int = 10_000) -> Taken | None:
        matcher = Matcher(empty_index, Rules([profile(rule("R", kind, regex))], match_limit))
        steps = matcher.explain(text)
        stopped = any(step[8].startswith("stopped") for step in steps)
        return None if stopped else [(step[3], step[4], step[5]) for step in steps if step[5]]

    return take


@given(regex=REGEXES, text=TEXTS, kind=st.sampled_from(["url", "context"]))
@example(regex=r"src=(\S+)", text="\u017frc=1 SRC=2".encode(), kind="url")
@example(regex=r"://(\S+@)?(b)", text=b"://a@b ://b@ ://b", kind="url")
@example(regex=r"k(?:a@)?(b)", text="\u212aa@b".encode(), kind="url")
@example(regex=r"((?:\d{9}|[ab]{8})a?)", text=b"0" * 30 + b"a" * 17, kind="context")
def test_what_a_rule_takes_is_what_pcre2_alone_takes(taken: Take, regex: str, text: bytes, kind: str) -> None:
    assume(check_regex(regex) is None)
    alone = taken(kind, UNKNOWN + regex, text)
    filtered = taken(kind, regex, text)

    assume(alone is not None and filtered is not None)
    assert filtered == alone


@given(regex=REGEXES, text=TEXTS, kind=st.sampled_from(["url", "context"]))
@example(regex=r"(?:(?:[a-]k*)*[a-]+)5", text=b"ak-a5" * 20, kind="url")
@example(regex=r"((?:\S+(?::\S*)?+@)?a\.b)", text=b"://a:b@a.b a:@a.b" * 9, kind="url")
@example(regex=r"(?:a+)+(?:$|5)", text=b"a" * 90 + b"b" + b"a" * 90, kind="context")
@example(regex=r"(a*?)(?:ab|b){2}", text=b"a" * 80 + b"bab", kind="context")
@example(regex=r".*.\0*k", text=b"k?\x89kkb", kind="context")
@example(regex=r"-|.?55", text=b"555551", kind="context")
@example(regex=r"a|[5k]{1,2}kk5", text=b"kkk5kkkk5", kind="context")
@example(regex=r"^\n*\n", text=b"\n", kind="context")
@example(regex=r"(\S+(?::\S*)?+@)a", text=b"a:b@a:@a a@:b@a", kind="url")
@example(regex="b|.?\0\0", text=b"\0\0\0\0\0b", kind="url")
def test_what_the_linear_engine_takes_is_what_pcre2_alone_takes(
    taken: Take, regex: str, text: bytes, kind: str
) -> None:
    assume(check_regex(regex) is None)
    alone = taken(kind, UNKNOWN + regex, text)
    # At this limit PCRE2 gives up at once, and the linear engine takes over where it knows all of the regex.
    linear = taken(kind, regex, text, match_limit=1)

    assume(alone is not None and linear is not None)
    assert linear == alone


@given(
    named=NAMES | NUMBERS,
    before=st.sampled_from(["", "://", "(a=)?", r"(?:\S+@)?"]),
    behind=st.sampled_from(["", r"(?:$|\s)", "(?::5+)?+", "x?", "k"]),
    text=st.lists(
        st.sampled_from([*"ak5.:-/ x@", "\n", "ab", "55", ".a", "a-b.", "://", "é", "\u212a", "5.5", "a" * 40]),
        max_size=24,
    ).map(lambda pieces: "".join(pieces).encode())
    | TEXTS,
    kind=st.sampled_from(["url", "context"]),
)
def test_names_and_numbers_are_taken_as_pcre2_alone_takes_them(
    taken: Take, named: str, before: str, behind: str, text: bytes, kind: str
) -> None:
    regex = f"{before}({named}){behind}"
    alone = taken(kind, UNKNOWN + regex, text)
    linear = taken(kind, regex, text, match_limit=1)

    assume(alone is not None and linear is not None)
    assert linear == alone


@given(
    regex=REGEXES, pieces=st.lists(PIECES.filter(str.isascii), max_size=10), kind=st.sampled_from(["url", "context"])
)
def test_what_a_rule_takes_is_what_pythons_re_takes(taken: Take, regex: str, pieces: list[str], kind: str) -> None:
    regex, text = regex.replace("(?<n>", "(?P<n>").replace(r"\x{00a1}", "a"), "".join(pieces)
    assume(regex.isascii() and regex.count("(?P<n>") < 2 and check_regex(regex) is None)
    values = taken(kind, regex, text.encode())

    assume(values is not None)
    try:
        expected = values_of(regex, text, caseless=kind == "url")
    except TimeoutError:
        reject()
    assert [value for _, _, value in values or []] == expected


@pytest.mark.parametrize(
    ("regex", "kind", "filtered"),
    [
        *[(regex, kind, True) for regex, kind in [(HEX, "hash"), (DST, "ip"), (SRC, "ip"), (URL, "url")]],
        (r"request=(\S+)", "url", True),
        (r"(?:^|\W)([\da-f]{32})(?:$|\W)", "md5", True),
        (r"\b([a-f\d]{64}|[a-f\d]{40}|[a-f\d]{32})\b", "hash", True),
        (r"(?:src|dst)ip=(\S+)", "ip", True),
        (r"(\d+\.\d+\.\d+\.\d+)", "ip", True),
        (r"(\S+)", "url", False),
        (r"(?i)dst=(\S+)", "ip", False),
        (r"(a)\1", "domain", False),
    ],
)
def test_a_rule_without_anything_to_go_by_is_named(regex: str, kind: str, filtered: bool) -> None:
    rules = Rules([profile(rule("R", kind, regex), rule("Context", "context", ".*"))])

    assert rules.unfiltered() == ([] if filtered else [("default", "R")])


def test_a_rule_that_begins_with_anything_takes_its_value_behind_bytes_that_are_not_utf8(taken: Take) -> None:
    values = taken("context", UNKNOWN + r".*user=(\w+)(?=,)", b"caf\xe9 user=alice, seen")

    assert values == [(10, 15, b"alice")]


def real_logs() -> "list[Path]":
    return sorted((SHARED / "real" / "logs").rglob("*.log"))


@pytest.mark.slow
@needs_shared_data
def test_on_real_logs_the_guides_rules_take_what_pcre2_alone_takes(empty_index: Index) -> None:
    alone = [(name, kind, extract, f"{UNKNOWN}{regex or ''}", join) for name, kind, extract, regex, join in GUIDE]
    filtered_matcher, alone_matcher = (Matcher(empty_index, Rules([profile(*rules)])) for rules in (GUIDE, alone))

    compared = 0
    for path in real_logs():
        with path.open("rb") as lines:
            for line in lines:
                assert filtered_matcher.explain(line) == alone_matcher.explain(line)
                compared += 1
    assert compared > 1000
    assert filtered_matcher.over_limit() == alone_matcher.over_limit()
