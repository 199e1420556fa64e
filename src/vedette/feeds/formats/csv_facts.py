"""The facts of CSV records, told from the columns that say something about them."""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import TYPE_CHECKING, TypeVar

from vedette.feeds.field_words import NOTHING, confidence_of, tags_of, tlp_of

if TYPE_CHECKING:
    from vedette.feeds.facts import Facts
    from vedette.feeds.formats.csv_columns import ValueColumn
    from vedette.feeds.formats.csv_table import Table

K = TypeVar("K")
V = TypeVar("V")

_ROLES = ("feed", "category", "confidence", "tags", "tlp")
_REMEMBERED = 200_000


class Fault(str):
    """Stands where a kind or number cannot, and says why, until the row is refused: so the columns keep step."""

    __slots__ = ()


class Remembered(dict[K, V]):
    """What a function gave for each key, remembered up to a bound."""

    def __init__(self, function: Callable[[K], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K) -> V:
        value = self._function(key)
        if len(self) < _REMEMBERED:
            self[key] = value
        return value


class ColumnFacts:
    """The number of the facts of each record, for the indicators of one column."""

    def __init__(self, column: "ValueColumn", others: dict[str, int], facts: "Facts") -> None:
        self._category = column.category
        self._facts = facts
        self._roles = [role for role in _ROLES if role in others and not (role == "category" and column.category)]
        self.positions = [others[role] for role in self._roles]
        self._known = Remembered(self._number_or_fault)

    def numbers(self, table: "Table") -> Iterable[int | str]:
        """One for each record; a `Fault` where the feed makes up too many."""
        if not self._roles:
            return repeat(self.number(()))
        cells = zip(*(table.column(position) for position in self.positions), strict=True)
        return list(map(self._known.__getitem__, cells))

    def number(self, cells: tuple[str, ...]) -> int:
        """The number of the facts that the cells at `positions` say.

        Raises:
            ValueError: The feed makes up too many.
        """
        said = dict(zip(self._roles, cells, strict=True))
        return self._facts.of(
            feed=_given(said.get("feed", "")),
            category=self._category or _given(said.get("category", "")),
            confidence=confidence_of(said.get("confidence", "")),
            tags=tags_of(said.get("tags", "")),
            tlp=tlp_of(said.get("tlp", "")),
        )

    def _number_or_fault(self, cells: tuple[str, ...]) -> int | str:
        try:
            return self.number(cells)
        except ValueError as fault:
            return Fault(fault)


def _given(cell: str) -> str | None:
    cell = cell.strip()
    return None if cell.lower() in NOTHING else cell
