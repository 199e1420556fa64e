"""Plug-ins by name."""

import pytest

from vedette.feeds.formats import FORMATS
from vedette.feeds.formats.csv import CsvFormat
from vedette.plugins import find


def test_a_plugin_is_found_by_its_name() -> None:
    assert find(FORMATS, "csv", "format") is CsvFormat


def test_a_wrong_name_is_answered_with_all_that_there_are() -> None:
    wanted = f"no format named 'smoke'; there are: {', '.join(sorted(FORMATS))}"

    with pytest.raises(LookupError, match=wanted):
        find(FORMATS, "smoke", "format")
