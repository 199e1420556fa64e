from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.throttle import Throttle as Oracle
from vedette import _core
from vedette.config.settings import AUTO
from vedette.config.throttle import Throttle as Settings
from vedette.events.framing import Framer
from vedette.events.rules import compile_profiles
from vedette.index.index import Index
from vedette.matching.matcher import Matcher
from vedette.matching.throttle import Throttle

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
NAMES = ("a.bad.example", "b.bad.example", "c.bad.example")


def index_of(folder: Path, generation: int = 1) -> Index:
    folder.mkdir()
    path = folder / "index.vdx"
    builder = _core.IndexBuilder(str(path))
    facts = builder.facts("feed", "c2")
    # Another value in each generation: entries have other numbers there.
    names = [f"{generation}.first.example", *NAMES]
    builder.add([("domain", name, None, facts, None, None, None, None) for name in names])
    builder.finish()
    return Index(_core.Index(str(path), generation), path)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("throttle") / "1")


def matcher_of(index: Index, throttle: Throttle) -> Matcher:
    return Matcher(index, compile_profiles(AUTO), throttle=throttle)


def sent(matcher: Matcher, events: Sequence[str], now: datetime, peer: str | None = None) -> list[tuple[str, int]]:
    block = matcher.match(Framer().push("".join(f"{event}\n" for event in events).encode()), peer=peer, now=now)
    assert sum(one.count == 1 for one in block.detections) + block.throttled <= len(events)
    return [(one.observed, one.count) for one in block.detections]


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(-30, 60)), max_size=60),
)
def test_the_core_sends_and_holds_what_the_oracle_does(
    index: Index, intervals: list[int], steps: list[tuple[str, int]]
) -> None:
    throttle = Throttle(Settings(intervals_s=tuple(intervals)))
    matcher, oracle, now = matcher_of(index, throttle), Oracle([1000 * one for one in intervals]), 10**9
    told = 0

    for name, step in steps:
        now += step * 1000
        moment = datetime.fromtimestamp(now / 1000, UTC)
        block = matcher.match(Framer().push(f"{name}\n".encode()), now=moment)
        expected = oracle.ask(name, now)
        found = [(one.count, one.since or moment) for one in block.detections]
        assert found == ([] if expected is None else [(expected[0], datetime.fromtimestamp(expected[1] / 1000, UTC))])
        told += sum(one.count for one in block.detections)

    pending = sorted((one.count, round(one.since.timestamp() * 1000)) for one in throttle.take_pending(100))
    assert pending == oracle.pending()
    assert told + sum(count for count, _ in pending) == len(steps)


def test_what_follows_is_told_of_at_widening_intervals(index: Index) -> None:
    matcher = matcher_of(index, Throttle(Settings(intervals_s=(60, 300))))

    minutes = [
        minute for minute in range(20) if sent(matcher, [NAMES[0]], NOON + timedelta(minutes=minute), "192.0.2.1")
    ]

    assert minutes == [0, 1, 6, 11, 16]


def test_another_near_or_far_end_is_another_key_and_who_sent_stands_for_an_end_that_is_not_named(index: Index) -> None:
    matcher = matcher_of(index, Throttle(Settings()))
    event = "CEF:0|V|P|1|2|N|3|src={} dst=198.51.100.1 dhost=a.bad.example"

    assert len(sent(matcher, [event.format("192.0.2.1"), event.format("192.0.2.1")], NOON)) == 1
    assert len(sent(matcher, [event.format("192.0.2.2")], NOON)) == 1
    assert len(sent(matcher, ["b.bad.example"], NOON, "192.0.2.1")) == 1
    assert len(sent(matcher, ["b.bad.example"], NOON, "192.0.2.2")) == 1


def test_another_generation_knows_what_was_sent(index: Index, tmp_path: Path) -> None:
    throttle = Throttle(Settings())
    before, after = matcher_of(index, throttle), matcher_of(index_of(tmp_path / "2", 2), throttle)

    assert len(sent(before, [NAMES[0]], NOON)) == 1
    assert sent(after, [NAMES[0]], NOON) == []


def test_threads_share_one_throttle_and_every_row_is_sent_or_held(index: Index) -> None:
    throttle = Throttle(Settings())
    matcher = matcher_of(index, throttle)

    with ThreadPoolExecutor(4) as threads:
        blocks = list(threads.map(lambda _: sent(matcher, NAMES * 100, NOON), range(40)))

    stats = throttle.stats()
    assert sum(map(len, blocks)) == stats["sent"] == len(NAMES)
    assert stats["sent"] + stats["held"] == 40 * 300


def test_ids_are_never_given_twice(index: Index) -> None:
    matcher = matcher_of(index, Throttle(Settings()))
    frames = Framer().push("".join(f"{name}\n" for name in NAMES).encode())

    first = matcher.match(frames, now=NOON).detections
    later = matcher.match(frames, now=NOON + timedelta(hours=1)).detections

    assert len({one.id for one in (*first, *later)}) == 2 * len(NAMES)


@pytest.mark.parametrize(
    ("intervals", "keys", "parts"), [([], 1, ["near"]), ([0], 1, ["near"]), ([1], 0, ["near"]), ([1], 1, ["nigh"])]
)
def test_a_throttle_that_makes_no_sense_is_refused(intervals: list[int], keys: int, parts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"expected|there are"):
        _core.Throttle(intervals, keys, parts)
