"""What becomes no detection is counted as such, repeats and all: the throttle is asked of the rest alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from vedette import _core
from vedette.config.allowlist import AllowlistEntry
from vedette.config.settings import AUTO
from vedette.config.throttle import Throttle as Settings
from vedette.detections.allowlist import Allowlist
from vedette.detections.detection import Detection
from vedette.detections.expiry import Lifetimes
from vedette.detections.judgement import Judge
from vedette.events.framing import Framer
from vedette.events.rules import compile_profiles
from vedette.index.index import Index
from vedette.matching.matcher import Block, Matcher
from vedette.matching.throttle import Throttle, milliseconds

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ("plain", "listed", "near", "old", "aged", "denied", "internal", "both")
LIFETIMES = {
    "ageing": Lifetimes(lifetime=2 * DAY),
    "decaying": Lifetimes(decay=2 * DAY, renewed=NOON - 3 * DAY),
    "kept": Lifetimes(retention=3 * DAY, renewed=NOON - 3 * DAY),
    "young": Lifetimes(lifetime=2 * DAY, decay=3 * DAY, retention=9 * DAY, renewed=NOON - DAY),
}
ALLOWLIST = [
    AllowlistEntry(value="listed.example", owner="soc", reason="ours", expires="never"),
    AllowlistEntry(value="internal.example", owner="soc", reason="ours", expires="never"),
    AllowlistEntry(value="near.example", owner="soc", reason="ours", expires="never", networks=("192.0.2.1/32",)),
    AllowlistEntry(value="both.example", owner="soc", reason="ours", expires="never", feeds=("other",)),
    AllowlistEntry(value="plain.example", owner="soc", reason="ours", expires=NOON - DAY),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("judged") / "index.vdx"
    builder = _core.IndexBuilder(str(path))

    def add(feed: str, *names: str, until: datetime | None = None, seen: datetime | None = None) -> None:
        first, last = (None if moment is None else milliseconds(moment) for moment in (seen, until))
        facts = builder.facts(feed, "c2")
        rows = [("domain", f"{name}.example", None, facts, first, None, last, None) for name in names]
        assert not builder.add(rows)

    add("demo", "plain", "listed", "near", "denied", "internal", "both")
    add("demo", "old", until=NOON)
    add("other", "both", "plain")
    add("FalsePositive", "denied", "internal")
    add("InternalTI", "internal")
    for feed in LIFETIMES:
        add(feed, "aged", seen=NOON - 2 * DAY)
        add(feed, "plain")
    builder.finish()
    return Index(_core.Index(str(path), 1), path)


def judge(*, cold: bool = False) -> Judge:
    return Judge(allowlist=Allowlist(ALLOWLIST), lifetimes=LIFETIMES, cold=cold)


def block_of(index: Index, judge: Judge, lines: list[str], throttle: Throttle | None) -> Block:
    matcher = Matcher(index, compile_profiles(AUTO), judge=judge, throttle=throttle)
    return matcher.match(Framer().push("".join(f"{line}\n" for line in lines).encode()), now=NOON)


def alike(one: Detection) -> Detection:
    return replace(one, id="", count=1, since=None)


EVENTS = st.builds(
    lambda names, near, action: f"src={near} dst=198.51.100.1 act={action} {'.example '.join([*names, 'x'])}",
    st.lists(st.sampled_from([*NAMES, "www.listed", "nothing"]), max_size=3),
    st.sampled_from(["192.0.2.1", "192.0.2.2", ""]),
    st.sampled_from(["allowed", "blocked"]),
)


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=12), st.booleans())
def test_a_throttle_changes_no_count_but_those_of_repeats(index: Index, events: list[str], cold: bool) -> None:
    lines = [f"CEF:0|V|P|1|2|N|3|{event}" for event in events]
    throttle = Throttle(Settings())

    whole = block_of(index, judge(cold=cold), lines, None)
    block = block_of(index, judge(cold=cold), lines, throttle)

    assert (block.held_back, block.expired) == (whole.held_back, whole.expired)
    assert (block.received, block.matched, block.unmatched) == (whole.received, whole.matched, whole.unmatched)
    assert len(block.detections) + block.throttled == len(whole.detections)
    told = list(map(alike, whole.detections))
    assert all(alike(one) in told for one in block.detections)
    stats = throttle.stats()
    assert stats["sent"] + stats["held"] == len(whole.detections)


def test_repeats_of_what_is_in_doubt_are_asked_about_once_a_block(index: Index) -> None:
    core = _core.Matcher(index.core, compile_profiles(AUTO))
    events = [f"{number} {name}.example" for number in range(1000) for name in ("listed", "plain")]
    matches = core.match(Framer().push("\n".join([*events, ""]).encode()))
    allowlist = Allowlist(ALLOWLIST[:1])

    doubted = core.doubted(matches, allowlist.lists.core)

    assert (len(doubted), doubted.times) == (1, [1000])
    assert matches.columns(doubted).normal_forms == ["listed.example"]


def test_what_was_told_of_other_matches_is_refused(index: Index) -> None:
    core = _core.Matcher(index.core, compile_profiles(AUTO))
    matches, others = (core.match(Framer().push(text)) for text in (b"plain.example\n", b"nothing\n"))

    with pytest.raises(ValueError, match="expected what was told of these matches"):
        core.throttle(matches, core.doubted(others), [], _core.Throttle([1]))
    with pytest.raises(ValueError, match="a word on each row in doubt"):
        core.throttle(matches, core.doubted(matches), [True], _core.Throttle([1]))
