"""Vedette as a library: what the page on it shows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import vedette
from cli.test_index import built
from vedette.config.settings import Profile, Rule

PAGE = Path(__file__).resolve().parents[1] / "docs" / "library.md"


def test_five_documented_lines_find_an_indicator(tmp_path: Path) -> None:
    built(tmp_path, "203.0.113.66")
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert block is not None

    done = subprocess.run([sys.executable, "-c", block[1]], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout == "203.0.113.66 (36, 48) bad {}\n"
    assert len([line for line in block[1].splitlines() if line]) == 5


def test_rules_of_ones_own_take_the_place_of_auto(tmp_path: Path) -> None:
    index = vedette.open_index(built(tmp_path, "203.0.113.66"))
    matcher = vedette.EventMatcher(index, {"default": Profile(rules={"DST": Rule(type="ip", regex=r"dst=(\S+)")})})

    detections = matcher.match(b"src=203.0.113.66\n\nsrc=10.0.0.1 dst=203.0.113.66", origin="here")

    assert [(one.rule, one.event_line, one.origin) for one in detections] == [("DST", 3, "here")]


def test_an_index_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(vedette.VedetteError, match="no generation of an index"):
        vedette.open_index(tmp_path)
