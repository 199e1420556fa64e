"""Generations: built beside the one in force, put in its place in one step, and gone back from."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from vedette.errors import IndexFileError
from vedette.index.entry import Entry
from vedette.index.generation import FeedManifest, Generation
from vedette.index.generations import Generations
from vedette.index.index import Index


def build(generations: Generations, *domains: str) -> Generation:
    with generations.new() as building:
        facts = building.builder.facts("feed", "c2")
        assert building.builder.add([("domain", name, None, facts, None, None, None, None) for name in domains]) == []
        return building.finish((FeedManifest(name="feed", rows=len(domains)),))


def names(index: Index) -> set[str]:
    return {entry.indicator for entry in index.entries()}


def test_a_new_generation_is_current_and_the_old_one_is_kept(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "state" / "generations")

    first, second = build(generations, "a.example"), build(generations, "b.example")

    assert (first.number, second.number) == (1, 2)
    assert generations.list() == (first, second)
    assert generations.current() == second
    assert names(Index.open(generations.folder)) == {"b.example"}
    assert Index.open(generations.folder).generation == 2


def test_the_manifest_says_what_the_generation_was_built_from(tmp_path: Path) -> None:
    generation = build(Generations(tmp_path), "a.example", "a.example", "b.example")

    manifest = generation.verify()

    assert manifest.number == 1
    assert manifest.counts["entries"] == 2
    assert manifest.feeds == (FeedManifest(name="feed", rows=3, entries=2),)
    assert manifest.index_bytes == generation.index_path.stat().st_size


def test_going_back_puts_the_generation_before_in_force(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    build(generations, "a.example")
    build(generations, "b.example")
    build(generations, "c.example")

    assert generations.rollback().number == 2
    assert generations.rollback().number == 1
    assert generations.rollback(to=3).number == 3
    assert names(Index.open(tmp_path)) == {"c.example"}


def test_there_is_nothing_to_go_back_to_before_the_first_and_no_unknown_number(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    build(generations, "a.example")

    with pytest.raises(LookupError, match="no earlier generation"):
        generations.rollback()
    with pytest.raises(LookupError, match="no generation 7; there are: 1"):
        generations.rollback(to=7)


def test_a_damaged_generation_is_not_gone_back_to(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    flip_a_bit(build(generations, "a.example").index_path)
    second = build(generations, "b.example")

    with pytest.raises(IndexFileError, match="section entries"):
        generations.rollback()

    assert generations.current() == second


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"example")] ^= 1
    path.write_bytes(content)


def test_a_damaged_current_generation_names_the_section_and_the_way_back(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    build(generations, "a.example")
    broken = build(generations, "b.example")
    flip_a_bit(broken.index_path)

    with pytest.raises(IndexFileError, match=rf"{broken.index_path}: section entries: .*vedette index rollback"):
        Index.open(tmp_path)

    assert generations.rollback().number == 1
    assert names(Index.open(tmp_path)) == {"a.example"}


@pytest.mark.parametrize("content", [b"", b"seven", b"\xff", b"000009\n", b"0"])
def test_a_broken_pointer_is_an_error_with_a_way_out(tmp_path: Path, content: bytes) -> None:
    generations = Generations(tmp_path)
    build(generations, "a.example")
    (tmp_path / "CURRENT").write_bytes(content)

    with pytest.raises(IndexFileError, match=r"CURRENT: .*vedette index rollback"):
        Index.open(tmp_path)

    assert generations.rollback().number == 1


def test_where_nothing_was_built_the_error_says_how_to_build(tmp_path: Path) -> None:
    with pytest.raises(IndexFileError, match=r"no generation of an index is here.*vedette index build"):
        Index.open(tmp_path / "nothing")


def test_an_index_file_and_a_generation_folder_open_too(tmp_path: Path) -> None:
    generation = build(Generations(tmp_path), "a.example")

    assert Index.open(generation.index_path).generation == 1
    assert Index.open(generation.folder).generation == 1


def test_a_build_that_fails_leaves_nothing_and_the_old_one_in_force(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first = build(generations, "a.example")

    with pytest.raises(RuntimeError, match="feed"), generations.new():
        raise RuntimeError("a feed failed")

    assert generations.current() == first
    assert {path.name for path in tmp_path.iterdir()} == {"000001", "CURRENT", "LOCK"}


def test_a_second_build_is_told_that_one_is_under_way(tmp_path: Path) -> None:
    generations = Generations(tmp_path)

    with generations.new(), pytest.raises(IndexFileError, match="another process"), Generations(tmp_path).new():
        pass

    assert build(generations, "a.example").number == 1


def test_pruning_keeps_the_newest_and_the_current_one(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    for name in ("a.example", "b.example", "c.example", "d.example"):
        build(generations, name)
    generations.rollback(to=1)

    removed = generations.prune(keep=2)

    assert [generation.number for generation in removed] == [2]
    assert [generation.number for generation in generations.list()] == [1, 3, 4]


def test_the_current_generation_cannot_be_removed(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    build(generations, "a.example")
    build(generations, "b.example")

    with pytest.raises(ValueError, match="generation 2 is in force"):
        generations.remove(2)
    generations.remove(1)

    assert [generation.number for generation in generations.list()] == [2]


def test_an_index_file_that_was_exchanged_is_noticed(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first, second = build(generations, "a.example"), build(generations, "b.example")
    first.index_path.write_bytes(second.index_path.read_bytes())

    with pytest.raises(IndexFileError, match="SHA-256"):
        generations.verify(1)


def test_readers_see_a_whole_generation_while_others_take_its_place(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    build(generations, "n0.example")
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            index = Index.open(tmp_path)
            seen.add(f"{index.generation} {names(index)}")

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 20):
        build(generations, f"n{number}.example")
    done.set()
    reader.join()

    assert seen <= {f"{number + 1} {{'n{number}.example'}}" for number in range(20)}
    assert len(seen) > 1


ENDLESS_BUILD = """
import sys
from pathlib import Path
from vedette.index.generations import Generations
with Generations(Path(sys.argv[1])).new(memory_bytes=100_000) as building:
    facts = building.builder.facts("feed", "c2")
    for number in range(10**9):
        building.builder.add([("domain", f"n{number}.example", None, facts, None, None, None, b"{}")])
        if number == 5_000:
            print("under way", flush=True)
"""


def test_a_builder_that_is_killed_leaves_the_current_generation_in_force(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first = build(generations, "a.example")
    with subprocess.Popen([sys.executable, "-c", ENDLESS_BUILD, str(tmp_path)], stdout=subprocess.PIPE) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == b"under way\n"
        os.kill(builder.pid, signal.SIGKILL)

    assert generations.current() == first
    assert generations.list() == (first,)
    assert build(generations, "b.example").number == 2
    assert {path.name for path in tmp_path.iterdir()} == {"000001", "000002", "CURRENT", "LOCK"}


def test_entries_are_remembered_and_whole(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    with generations.new() as building:
        facts = building.builder.facts("feed", "c2", 85, ["apt"], "amber")
        row = ("url", "HTTP://A.example/x", None, facts, 1_700_000_000_000, None, 10**18, b'{"threat": "x"}')
        assert building.builder.add([row]) == []
        building.finish()
    index = Index.open(tmp_path)

    ((entry, scope),) = index.look_up("url", "http://a.example/x")
    ((again, _),) = index.look_up("url", "http://a.example/x")

    assert isinstance(entry, Entry)
    assert again is entry
    assert (entry.indicator, entry.normal_form, scope) == ("HTTP://A.example/x", "a.example/x", "exact")
    assert (entry.feed, entry.category, entry.confidence, entry.tags, entry.tlp) == (
        "feed",
        "c2",
        85,
        ("apt",),
        "amber",
    )
    assert entry.first_seen is not None
    assert entry.first_seen.isoformat() == "2023-11-14T22:13:20+00:00"
    assert entry.valid_until is not None
    assert entry.valid_until.year == 9999
    assert entry.context == {"threat": "x"}
