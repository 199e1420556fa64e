import os
from pathlib import Path

import pytest

from vedette.config.checking import unwritable


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
