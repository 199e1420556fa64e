"""The syslog header is RFC 3164's, in English and in this machine's zone."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from outputs.texts import Plain
from sample_detection import DETECTION
from vedette.outputs.syslog_header import WithHeader


@pytest.fixture(autouse=True)
def _in_a_zone_of_our_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "XYZ-02:30")
        time.tzset()
        yield
    time.tzset()


def test_the_header_gives_priority_time_host_and_name() -> None:
    assert DETECTION.time == datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)

    line = WithHeader(Plain(), host="sentry").render(DETECTION)

    assert line == b"<131>Mar  4 07:36:07 sentry vedette: detection 0"
