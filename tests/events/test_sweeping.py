"""One sweep finds what all rules of a profile go by, over many frames at once: each rule takes what it takes alone."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from event_profiles import HEX, URL, MakeMatcher, profile, rule
from generated_regexes import PIECES, REGEXES, TEXTS, UNKNOWN
from vedette._core import Framer, Index, Matcher, Rules, check_regex

if TYPE_CHECKING:
    from vedette._core import RuleSpec

MD5 = "776735a8ca96db15b422879da599f474"
KNOWN = [
    ("ipv4", "192.0.2.1"),
    ("cidr", "198.51.100.0/24"),
    ("domain", "bad.example"),
    ("url", "http://worse.example/x"),
    ("md5", MD5),
]
RULES = (
    rule("RE_HASH", "hash", HEX),
    rule("RE_IP", "ip", r"dst=(\d[\d.]*)(?:$|\s)", extract="first"),
    rule("SRC_IP", "ip", r"src=(\d[\d.]*)"),
    rule("RE_URL", "url", URL),
    rule("NAME", "domain", r"(?<!:)//(\w[\w.]*)"),
    rule("LINE", "ip", r"(?:src|dst)=\S*\s+(\d[\d.]*)"),
    rule("NOTHING", "domain", r"(\w+\.\w+)"),
    rule("User", "context", r"user=(\S+)"),
)
NEVER = ("\\x{10ffff}{9}", "")
"""A Replace rule that replaces nothing; with it, events are matched one by one."""

EVENT_PIECES = st.sampled_from(
    [
        *(
            "192.0.2.1",
            "198.51.100.7",
            "dst=",
            "src=",
            "SRC=",
            "://",
            "//",
            "bad.example",
            "worse.example/x",
            "user=eve",
        ),
        *("worse.example/x", MD5, MD5[:16], MD5.upper()[16:], " ", " ", "=", ":", "\n", "\n", "\r\n", "é", "a", "\0"),
    ]
)


def unknown(one: "RuleSpec") -> "RuleSpec":
    """The rule, as one that no sweep and no engine of ours understands."""
    name, kind, extract, regex, concatenate = one
    return (name, kind, extract, f"{UNKNOWN}{regex or ''}", concatenate)


@given(regexes=st.lists(st.tuples(REGEXES, st.sampled_from(["url", "ip"])), min_size=2, max_size=5), text=TEXTS)
def test_each_rule_of_many_takes_what_it_takes_alone(
    empty_index: Index, regexes: list[tuple[str, str]], text: bytes
) -> None:
    assume(all(check_regex(regex) is None for regex, _ in regexes))
    rules = [rule(f"R{number}", kind, regex) for number, (regex, kind) in enumerate(regexes)]

    together = Matcher(empty_index, Rules([profile(*rules)], 10_000)).explain(text)

    for one in rules:
        alone = Matcher(empty_index, Rules([profile(unknown(one))], 10_000)).explain(text)
        its = [step for step in together if step[1] == one[0]]
        assume(not any(step[8].startswith("stopped") for step in (*alone, *its)))
        assert its == alone


@pytest.fixture(scope="module")
def swept(matcher_of: MakeMatcher) -> Matcher:
    return matcher_of(KNOWN, profile(*RULES))


@pytest.fixture(scope="module")
def one_by_one(matcher_of: MakeMatcher) -> Matcher:
    return matcher_of(KNOWN, profile(*map(unknown, RULES), replaces=[NEVER]))


@given(pieces=st.lists(st.one_of(EVENT_PIECES, PIECES), max_size=60), limit=st.sampled_from([16, 40, 65536]))
def test_a_block_in_one_sweep_gives_the_rows_of_its_events_one_by_one(
    swept: Matcher, one_by_one: Matcher, pieces: list[str], limit: int
) -> None:
    frames = Framer(limit_bytes=limit).push("".join(pieces).encode() + b"\n")

    expected, matches = one_by_one.match(frames), swept.match(frames)

    assert matches.rows == expected.rows
    assert (matches.received, matches.matched, matches.ignored) == (
        expected.received,
        expected.matched,
        expected.ignored,
    )
    for event in range(len(frames)):
        assert matches.values(event) == expected.values(event)


@pytest.fixture(scope="module")
def branches(matcher_of: MakeMatcher) -> tuple[Matcher, Matcher]:
    """With sweeps, and one by one."""
    own = (rule("RE_IP", "ip", r"to=(\d[\d.]*)"), rule("SRC_IP", "ip", r"src=(1\d[\d.]*)"))
    branch = profile(*own, name="branch", peers=["192.0.2.9"])
    with_sweeps = matcher_of(KNOWN, profile(*RULES, ignores=["eve"]), branch)
    return with_sweeps, matcher_of(KNOWN, profile(*RULES, ignores=["eve"], replaces=[NEVER]), branch)


@given(pieces=st.lists(EVENT_PIECES, max_size=40))
def test_ignored_events_and_rules_that_fall_in_are_the_same_after_a_sweep(
    branches: tuple[Matcher, Matcher], pieces: list[str]
) -> None:
    frames = Framer().push("".join(pieces).encode() + b"\n")

    matches, expected = (matcher.match(frames, "192.0.2.9") for matcher in branches)

    assert matches.rows == expected.rows
    assert (matches.matched, matches.ignored) == (expected.matched, expected.ignored)


def test_a_block_larger_than_one_sweep_is_matched_whole(swept: Matcher) -> None:
    event = "%05d " + "x" * 90 + " dst=192.0.2.1 http://bad.example/%05d " + MD5
    events = [(event % (number, number)).encode() for number in range(3000)]

    matches = swept.match(Framer().push(b"\n".join(events) + b"\n"))

    assert matches.matched == 3000
    assert [row[0] for row in matches.rows if row[2] == "RE_HASH"] == list(range(3000))
    assert [row[6] for row in matches.rows if row[2] == "RE_URL"] == [b"bad.example/%05d" % n for n in range(3000)]
