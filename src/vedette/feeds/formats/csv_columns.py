"""What the columns of a CSV feed hold: as configured, as the header says, or as the first records look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vedette.errors import FeedError
from vedette.feeds.field_words import ROLES, VALUE, VALUE_ROLES, folded, known_kind
from vedette.indicators.kind import HASHES
from vedette.indicators.normal_form import looks_like

if TYPE_CHECKING:
    from vedette.config.settings import Feed, FieldRule

INTERCHANGE = ["type", "value", "feed"]
_MAJORITY = 0.5
_NEARLY_ALL = 0.8
_DISTINCT = 0.2
FIELD_OPTIONS = {role: f"{role}_field" for role in ("feed", "scope", "first_seen", "last_seen", "valid_until")}
"""Role → the feed's option that names its column."""
_FAMILIES: dict[str, str] = {
    **dict.fromkeys(("ipv4", "ipv6", "cidr", "ip_port"), "ip"),
    **dict.fromkeys(HASHES, "hash"),
}


@dataclass(frozen=True)
class ValueColumn:
    """A column that holds indicators.

    Args:
        typed: Whether the column of types says the kind of each.
        with_path: Whether a host here is one of a URL whose path is in the column of paths.
    """

    position: int
    kind: str | None = None
    scope: str | None = None
    category: str | None = None
    typed: bool = False
    with_path: bool = False


@dataclass(frozen=True)
class Columns:
    """Where the columns of each meaning stand.

    Args:
        names: The header's, made distinct; empty where there is none.
        others: By role: type, scope, path, feed, category, confidence, tags, tlp, first_seen, last_seen, valid_until.
        with_context: Whether a record says more than what becomes of it anyway.
    """

    names: tuple[str, ...]
    values: tuple[ValueColumn, ...]
    others: dict[str, int] = field(default_factory=dict)
    with_context: bool = True


def columns_of(feed: "Feed", header: Sequence[str], sample: Sequence[Sequence[str]]) -> Columns:
    """The columns by the feed's options, then by the header, then by looking at the sample.

    Raises:
        FeedError: An option names a column that is not there, or no column holds indicators.
    """
    names = _distinct(header)
    others = _others(feed, header, names)
    if feed.fields:
        values = tuple(_configured(rule, feed, names) for rule in feed.fields)
    else:
        values = _named(feed, header) or _seen(feed, sample, others)
    if not values:
        raise FeedError(f"no column holds indicators{_which(names)}; say which under `fields`")
    if "type" in others and not any(known_kind(cell) for cell in _cells(sample, others["type"])):
        del others["type"]
    interchange = [name.lower() for name in header] == INTERCHANGE and not feed.fields
    return Columns(names, values, others, with_context=not interchange)


def is_header(record: Sequence[str]) -> bool:
    """Whether a record reads like the names of columns."""
    words = [cell for cell in record if cell.strip()]
    return any(folded(word) in ROLES for word in words) and not any(looks_like(word) for word in words)


def looks_named(header: Sequence[str], sample: Sequence[Sequence[str]]) -> bool:
    """Whether the first record, of whatever words, stands over columns of indicators without being one."""
    if not sample or any(looks_like(cell) for cell in header):
        return False
    return bool(_by_majority(sample)) and not any(cell.strip().isdigit() for cell in header)


def _distinct(header: Sequence[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for position, cell in enumerate(header, 1):
        name = cell.strip() or str(position)
        while name in names:
            name = f"{name}_{position}"
        names[name] = None
    return tuple(names)


def _which(names: Sequence[str]) -> str:
    return f" among {', '.join(names)}" if names else ""


def _position(column: str, option: str, names: Sequence[str]) -> int:
    wanted = column.strip().lower()
    for position, name in enumerate(names):
        if name.lower() == wanted:
            return position
    if column.isascii() and column.isdigit() and int(column) > 0:
        return int(column) - 1
    there = f"there are: {', '.join(names)}" if names else "there is no header; columns are numbered from 1"
    raise FeedError(f"{option}: no column {column!r}; {there}")


def _configured(rule: "FieldRule", feed: "Feed", names: Sequence[str]) -> ValueColumn:
    position = _position(rule.field, "fields", names)
    return ValueColumn(position, rule.kind or feed.kind, rule.scope or feed.scope, rule.category)


def _others(feed: "Feed", header: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    others: dict[str, int] = {}
    for position, cell in enumerate(header):
        role = ROLES.get(folded(cell))
        if role is not None and role not in VALUE_ROLES:
            others.setdefault(role, position)
    if feed.category is not None:
        others.pop("category", None)
    if header and "feed" in others and [name.lower() for name in header] != INTERCHANGE:
        # Any other table's `feed` column may mean anything; `feed_field` says when it means ours.
        del others["feed"]
    for role, option in FIELD_OPTIONS.items():
        if (column := getattr(feed, option)) is not None:
            others[role] = _position(column, option, names)
    return others


def _named(feed: "Feed", header: Sequence[str]) -> tuple[ValueColumn, ...]:
    roles = [ROLES.get(folded(cell), "") for cell in header]
    wanted = [VALUE] if VALUE in roles else [role for role in VALUE_ROLES if role in roles]
    return tuple(
        ValueColumn(
            position,
            feed.kind or VALUE_ROLES[role],
            feed.scope,
            typed=role == VALUE and feed.kind is None,
            with_path=role == "host",
        )
        for position, role in enumerate(roles)
        if role in wanted and roles.index(role) == position
    )


def _seen(feed: "Feed", sample: Sequence[Sequence[str]], others: dict[str, int]) -> tuple[ValueColumn, ...]:
    """Columns by looking. Beside a column of types the values are the column that agrees with it best."""
    width = max(map(len, sample), default=0)
    types = others.get("type", _column_of_types(sample, width))
    if types is not None:
        best = max(range(width), key=lambda position: _agreement(sample, types, position), default=None)
        if best is not None and _agreement(sample, types, best) >= _MAJORITY:
            others.setdefault("type", types)
            return (ValueColumn(best, feed.kind, feed.scope, typed=feed.kind is None),)
    return tuple(ValueColumn(position, feed.kind, feed.scope) for position in _by_majority(sample))


def _by_majority(sample: Sequence[Sequence[str]]) -> list[int]:
    width = max(map(len, sample), default=0)
    return [column for column in range(width) if _looks_like_indicators(sample, column)]


def _looks_like_indicators(sample: Sequence[Sequence[str]], column: int) -> bool:
    """Most cells look like an indicator; a keyword or sinkhole that comes again and again is none."""
    cells = [cell for cell in _cells(sample, column) if looks_like(cell) is not None]
    return len(cells) > _MAJORITY * len(sample) and len(set(cells)) > _DISTINCT * len(cells)


def _column_of_types(sample: Sequence[Sequence[str]], width: int) -> int | None:
    shares = [_share(sample, column, lambda cell: known_kind(cell) is not None) for column in range(width)]
    best = max(range(width), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= _NEARLY_ALL else None


def _share(sample: Sequence[Sequence[str]], column: int, holds: Callable[[str], bool]) -> float:
    return sum(map(holds, _cells(sample, column))) / max(1, len(sample))


def _cells(sample: Sequence[Sequence[str]], column: int) -> list[str]:
    return [record[column].strip() for record in sample if column < len(record)]


def _agreement(sample: Sequence[Sequence[str]], types: int, column: int) -> float:
    """How many of the records with a type of ours have a value of that kind in this column."""
    typed = [record for record in sample if types < len(record) and known_kind(record[types])]
    agreed = sum(
        column < len(record) and _family(looks_like(record[column].strip())) == _family(known_kind(record[types]))
        for record in typed
    )
    return agreed / max(1, len(typed))


def _family(kind: str | None) -> str | None:
    return None if kind is None else _FAMILIES.get(kind, kind)
