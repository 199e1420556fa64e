import os
from pathlib import Path

import pytest

from vedette.config.checking import Checks, mistakes_in, unwritable
from vedette.config.settings import Configuration, Feed, FieldRule, Profile


def test_a_folder_that_can_be_made_is_writable(tmp_path: Path) -> None:
    assert unwritable(tmp_path / "new" / "state") is None


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").touch()

    assert unwritable(tmp_path / "state") == f"cannot be kept in `{tmp_path}/state`: `{tmp_path}/state` is not a folder"


def test_a_folder_without_leave_to_write_points_to_the_option(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("root may write everywhere")

    assert "--state" in (unwritable(tmp_path / "state") or "")


def test_a_scope_that_its_kind_cannot_have_is_a_mistake() -> None:
    field = FieldRule(field="md5", kind="md5", scope="host")
    feed = Feed(path=Path("feed.csv"), enabled=False, kind="ip", scope="subdomains", fields=(field,))
    configuration = Configuration(feeds={"f": feed}, profiles={"default": Profile()})

    mistakes = mistakes_in(configuration, Path(), Checks())

    assert [(key, why) for key, why in mistakes if "scope" in key] == [
        (
            ("feeds", "f", "scope"),
            "the kind `ip` cannot have the scope `subdomains`; it can have: exact, host, network",
        ),
        (("feeds", "f", "fields", 0, "scope"), "the kind `md5` cannot have the scope `host`; it can have: exact"),
    ]
