"""Rules that were stopped at a limit are told of at once, then at widening intervals, and what is left at the end."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from structlog.testing import capture_logs

from vedette.engine.over_limit import OverLimits, warn_of_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

START = datetime(2026, 3, 24, tzinfo=UTC)
BAD = ("default", "Bad")


def told(logs: "Iterable[Mapping[str, Any]]") -> list[tuple[str, int]]:
    return [(line["rule"], line["times"]) for line in logs if line["event"] == "rule.over_match_limit"]


def test_a_rule_is_told_of_at_its_first_time_and_then_at_widening_intervals() -> None:
    limits = OverLimits(warn_of_rule)

    with capture_logs() as logs:
        for second in range(10_000):
            limits.note({BAD: second + 1}, START + timedelta(seconds=second))

    assert told(logs) == [("Bad", second + 1) for second in (0, 60, 180, 420, 900, 1860, 3780, 7380)]
    assert limits.counts == {BAD: 10_000}


def test_a_rule_that_was_stopped_no_further_is_not_told_of_again() -> None:
    limits = OverLimits(warn_of_rule)
    limits.note({BAD: 1}, START)

    with capture_logs() as logs:
        limits.note({BAD: 1}, START + timedelta(days=1))
        limits.tell_rest()

    assert told(logs) == []


def test_what_was_not_told_is_told_at_the_end() -> None:
    limits = OverLimits(warn_of_rule)
    limits.note({BAD: 1, ("branch", "Worse"): 2}, START)
    limits.note({BAD: 5, ("branch", "Worse"): 2}, START)

    with capture_logs() as logs:
        limits.tell_rest()

    assert told(logs) == [("Bad", 5)]
