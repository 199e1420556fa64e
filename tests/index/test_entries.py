"""Entries that are asked for together are those that each number alone gives."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vedette import _core
from vedette.index import index as indexes
from vedette.index.entry import Entry
from vedette.index.index import Index


@pytest.fixture
def built(tmp_path: Path) -> tuple[_core.Index, list[int]]:
    path = tmp_path / "index.vdx"
    builder = _core.IndexBuilder(str(path))
    facts = builder.facts("demo", "c2", 80, ("a", "b"), "amber")
    moment = int(datetime(2024, 5, 1, tzinfo=UTC).timestamp() * 1000)
    rows: list[_core.Row] = [
        ("domain", "Evil.Example", None, facts, moment, None, 1 << 60, b'{"id": 1}'),
        ("url", b"http://a.example/\xff", None, facts, None, None, None, None),
        ("ipv4", "192.0.2.1", None, builder.facts("other", "", 0), None, moment, None, None),
    ]
    assert builder.add(rows) == []
    builder.finish()
    core = _core.Index(str(path))
    return core, [number for number, _ in core.entries()]


def test_many_entries_are_those_that_each_number_gives(built: tuple[_core.Index, list[int]]) -> None:
    core, numbers = built
    asked = [*numbers, *reversed(numbers)]

    together = Index(core, Path()).entries_of(asked)

    alone = Index(core, Path())
    assert together == [alone.entry(number) for number in asked]
    assert all(isinstance(entry, Entry) for entry in together)


def test_entries_are_remembered_until_there_are_too_many(
    built: tuple[_core.Index, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    core, numbers = built
    monkeypatch.setattr(indexes, "REMEMBERED_ENTRIES", 2)
    index = Index(core, Path())

    first, second = index.entries_of(numbers[:2])
    again = index.entries_of(numbers[:1])[0]
    _, third = index.entries_of(numbers[1:])
    anew = index.entries_of(numbers[:1])[0]

    assert again is first
    assert index.entries_of(numbers) == [first, second, third]
    assert anew is not first


def test_an_entry_that_is_not_there_is_named(built: tuple[_core.Index, list[int]]) -> None:
    with pytest.raises((IndexError, ValueError)):
        built[0].entry_columns([1 << 40])
