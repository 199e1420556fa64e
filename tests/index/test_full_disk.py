"""A disk that fails in the middle of a build: the old generation stays in force, the half-built one is gone."""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.command import vedette
from vedette.index.generations import Generations
from vedette.index.index import Index

NAMES = 6000
BLOCK = 4096


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feed") / "names.txt"
    path.write_text("".join(f"n{number}.example\n" for number in range(NAMES)))
    return path


@pytest.fixture(scope="module")
def index_bytes(feed: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    folder = tmp_path_factory.mktemp("whole")
    assert vedette("index", "build", "--feed", f"names={feed}", "--out", folder).returncode == 0
    return (folder / "000001" / "index.vdx").stat().st_size


def with_a_first_generation(folder: Path) -> Generations:
    (folder.parent / "first.txt").write_text("first.example\n")
    done = vedette("index", "build", "--feed", f"first={folder.parent / 'first.txt'}", "--out", folder)
    assert done.returncode == 0, done.stderr
    return Generations(folder)


def build(feed: Path, folder: Path, limit: Callable[[], None] = lambda: None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "vedette", "index", "build", "--feed", f"names={feed}", "--out", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, timeout=60, check=False)


def assert_the_first_is_in_force_and_nothing_else_is_there(generations: Generations) -> None:
    assert [generation.number for generation in generations.list()] == [1]
    assert {path.name for path in generations.folder.iterdir()} == {"000001", "CURRENT", "LOCK"}
    assert Index.open(generations.folder).look_up("domain", "first.example")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.999])
def test_a_file_that_may_not_grow_fails_the_build_with_its_reason(
    tmp_path: Path, feed: Path, index_bytes: int, share: float
) -> None:
    generations = with_a_first_generation(tmp_path / "index")
    limit = int(index_bytes * share)

    done = build(feed, generations.folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))

    assert done.returncode != 0
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert_the_first_is_in_force_and_nothing_else_is_there(generations)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MiB, where this machine lets us have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True, check=False)
    if mount.returncode != 0:
        pytest.skip(f"no disk may be mounted here: {mount.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("blocks", [0, 1, 2, 20, -20, -2, -1])
def test_a_disk_that_is_full_fails_the_build_with_its_reason_and_the_next_build_has_its_place(
    small_disk: Path, feed: Path, index_bytes: int, blocks: int
) -> None:
    generations = with_a_first_generation(small_disk / "index")
    free = (blocks if blocks >= 0 else -(-index_bytes // BLOCK) + blocks) * BLOCK
    fill = small_disk / "fill"
    with fill.open("wb") as file:
        available = int(subprocess.check_output(["df", "--output=avail", "-B1", small_disk]).split()[-1])
        file.write(b"x" * (available - free))

    full = build(feed, generations.folder)

    assert full.returncode != 0
    assert "No space left on device" in full.stderr
    assert "Traceback" not in full.stderr
    assert_the_first_is_in_force_and_nothing_else_is_there(generations)
    fill.unlink()
    assert build(feed, generations.folder).returncode == 0
    assert generations.current() == generations.list()[1]
