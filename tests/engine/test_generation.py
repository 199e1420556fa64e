"""The engine builds a generation when it needs one, and no fault of a feed takes away the one in force."""

import os
from pathlib import Path

import pytest

from vedette.config.settings import Feed
from vedette.engine.generation import current_index, generations_of
from vedette.errors import FeedError
from vedette.index.index import Index


@pytest.fixture
def feeds(tmp_path: Path) -> dict[str, Feed]:
    """Two feeds of a few domains."""
    named: dict[str, Feed] = {}
    for name in ("one", "two"):
        path = tmp_path / f"{name}.txt"
        path.write_text(f"{name}.example\n")
        named[name] = Feed(path=path, kind="domain")
    return named


def opened(tmp_path: Path, feeds: dict[str, Feed]) -> Index:
    return current_index(tmp_path, feeds)


def test_the_first_start_builds_and_the_second_takes_what_is_there(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    assert opened(tmp_path, feeds).generation == 1
    assert opened(tmp_path, feeds).generation == 1


def test_a_changed_file_makes_a_new_generation(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    opened(tmp_path, feeds)
    feeds["one"].path.write_text("one.example\nanother.example\n")

    index = opened(tmp_path, feeds)

    assert index.generation == 2
    assert index.look_up("domain", "another.example")


def test_a_file_that_changes_while_it_is_read_is_read_again_at_the_next_start(
    tmp_path: Path, feeds: dict[str, Feed]
) -> None:
    path = feeds["one"].path

    def change(_name: str, _done: int, _of: int) -> None:
        path.write_text("one.example\nmeanwhile.example\n")
        os.utime(path, (2_000_000_000, 2_000_000_000))

    current_index(tmp_path, feeds, change)

    assert opened(tmp_path, feeds).look_up("domain", "meanwhile.example")


def test_changed_settings_make_a_new_generation(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    opened(tmp_path, feeds)

    index = opened(tmp_path, {**feeds, "one": feeds["one"].model_copy(update={"confidence": 99})})

    ((entry, _),) = index.look_up("domain", "one.example")
    assert (index.generation, entry.confidence) == (2, 99)


def test_a_feed_that_was_removed_is_no_longer_looked_up(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    opened(tmp_path, feeds)

    index = opened(tmp_path, {"one": feeds["one"], "two": feeds["two"].model_copy(update={"enabled": False})})

    assert index.look_up("domain", "one.example")
    assert not index.look_up("domain", "two.example")


def test_a_feed_that_cannot_be_read_keeps_its_entries_and_the_others_go_on(
    tmp_path: Path, feeds: dict[str, Feed]
) -> None:
    before = opened(tmp_path, feeds).look_up("domain", "two.example")
    feeds["one"].path.write_text("one.example\nanother.example\n")
    feeds["two"].path.unlink()

    index = opened(tmp_path, feeds)

    assert index.generation == 2
    assert index.look_up("domain", "another.example")
    assert index.look_up("domain", "two.example") == before


def test_a_feed_that_stays_unreadable_is_not_read_again_until_it_changes(
    tmp_path: Path, feeds: dict[str, Feed]
) -> None:
    opened(tmp_path, feeds)
    feeds["two"].path.write_text("<html>gone</html>\n")

    numbers = [opened(tmp_path, feeds).generation for _ in range(3)]

    assert numbers == [2, 2, 2]


def test_a_generation_that_was_gone_back_to_stays_until_a_feed_changes(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    opened(tmp_path, feeds)
    feeds["one"].path.write_text("one.example\nanother.example\n")
    opened(tmp_path, feeds)
    generations_of(tmp_path).rollback()

    assert opened(tmp_path, feeds).generation == 1
    feeds["one"].path.write_text("one.example\nthird.example\n")
    assert opened(tmp_path, feeds).generation == 3


def test_without_a_generation_the_feeds_that_can_be_read_make_one(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    feeds["two"].path.unlink()

    index = opened(tmp_path, feeds)

    assert index.look_up("domain", "one.example")


def test_a_feed_that_can_be_read_again_makes_a_new_generation(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    text = feeds["two"].path.read_text()
    feeds["two"].path.unlink()
    opened(tmp_path, feeds)
    feeds["two"].path.write_text(text)

    assert opened(tmp_path, feeds).look_up("domain", "two.example")


def test_no_feed_that_can_be_read_is_an_error_that_names_each(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    for feed in feeds.values():
        feed.path.unlink()

    with pytest.raises(FeedError, match=r"(?s)feeds\.one: .*feeds\.two: "):
        opened(tmp_path, feeds)


def test_a_damaged_index_is_built_again(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    path = opened(tmp_path, feeds).path
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)

    index = opened(tmp_path, feeds)

    assert index.generation == 2
    assert index.look_up("domain", "one.example")


def test_what_progress_raises_ends_the_building_and_leaves_nothing(tmp_path: Path, feeds: dict[str, Feed]) -> None:
    class EnoughError(Exception):
        pass

    def enough(_name: str, _done: int, _of: int) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        current_index(tmp_path, feeds, enough)

    assert [path.name for path in (tmp_path / "generations").iterdir()] == ["LOCK"]
