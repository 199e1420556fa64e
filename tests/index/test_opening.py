"""Files that are no index, not whole or not of this version: the error names the file and the part."""

import random
from pathlib import Path

import pytest

from vedette import _core
from vedette.errors import IndexFileError
from vedette.index.opening import open_file


def whole_index(folder: Path) -> Path:
    path = folder / "index.vdx"
    builder = _core.IndexBuilder(str(path))
    builder.facts("feed", "c2")
    builder.add([("domain", f"{n}.example", None, 0, None, None, None, b"{}") for n in range(200)])
    builder.add([("cidr", "192.0.2.0/24", None, 0, None, None, None, None)])
    builder.finish()
    return path


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "this is no Vedette index"),
        (b"type,value\ndomain,a.example\n", "this is no Vedette index"),
        (b"VEDETTE\x1a", "cut short"),
        (b"VEDETTE\x1a\x09\x00\x00\x00", "of version 9, and this Vedette reads version 5: build it again"),
    ],
)
def test_what_is_no_index_of_ours_is_said(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "index.vdx"
    path.write_bytes(content)

    with pytest.raises(IndexFileError, match=rf"{path}: header: .*{why}"):
        open_file(path, generation=1, verify=True)


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(IndexFileError, match=r"nothing\.vdx: No such file"):
        open_file(tmp_path / "nothing.vdx", generation=1, verify=True)
    with pytest.raises(IndexFileError, match=str(tmp_path)):
        open_file(tmp_path, generation=1, verify=True)


def test_a_file_cut_at_any_length_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = whole_index(tmp_path)
    content = path.read_bytes()

    for length in range(0, len(content), 101):
        path.write_bytes(content[:length])
        for verify in (True, False):
            with pytest.raises(IndexFileError, match=str(path)):
                open_file(path, generation=1, verify=verify)


def test_any_bit_flipped_is_an_error_that_names_the_section(tmp_path: Path) -> None:
    path = whole_index(tmp_path)
    content = path.read_bytes()
    sections = set()

    for bit in random.Random(7).sample(range(len(content) * 8), 2000):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        with pytest.raises(IndexFileError, match=str(path)) as caught:
            open_file(path, generation=1, verify=True)
        sections.add(str(caught.value).removeprefix(f"{path}: ").split(":")[0])

    assert {"header", "section entries", "section table", "section networks4"} <= sections


def test_an_index_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = whole_index(tmp_path)

    with pytest.raises(FileExistsError, match=r"index\.vdx"):
        _core.IndexBuilder(str(path))


def test_a_builder_that_has_finished_takes_nothing_more(tmp_path: Path) -> None:
    builder = _core.IndexBuilder(str(tmp_path / "index.vdx"))
    builder.finish()

    with pytest.raises(ValueError, match="has finished"):
        builder.add([])
