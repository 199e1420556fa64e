"""Plug-ins by name."""

import pytest

from vedette.feeds.formats import FORMATS
from vedette.feeds.formats.csv import CsvFormat
from vedette.plugins import find


def test_a_plugin_is_found_by_its_name() -> None:
    assert find(FORMATS, "csv", "format") is CsvFormat


def test_a_wrong_name_is_answered_with_all_that_there_are() -> None:
    with pytest.raises(LookupError, match="no format named 'smoke'; there are: csv, json, jsonl, kaspersky, plain"):
        find(FORMATS, "smoke", "format")
