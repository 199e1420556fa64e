"""Times as feeds write them."""

from datetime import UTC, datetime

import pytest

from vedette.feeds.times import as_datetime, milliseconds

NOON = 1704196800000


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02T12:00:00Z",
        "2024-01-02 12:00:00",
        "2024-01-02 12:00:00 UTC",
        "2024-01-02T12:00:00.000+00:00",
        "2024-01-02T14:00:00+02:00",
        "02.01.2024 12:00",
        "2.1.2024 12:00:00",
        "1704196800",
        "1704196800000",
        ' "2024-01-02 12:00:00" ',
    ],
)
def test_one_moment_is_read_however_it_is_written(text: str) -> None:
    assert milliseconds(text) == NOON


@pytest.mark.parametrize("text", ["2024-01-02", "02.01.2024", "20240102"])
def test_a_day_begins_at_midnight(text: str) -> None:
    assert milliseconds(text) == NOON - 12 * 3_600_000


@pytest.mark.parametrize(
    "text", ["", "  ", "never", "31.02.2024 10:00", "2024-13-01", "0", "12", "9" * 40, "0000-00-00", "١٢٣"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert milliseconds(text) is None


def test_numbers_and_texts_of_json_are_moments() -> None:
    assert as_datetime(1704196800) == as_datetime("2024-01-02T12:00:00Z") == datetime(2024, 1, 2, 12, tzinfo=UTC)
    assert as_datetime(True) is as_datetime(None) is as_datetime([]) is None
