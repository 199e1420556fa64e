"""Frames that need nothing but `auto` are matched in one walk over their block: the same rows as one by one."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from event_profiles import MakeMatcher, profile, rule
from vedette._core import Framer

if TYPE_CHECKING:
    from vedette._core import Matcher

AUTO = rule("auto", "auto")
USER = rule("User", "context", r"user=(\S+)")
NEVER = "\\x{10ffff}{9}"
"""An Ignore rule that takes no event; with it, events are matched one by one."""

KNOWN = [
    ("ipv4", "192.0.2.1"),
    ("cidr", "198.51.100.0/24"),
    ("domain", "bad.example"),
    ("url", "http://worse.example/x"),
    ("md5", "776735a8ca96db15b422879da599f474"),
    ("email", "eve@post.example"),
]
PIECES = st.sampled_from(
    [
        *("192.0.2.1", "198.51.100.7", "198.51.", "100.7", "bad.example", "www.bad.exa", "mple", "http://", "worse."),
        *("example/x", "/x", "776735a8ca96db15", "b422879da599f474", "eve@", "post.example", "user=", "eve", "é"),
        *(" ", " ", "=", ":", "/", ".", "\n", "\n", "\r\n", "\r", "\0"),
    ]
)


@pytest.fixture(scope="module")
def whole(matcher_of: MakeMatcher) -> "Matcher":
    return matcher_of(KNOWN, profile(AUTO, USER))


@pytest.fixture(scope="module")
def one_by_one(matcher_of: MakeMatcher) -> "Matcher":
    return matcher_of(KNOWN, profile(AUTO, USER, ignores=[NEVER]))


@given(pieces=st.lists(PIECES, max_size=40), limit=st.sampled_from([16, 20, 65536]))
def test_a_block_in_one_walk_gives_the_rows_of_its_events_one_by_one(
    whole: "Matcher", one_by_one: "Matcher", pieces: list[str], limit: int
) -> None:
    frames = Framer(limit_bytes=limit).push("".join(pieces).encode() + b"\n")

    expected, matches = one_by_one.match(frames), whole.match(frames)

    assert matches.rows == expected.rows
    assert (matches.received, matches.matched) == (expected.received, expected.matched)
    for event in range(len(frames)):
        assert matches.values(event) == expected.values(event)


def test_the_first_of_auto_is_one_observable(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(KNOWN, profile(rule("auto", "auto", extract="first")))

    matches = matcher.match(Framer().push(b"x 192.0.2.1 bad.example\nbad.example\n"))

    assert [(row[0], row[6]) for row in matches.rows] == [(0, b"192.0.2.1"), (1, b"bad.example")]


def test_replaced_text_is_what_auto_sees(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(KNOWN, profile(AUTO, replaces=[("_", ".")]))
    event = b"at 192_0_2_1 now"

    (row,) = matcher.match(Framer().push(event + b"\n")).rows

    assert event[row[4] : row[5]] == b"192_0_2_1"
    assert row[6] == b"192.0.2.1"
