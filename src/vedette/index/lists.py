"""Named lists of values, asked as the index is: which of them know an observable."""

import functools
import itertools
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vedette import _core
from vedette.indicators.text import text_of

if TYPE_CHECKING:
    from vedette.indicators.kind import Kind, Scope

REMEMBERED = 16_384
_REMEMBERED_CHARACTERS = 512
"""A longer value is asked anew each time: hostile events must not fill the memory."""

_AT_ONCE = 10_000
_NO_MORE = (None, None, None, None)
"""A listed value has neither times nor a context."""


class ListedValue(NamedTuple):
    """A value, and the list that it stands on.

    Args:
        kind: A kind or family of kinds; None to be told by looking.
        scope: How far the value reaches; None is the kind's default.
        alone: Answers to itself only, and not to the URLs on it.
    """

    name: str
    value: str
    kind: str | None = None
    scope: "Scope | None" = None
    alone: bool = False


@dataclass(frozen=True)
class Terms:
    """What lists say besides their values.

    Args:
        kinds: List → the kinds of the observables that it is asked about; one that is not here, about any.
        texts: (list, substring) each; letters match in either case.
        regexes: (list, regex, caseless) each.
    """

    kinds: "Mapping[str, Sequence[Kind]]" = field(default_factory=dict)
    texts: Sequence[tuple[str, str]] = ()
    regexes: Sequence[tuple[str, str, bool]] = ()


NO_TERMS = Terms()

ANY_DOMAIN = "any domain"
"""The kind of a listed domain that may be one whose subdomains belong to many, such as `github.io`."""


class Refused(NamedTuple):
    """A value that has no normal form: its list, its position among all values, and why."""

    name: str
    position: int
    why: str


Refuse = Callable[[Refused], None]
"""Hears of each value that is left out."""


class Overlap(NamedTuple):
    """How many of a feed's entries a list knows, and the first of them."""

    feed: str
    name: str
    entries: int
    examples: tuple[str, ...]


class Lists:
    """Lists frozen in an index of their own. Shared by every thread; what was asked lately is remembered.

    Args:
        values: The core's index, in which each list is a feed.
        terms: What the lists say besides.

    Attributes:
        core: The core's own.

    Raises:
        ValueError: A regex does not compile; its list is named.
    """

    def __init__(self, values: "_core.Index", terms: Terms = NO_TERMS) -> None:
        self.core = _core.Lists(values, terms.kinds, terms.texts, terms.regexes)
        self._is_empty = not (values.feeds() or terms.texts or terms.regexes)
        self._remembered = functools.lru_cache(REMEMBERED)(functools.partial(_ask, self.core))

    @classmethod
    def of(cls, values: Iterable[ListedValue], terms: Terms = NO_TERMS) -> "tuple[Lists, tuple[Refused, ...]]":
        """Freeze these values; those that have no normal form are left out, and come back."""
        with tempfile.TemporaryDirectory(prefix="vedette-") as folder:
            path = Path(folder) / "lists.vdx"
            refused: list[Refused] = []
            write(values, path, refused.append)
            return cls(_core.Index(str(path), verify=False), terms), tuple(refused)

    @classmethod
    def open(cls, path: Path, terms: Terms = NO_TERMS) -> "Lists":
        """Open what `write` wrote.

        Raises:
            ValueError: The file is damaged, or a regex does not compile.
            OSError: It cannot be opened.
        """
        return cls(_core.Index(str(path)), terms)

    def ask(self, kind: str, normal_form: str) -> tuple[str, ...]:
        """The lists that know this observable, those with the most specific value first."""
        if self._is_empty:
            return ()
        if len(normal_form) > _REMEMBERED_CHARACTERS:
            return _ask(self.core, kind, normal_form)
        return self._remembered(kind, normal_form)

    def ask_all(self, kinds: Sequence[str], normal_forms: list[str]) -> list[tuple[str, ...]]:
        """The lists that know each of these observables, asked in one go."""
        if self._is_empty:
            return [()] * len(normal_forms)
        return self.core.ask_all(kinds, normal_forms)

    def holds_ends(self, name: str, ends: list[str], longest: int) -> list[bool | None]:
        """Whether a list knows each of these addresses and names; None where it is neither, or longer."""
        return self.core.holds_ends(name, ends, longest)

    def overlaps(self, index: "_core.Index") -> tuple[Overlap, ...]:
        """Which feeds' entries the lists know, asked of every entry in one pass; by feed and list."""
        found = self.core.overlaps(index)
        return tuple(Overlap(feed, name, entries, tuple(map(text_of, first))) for feed, name, entries, first in found)

    def over_limit(self) -> dict[str, int]:
        """List → how often a regex of it was stopped at its limits, and so gave no answer; only where one was."""
        return self.core.over_limit()


def write(values: Iterable[ListedValue], path: Path, refuse: Refuse) -> None:
    """Freeze values into a new file; those that have no normal form are left out, and named to `refuse`."""
    builder = _core.IndexBuilder(str(path))
    numbered = enumerate(values)
    while batch := list(itertools.islice(numbered, _AT_ONCE)):
        rows = [_row(one, builder) for _, one in batch]
        for place, why in builder.add(rows):
            position, one = batch[place]
            refuse(Refused(one.name, position, why))
    builder.finish()


def _row(one: ListedValue, builder: "_core.IndexBuilder") -> "_core.Row":
    return (one.kind, one.value, one.scope, builder.facts(one.name, "alone" if one.alone else ""), *_NO_MORE)


def _ask(core: "_core.Lists", kind: str, normal_form: str) -> tuple[str, ...]:
    return core.ask(kind, normal_form.encode("utf-8", "surrogateescape"))
