"""How a CSV feed is written: its delimiter, and a header that stands in a comment."""

import csv
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from vedette.feeds.formats.csv_columns import is_header
from vedette.feeds.formats.csv_records import Dialect

if TYPE_CHECKING:
    from vedette.config.settings import Feed
    from vedette.feeds.document import Document

_DELIMITERS = ",;\t|"
_LOOKED_AT = 50


def dialect_of(feed: "Feed", document: "Document") -> Dialect:
    """The feed's own delimiter, or the one that gives most of the first lines the same number of cells."""
    if feed.delimiter is not None:
        return Dialect(feed.delimiter, feed.comment)
    lines = first_lines(document, feed.comment)
    best = max(_DELIMITERS, key=lambda delimiter: regularity(lines, delimiter))
    return Dialect(best, feed.comment)


def first_lines(document: "Document", comment: str) -> list[str]:
    """The first lines that hold something, comments left out."""
    lines = (line for line in document.lines() if line.strip() and not (comment and line.startswith(comment)))
    return list(islice(lines, _LOOKED_AT))


def regularity(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """How many lines have as many cells as most have, if more than one; and that number."""
    widths = [len(record) for record in _records(lines, delimiter) if record]
    if not widths:
        return 0.0, 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return []


def commented_header(document: "Document", dialect: Dialect) -> list[str]:
    """The names in the last of the leading comments (`# "first_seen","ioc_id"`), or none."""
    if not dialect.comment:
        return []
    last = ""
    for line in document.lines():
        if line.startswith(dialect.comment):
            last = line.lstrip(dialect.comment + " \t").strip() or last
        elif line.strip():
            break
    names = next(iter(_records([last], dialect.delimiter)), [])
    return names if len(names) > 1 and is_header(names) else []
