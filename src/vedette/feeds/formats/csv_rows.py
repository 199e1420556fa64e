"""CSV records as rows for the index, column by column: no object for a record, no loop for a cell."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, count, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

import msgspec

from vedette.feeds.field_words import NOTHING, confidence_of, kind_of_word, tags_of, tlp_of
from vedette.feeds.formats.format import Batch
from vedette.feeds.times import milliseconds

if TYPE_CHECKING:
    from vedette.feeds.facts import Facts, Row
    from vedette.feeds.formats.csv_columns import Columns, ValueColumn
    from vedette.feeds.formats.csv_records import Records
    from vedette.feeds.rejects import Refuse

K = TypeVar("K")
V = TypeVar("V")
Record = Sequence[str]

_FACTS = ("feed", "category", "confidence", "tags", "tlp")
_TIMES = ("first_seen", "last_seen", "valid_until")
_REMEMBERED = 200_000


class Rows:
    """Turns records into rows, by what the columns hold.

    A kind or number that cannot be is a `_Fault` in its place until the row is refused, so that the columns keep step.
    """

    def __init__(self, columns: "Columns", facts: "Facts") -> None:
        others = columns.others
        self._columns = columns
        self._faulty = False
        self._facts = [self._facts_of(column, facts) for column in columns.values]
        self._kind = _Remembered(self._kind_or_fault)
        self._width = 1 + max([column.position for column in columns.values] + list(others.values()))

    def batch(self, records: "Records", refuse: "Refuse") -> Batch:
        """The rows of these records."""
        cells = records.cells
        lines = records.lines
        if cells and min(map(len, cells)) < self._width:
            cells = [record + [""] * (self._width - len(record)) for record in cells]
        shared = [self._times(cells, role) for role in _TIMES]
        contexts = self._contexts(records.cells)
        parts = [
            self._of_column(column, facts, cells, lines, [*shared, contexts], refuse)
            for column, facts in zip(self._columns.values, self._facts, strict=True)
        ]
        if all(len(rows) < len(cells) for rows, _ in parts):
            self._refuse_empty(cells, lines, refuse)
        rows = list(chain.from_iterable(rows for rows, _ in parts))
        places = parts[0][1] if len(parts) == 1 else list(chain.from_iterable(places for _, places in parts))
        return Batch(rows, places, len(records.cells))

    def _of_column(
        self,
        column: "ValueColumn",
        facts_of: "Callable[[Sequence[Record]], Iterable[int | str]]",
        cells: Sequence[Record],
        lines: Sequence[int],
        shared: Sequence[Iterable[object]],
        refuse: "Refuse",
    ) -> "tuple[list[Row], Sequence[int]]":
        values = self._values(column, cells)
        rows = list(zip(self._kinds(column, cells), values, repeat(column.scope), facts_of(cells), *shared))
        if not self._faulty and NOTHING.isdisjoint(map(str.lower, values)):
            return rows, lines
        return self._without_faults(rows, lines, refuse)

    def _without_faults(
        self, rows: "list[Row]", lines: Sequence[int], refuse: "Refuse"
    ) -> "tuple[list[Row], Sequence[int]]":
        kept: list[tuple[Row, int]] = []
        for row, line in zip(rows, lines, strict=True):
            if _empty(str(row[1])):
                continue
            fault = next((part for part in (row[0], row[3]) if isinstance(part, _Fault)), None)
            if fault is None:
                kept.append((row, line))
            else:
                refuse(line, fault)
        return [row for row, _ in kept], [line for _, line in kept]

    def _refuse_empty(self, cells: Sequence[Record], lines: Sequence[int], refuse: "Refuse") -> None:
        positions = [column.position for column in self._columns.values]
        for record, line in zip(cells, lines, strict=True):
            if all(_empty(record[position].strip()) for position in positions):
                refuse(
                    line, f"nothing in {self._named(positions)}, of {sum(map(bool, record))} cells that hold something"
                )

    def _named(self, positions: Sequence[int]) -> str:
        names = self._columns.names
        return ", ".join(f"column {names[at] if at < len(names) else at + 1}" for at in positions)

    def _kinds(self, column: "ValueColumn", cells: Sequence[Record]) -> Iterable[str | None]:
        position = self._columns.others.get("type")
        if not column.typed or position is None:
            return repeat(column.kind)
        return list(map(self._kind.__getitem__, map(itemgetter(position), cells)))

    def _values(self, column: "ValueColumn", cells: Sequence[Record]) -> list[str]:
        values = [record[column.position].strip() for record in cells]
        path = self._columns.others.get("path")
        if column.with_path and path is not None:
            values = [_joined(value, record[path].strip()) for value, record in zip(values, cells, strict=True)]
        return values

    def _facts_of(self, column: "ValueColumn", facts: "Facts") -> "Callable[[Sequence[Record]], Iterable[int | str]]":
        others = self._columns.others
        roles = [role for role in _FACTS if role in others and not (role == "category" and column.category)]
        if not roles:
            same = facts.of(category=column.category)
            return lambda _: repeat(same)

        def number(cells: tuple[str, ...]) -> int | str:
            by_role = dict(zip(roles, cells, strict=True))
            try:
                return facts.of(
                    feed=_given(by_role.get("feed")),
                    category=column.category or _given(by_role.get("category")),
                    confidence=confidence_of(by_role.get("confidence", "")),
                    tags=tags_of(by_role.get("tags", "")),
                    tlp=tlp_of(by_role.get("tlp", "")),
                )
            except ValueError as fault:
                return self._fault(fault)

        if len(roles) == 1:
            one = _Remembered[str, "int | str"](lambda cell: number((cell,)))
            position = itemgetter(others[roles[0]])
            return lambda cells: list(map(one.__getitem__, map(position, cells)))
        many = _Remembered[tuple[str, ...], "int | str"](number)
        take = itemgetter(*(others[role] for role in roles))
        return lambda cells: list(map(many.__getitem__, map(take, cells)))

    def _kind_or_fault(self, word: str) -> str | None:
        try:
            return kind_of_word(word)
        except ValueError as fault:
            return self._fault(fault)

    def _fault(self, fault: ValueError) -> str:
        self._faulty = True
        return _Fault(fault)

    def _times(self, cells: Sequence[Record], role: str) -> Iterable[int | None]:
        position = self._columns.others.get(role)
        return repeat(None) if position is None else list(map(milliseconds, map(itemgetter(position), cells)))

    def _contexts(self, cells: Sequence[Record]) -> Iterable[bytes | None]:
        if not self._columns.with_context:
            return repeat(None)
        names = self._columns.names
        encode = msgspec.json.Encoder().encode
        if cells and max(map(len, cells)) > len(names):
            return [
                encode(dict(zip(chain(names, map(str, count(len(names) + 1))), cell, strict=False))) for cell in cells
            ]
        return [encode(dict(zip(names, record, strict=False))) for record in cells]


class _Remembered(dict[K, V]):
    """What a function gave, remembered up to a bound."""

    def __init__(self, function: Callable[[K], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K) -> V:
        value = self._function(key)
        if len(self) < _REMEMBERED:
            self[key] = value
        return value


class _Fault(str):
    """Stands where a kind or number cannot, and says why."""

    __slots__ = ()


def _given(cell: str | None) -> str | None:
    cell = (cell or "").strip()
    return None if cell.lower() in NOTHING else cell


def _joined(host: str, path: str) -> str:
    """A host alone stands for all that is on it; with a path it is one place on what may be a harmless host."""
    return f"{host}/{path.removeprefix('/')}" if path.strip("/") else host


def _empty(value: str) -> bool:
    return value.lower() in NOTHING
