"""Named lists of values, asked as the index is: which of them know an observable."""

import functools
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from vedette import _core

if TYPE_CHECKING:
    from vedette.indicators.kind import Kind, Scope

REMEMBERED = 16_384
_REMEMBERED_BYTES = 512
"""A longer value is asked anew each time: hostile events must not fill the memory."""

_AT_ONCE = 10_000


class ListedValue(NamedTuple):
    """A value, and the list that it stands on.

    Args:
        sort: A word of the list's own, which `Knows` gives back.
        kind: A kind or family of kinds; None to be told by looking.
        scope: How far the value reaches; None is the kind's default.
    """

    name: str
    value: str
    kind: str | None = None
    scope: "Scope | None" = None
    sort: str = ""


class Knows(NamedTuple):
    """A list that knows an observable: its name, its `sort`, and the kind of the value on it that reaches so far."""

    name: str
    sort: str
    kind: "Kind"


@dataclass(frozen=True)
class Refused:
    """A value that has no normal form, by its position, and why."""

    position: int
    why: str


class Lists:
    """Lists frozen in an index of their own. Shared by every thread; what was asked lately is remembered.

    Args:
        core: The core's index, in which each list is a feed and its `sort` the category.
    """

    def __init__(self, core: "_core.Index") -> None:
        self.core = core
        self.is_empty = not core.feeds()
        self._remembered = functools.lru_cache(REMEMBERED)(functools.partial(_ask, core))

    @classmethod
    def of(cls, values: Iterable[ListedValue]) -> "tuple[Lists, tuple[Refused, ...]]":
        """Freeze these values; those that have no normal form are left out, and come back."""
        with tempfile.TemporaryDirectory(prefix="vedette-") as folder:
            path = Path(folder) / "lists.vdx"
            refused = write(values, _core.IndexBuilder(str(path)))
            return cls(_core.Index(str(path), verify=False)), refused

    def ask(self, kind: str, normal_form: bytes) -> tuple[Knows, ...]:
        """The lists that know this observable, the most specific first."""
        if self.is_empty:
            return ()
        if len(normal_form) > _REMEMBERED_BYTES:
            return _ask(self.core, kind, normal_form)
        return self._remembered(kind, normal_form)


def write(values: Iterable[ListedValue], builder: "_core.IndexBuilder") -> tuple[Refused, ...]:
    """Hand all values to a builder, and let it finish."""
    refused: list[Refused] = []
    rows: list[_core.Row] = []
    count = 0
    for one in values:
        rows.append((one.kind, one.value, one.scope, builder.facts(one.name, one.sort), None, None, None, None))
        if len(rows) == _AT_ONCE:
            refused.extend(Refused(count + position, why) for position, why in builder.add(rows))
            count += len(rows)
            rows.clear()
    refused.extend(Refused(count + position, why) for position, why in builder.add(rows))
    builder.finish()
    return tuple(refused)


def _ask(core: "_core.Index", kind: str, normal_form: bytes) -> tuple[Knows, ...]:
    return tuple(Knows(name, sort, cast("Kind", own)) for name, sort, own in core.who_knows(kind, normal_form))
