import mmap
from pathlib import Path

import pytest

from vedette.index.freeing import PAUSE_S, STEP_BYTES, remove_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "000001"
    folder.mkdir()
    with (folder / "index.vdx").open("wb") as file:
        file.write(b"index")
        file.truncate(2 * STEP_BYTES + 1)
    (folder / "empty").touch()
    return folder


def test_a_folder_is_removed_and_what_its_files_hold_is_freed_step_by_step(folder: Path) -> None:
    pauses: list[float] = []

    remove_folder(folder, pauses.append)

    assert not folder.exists()
    assert pauses == [PAUSE_S, PAUSE_S]


def test_a_file_that_somebody_maps_keeps_what_it_holds(folder: Path) -> None:
    with (folder / "index.vdx").open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    remove_folder(folder)

    assert not folder.exists()
    assert mapped[:5] == b"index"
    assert mapped[-1:] == b"\0"


def test_a_file_that_has_another_name_keeps_what_it_holds(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").hardlink_to(folder / "index.vdx")

    remove_folder(folder)

    assert not folder.exists()
    assert (tmp_path / "copy").stat().st_size == 2 * STEP_BYTES + 1


def test_what_is_not_there_cannot_be_removed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        remove_folder(tmp_path / "000001")
