"""An indicator counts until one of its lifetimes is over, to the moment, and its confidence may fall meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_detections import NOON, made_entry
from vedette.detections.expiry import ENDLESS, Lifetimes, standing
from vedette.detections.judgement import Judge

WEEK = timedelta(days=7)
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("times", "lifetimes", "ends", "said"),
    [
        ({"valid_until": NOON}, ENDLESS, NOON, "valid until 2020-03-24T12:00:05Z"),
        (
            {"last_seen": NOON},
            Lifetimes(lifetime=WEEK),
            NOON + WEEK,
            "last seen 2020-03-24T12:00:05Z, which counts 7 days",
        ),
        ({"first_seen": NOON}, Lifetimes(lifetime=WEEK), NOON + WEEK, "last seen"),
        ({}, Lifetimes(lifetime=WEEK, renewed=NOON), NOON + WEEK, "last seen"),
        (
            {"last_seen": NOON + WEEK},
            Lifetimes(retention=WEEK, renewed=NOON),
            NOON + WEEK,
            "its feed was renewed 2020-03-24T12:00:05Z, which holds 7 days",
        ),
        ({"last_seen": NOON}, Lifetimes(decay=WEEK), NOON + WEEK, "decayed in 7 days"),
        (
            {"last_seen": NOON, "valid_until": NOON + MOMENT},
            Lifetimes(lifetime=WEEK, retention=WEEK, renewed=NOON),
            NOON + MOMENT,
            "valid until",
        ),
    ],
)
def test_an_indicator_expires_at_its_moment_and_not_before(
    times: dict[str, Any], lifetimes: Lifetimes, ends: datetime, said: str
) -> None:
    entry = made_entry(**times)

    assert standing(entry, lifetimes, ends - MOMENT).expired == ""
    assert said in standing(entry, lifetimes, ends).expired


@pytest.mark.parametrize("lifetimes", [Lifetimes(lifetime=WEEK), Lifetimes(retention=WEEK), Lifetimes(decay=WEEK)])
def test_an_indicator_of_which_no_time_is_known_counts_for_ever(lifetimes: Lifetimes) -> None:
    assert standing(made_entry(), lifetimes, datetime.max.replace(tzinfo=UTC)) == (100, "")


def test_times_beyond_any_calendar_are_no_fault() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    all_of_them = Lifetimes(WEEK, WEEK, WEEK, last)

    assert standing(made_entry(last_seen=last, valid_until=last), all_of_them, NOON) == (100, "")


@settings(deadline=None)
@given(st.integers(0, 100), st.integers(0, 10_000), st.integers(1, 1000))
def test_a_confidence_falls_evenly(confidence: int, minutes: int, days: int) -> None:
    entry = made_entry(confidence=confidence, last_seen=NOON)

    left, expired = standing(entry, Lifetimes(decay=timedelta(days=days)), NOON + timedelta(minutes=minutes))

    assert left == (0 if expired else round(confidence * (1 - minutes / (days * 1440))))
    assert bool(expired) == (minutes >= days * 1440)


def test_an_expired_match_is_no_detection_unless_cold_ones_are_asked_for() -> None:
    entry = made_entry(valid_until=NOON)

    plain = Judge().judge(entry, "ipv4", "192.0.2.1", now=NOON)
    cold = Judge(rules=(), cold=True).judge(entry, "ipv4", "192.0.2.1", now=NOON)

    assert (plain.outcome, plain.expired) == ("expired", "valid until 2020-03-24T12:00:05Z")
    assert (cold.outcome, cold.severity) == ("detected", 1)
    assert cold.steps == (("confidence 100", 10), ("cold: at most 1", -9))


def test_a_decayed_confidence_is_a_step_of_the_severity() -> None:
    judge = Judge(rules=(), lifetimes={"demo": Lifetimes(decay=timedelta(days=10))})

    judgement = judge.judge(made_entry(last_seen=NOON), "ipv4", "192.0.2.1", now=NOON + timedelta(days=6))

    assert judgement.steps == (("confidence 100", 10), ("decayed to 40", -6))


def test_a_generation_knows_when_its_feeds_were_renewed() -> None:
    judge = Judge(lifetimes={"demo": Lifetimes(retention=WEEK)})

    old, new = judge.of_generation({"demo": NOON}), judge.of_generation({"demo": NOON + WEEK})

    outcomes = [one.judge(made_entry(), "ipv4", "192.0.2.1", now=NOON + WEEK).outcome for one in (judge, old, new)]
    assert outcomes == ["detected", "expired", "detected"]
