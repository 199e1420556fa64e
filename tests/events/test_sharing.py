"""Several threads share a block and cut its lines: nobody can tell from what comes of it."""

from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from event_profiles import MakeMatcher, profile, rule
from vedette._core import Framer

if TYPE_CHECKING:
    from vedette._core import Matcher

KNOWN = [("ipv4", "192.0.2.1"), ("domain", "bad.example")]
LIMIT = 200
LINES = st.sampled_from(
    [
        *(b"from 192.0.2.1 user=eve", b"to bad.example", b"nothing here", b"", b"\r", b"192.0.2.1\r", b"\xff\0"),
        *(b"x" * (LIMIT - 9) + b"192.0.2.1", b"x" * (LIMIT - 4) + b"192.0.2.1", b"bad.example " * 500, b"y" * 20_000),
    ]
)
RULES = profile(rule("auto", "auto"), rule("User", "context", r"user=(\S+)"))


@pytest.fixture(scope="module")
def alone(matcher_of: MakeMatcher) -> "Matcher":
    return matcher_of(KNOWN, RULES)


@pytest.fixture(scope="module")
def shared(matcher_of: MakeMatcher) -> "Matcher":
    return matcher_of(KNOWN, RULES, threads=3)


def made_of(matcher: "Matcher", stream: bytes, chunk_bytes: int) -> tuple[object, ...]:
    """All that comes of a stream, in chunks."""
    framer = Framer(limit_bytes=LIMIT)
    chunks = [stream[start : start + chunk_bytes] for start in range(0, len(stream), chunk_bytes)]
    made = []
    for frames in (*map(framer.push, chunks), framer.finish()):
        matches = matcher.match(frames)
        lines = [frames.line(row[0]) for row in matches.rows]
        values = [matches.values(row[0]) for row in matches.rows]
        made.append((matches.received, matches.matched, matches.rows, lines, values, len(frames)))
    return made, framer.cut, framer.empty, framer.waiting_bytes


@settings(max_examples=30)
@given(lines=st.lists(LINES, min_size=1, max_size=30), chunk_bytes=st.integers(130_000, 500_000))
def test_several_threads_make_of_a_stream_what_one_makes_of_it(
    alone: "Matcher", shared: "Matcher", lines: list[bytes], chunk_bytes: int
) -> None:
    whole = b"\n".join(lines)
    stream = b"\n".join(islice(cycle(lines), 1 + 700_000 * len(lines) // (len(whole) + 1000)))

    assert made_of(shared, stream, chunk_bytes) == made_of(alone, stream, chunk_bytes)


def test_lines_that_nobody_asked_for_are_counted_all_the_same() -> None:
    framer = Framer(limit_bytes=LIMIT)

    framer.push(b"\n" + b"x" * (LIMIT + 1) + b"\nrest")
    frames = framer.push(b" of it\nlast\n")

    assert (framer.empty, framer.cut) == (1, 1)
    assert [frames.line(position) for position in range(len(frames))] == [3, 4]
