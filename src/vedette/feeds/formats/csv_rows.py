"""CSV records as rows for the index, column by column: no object for a record, no loop for a cell."""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from vedette.feeds.field_words import NOTHING, kind_of_word, said_scope
from vedette.feeds.formats.csv_facts import ColumnFacts, Fault, Remembered
from vedette.feeds.formats.format import Batch
from vedette.feeds.times import milliseconds
from vedette.index.tables import TableReader

if TYPE_CHECKING:
    from vedette.feeds.facts import Facts, Row
    from vedette.feeds.formats.csv_columns import Columns, ValueColumn
    from vedette.feeds.formats.csv_records import Dialect
    from vedette.feeds.formats.csv_table import Table
    from vedette.feeds.rejects import Refuse

_TIMES = ("first_seen", "last_seen", "valid_until")
_LONGEST_NOTHING = max(map(len, NOTHING))


class Rows:
    """Turns records into rows, by what the columns hold."""

    def __init__(self, columns: "Columns", facts: "Facts") -> None:
        self._columns = columns
        self._facts = [ColumnFacts(column, columns.others, facts) for column in columns.values]
        self._kind = Remembered(_kind_or_fault)

    def reader(self, dialect: "Dialect") -> TableReader | None:
        """The core's reader of such a table; None for one that is only read here."""
        columns = self._columns
        has_numbers_for_names = any(name.isdigit() for name in columns.names)
        if any(column.with_path for column in columns.values) or has_numbers_for_names or not _is_plain(dialect):
            return None
        return TableReader(
            [
                (column.position, column.kind, column.scope, column.typed, facts.positions, facts.number)
                for column, facts in zip(columns.values, self._facts, strict=True)
            ],
            delimiter=dialect.delimiter,
            comment=dialect.comment,
            types=columns.others.get("type"),
            scopes=columns.others.get("scope"),
            times=tuple(map(columns.others.get, _TIMES)),
            names=[msgspec.json.encode(name) for name in columns.names] if columns.with_context else None,
            nothing=self._nothing(),
            kind_of=kind_of_word,
            time_of=milliseconds,
        )

    def batch(self, table: "Table", refuse: "Refuse") -> Batch:
        """The rows of these records."""
        if not len(table):
            return Batch([], [], 0)
        shared = [*(self._times(table, role) for role in _TIMES), self._contexts(table)]
        parts = [
            self._of_column(column, facts.numbers(table), table, shared, refuse)
            for column, facts in zip(self._columns.values, self._facts, strict=True)
        ]
        if all(len(rows) < len(table) for rows, _ in parts):
            self._refuse_empty(table, refuse)
        if len(parts) == 1:
            return Batch(*parts[0], len(table))
        rows = list(chain.from_iterable(rows for rows, _ in parts))
        return Batch(rows, list(chain.from_iterable(places for _, places in parts)), len(table))

    def _of_column(
        self,
        column: "ValueColumn",
        facts: Iterable[int | str],
        table: "Table",
        shared: Sequence[Iterable[object]],
        refuse: "Refuse",
    ) -> "tuple[list[Row], Sequence[int]]":
        values = self._values(column, table)
        rows = list(zip(self._kinds(column, table), values, self._scopes(column, table), facts, *shared, strict=False))
        if min(map(len, values)) <= _LONGEST_NOTHING or _has_fault(rows):
            return _without_faults(rows, table.lines, refuse)
        return rows, table.lines

    def _values(self, column: "ValueColumn", table: "Table") -> list[str]:
        values = list(map(str.strip, table.column(column.position)))
        path = self._columns.others.get("path")
        if not column.with_path or path is None:
            return values
        return list(map(_joined, values, table.column(path)))

    def _kinds(self, column: "ValueColumn", table: "Table") -> Iterable[str | None]:
        position = self._columns.others.get("type")
        if not column.typed or position is None:
            return repeat(column.kind)
        return list(map(self._kind.__getitem__, table.column(position)))

    def _scopes(self, column: "ValueColumn", table: "Table") -> Iterable[str | None]:
        position = self._columns.others.get("scope")
        if position is None:
            return repeat(column.scope)
        return [said_scope(cell) or column.scope for cell in table.column(position)]

    def _times(self, table: "Table", role: str) -> Iterable[int | None]:
        position = self._columns.others.get(role)
        return repeat(None) if position is None else list(map(milliseconds, table.column(position)))

    def _contexts(self, table: "Table") -> Iterable[bytes | None]:
        if not self._columns.with_context:
            return repeat(None)
        names = self._columns.names
        # A record may have more cells than the header has names.
        more = range(len(names) + 1, table.width + 1)
        names = (*names, *map(str, more))
        encode = msgspec.json.Encoder().encode
        return [encode(dict(zip(names, record, strict=False))) for record in table.records()]

    def _refuse_empty(self, table: "Table", refuse: "Refuse") -> None:
        cells = zip(*(table.column(column.position) for column in self._columns.values), strict=True)
        nothing = self._nothing()
        for values, line in zip(cells, table.lines, strict=True):
            if all(_empty(value.strip()) for value in values):
                refuse(line, nothing)

    def _nothing(self) -> str:
        names, positions = self._columns.names, [column.position for column in self._columns.values]
        named = ", ".join(f"column {names[at] if at < len(names) else at + 1}" for at in positions)
        return f"nothing in {named}"


def _is_plain(dialect: "Dialect") -> bool:
    return dialect.delimiter.isascii() and dialect.delimiter not in '" \r\n'


def _kind_or_fault(word: str) -> str | None:
    try:
        return kind_of_word(word)
    except ValueError as fault:
        return Fault(fault)


def _joined(host: str, path: str) -> str:
    """A host alone stands for all that is on it; with a path it is one place on what may be a harmless host."""
    path = path.strip()
    return f"{host}/{path.removeprefix('/')}" if path.strip("/") else host


def _empty(value: str) -> bool:
    return value.lower() in NOTHING


def _has_fault(rows: "Sequence[Row]") -> bool:
    return Fault in set(map(type, map(itemgetter(0), rows))) or Fault in set(map(type, map(itemgetter(3), rows)))


def _without_faults(rows: "Sequence[Row]", lines: Sequence[int], refuse: "Refuse") -> "tuple[list[Row], Sequence[int]]":
    kept: list[tuple[Row, int]] = []
    for row, line in zip(rows, lines, strict=True):
        fault = next((part for part in (row[0], row[3]) if isinstance(part, Fault)), None)
        if _empty(str(row[1])):
            continue
        if fault is None:
            kept.append((row, line))
        else:
            refuse(line, fault)
    return [row for row, _ in kept], [line for _, line in kept]
