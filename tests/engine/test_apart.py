"""A generation built in another process is the one that this process would have built, and says what it says."""

import os
import signal
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from vedette.config.settings import Configuration, Feed
from vedette.engine import apart
from vedette.engine.apart import index_built_apart
from vedette.engine.generation import generations_of, is_fresh
from vedette.errors import FeedError, VedetteError


def settings_of(tmp_path: Path, text: str) -> Configuration:
    path = tmp_path / "feed.txt"
    path.write_text(text)
    feeds = {"gates": Feed(path=path, kind="domain", tags=("apt",))}
    return Configuration(state=tmp_path / "state", feeds=feeds, inputs={}, outputs={})


def children() -> list[int]:
    return [int(number) for number in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def test_what_is_built_apart_is_opened_here_and_what_it_logs_is_logged_here(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "gate.example\nno-domain!\n")

    with capture_logs() as logs:
        index = index_built_apart(settings, lambda: None)

    assert [entry.indicator for entry in index.entries()] == ["gate.example"]
    assert is_fresh(generations_of(settings.state), settings.feeds)
    assert [log["event"] for log in logs] == ["feed.read", "feed.rejected", "generation.built"]
    assert (logs[0]["indicators"], logs[0]["log_level"]) == (1, "info")


def test_a_fault_of_the_build_is_raised_here(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="no feed could be read"):
        index_built_apart(settings_of(tmp_path, ""), lambda: None)


def test_a_build_that_stands_back_for_ever_is_begun_anew_with_a_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_STARVED_AFTER_S", 0.0)
    monkeypatch.setattr(apart, "_STARVED_SHARE", 1e9)

    with capture_logs() as logs:
        index = index_built_apart(settings_of(tmp_path, "gate.example\n"), lambda: None)

    assert index.generation == 1
    assert [log["event"] for log in logs] == ["build.starved", "feed.read", "generation.built"]


def test_a_process_that_dies_is_an_error_and_leaves_no_lock(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "".join(f"n{number}.example\n" for number in range(3_000_000)))
    before = set(children())

    def kill() -> None:
        if list(settings.state.glob("generations/.new-*")):
            os.kill((set(children()) - before).pop(), signal.SIGKILL)
            time.sleep(0.1)

    with pytest.raises(VedetteError, match="ended with -9"):
        index_built_apart(settings, kill)

    small = settings_of(tmp_path, "gate.example\n")
    assert index_built_apart(small, lambda: None).generation == 1
