"""How results are printed: a table for people, JSON lines, CSV or CEF for scripts."""

import csv
import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

RECORD_FORMATS = ("table", "json", "csv")

Record = Mapping[str, Any]


def format_option(*formats: str, default: str = "table") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the option `--format`, the same wherever results are printed."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats or RECORD_FORMATS),
        default=default,
        show_default=True,
        help="How results are written.",
    )


def print_records(records: Iterable[Record], columns: Sequence[str], format_: str, *, title: str = "") -> None:
    """Print records: every field as JSON, the columns named as a table or CSV."""
    if format_ == "json":
        for record in records:
            write(msgspec.json.encode(record))
    elif format_ == "csv":
        write(csv_line(columns))
        for record in records:
            write(csv_line([cell(record.get(column)) for column in columns]))
    else:
        table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
        for column in columns:
            table.add_column(column.replace("_", " "), overflow="fold")
        for record in records:
            table.add_row(*(cell(record.get(column)) for column in columns))
        console().print(table, markup=False)


def cell(value: object) -> str:
    """A value as a person reads it in one cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list | tuple):
        return ", ".join(cell(item) for item in value)
    if isinstance(value, Mapping):
        return msgspec.json.encode(value).decode()
    return str(value)


def printable(text: str) -> str:
    """Text from an event or a feed made harmless for a terminal: control characters stand as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def csv_line(cells: Sequence[str]) -> bytes:
    """One record of CSV without its line break (RFC 4180)."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue().encode("utf-8", "backslashreplace")


def write(line: bytes) -> None:
    """Write one line to standard output."""
    sys.stdout.buffer.write(line + b"\n")


def console(*, stderr: bool = False) -> Console:
    """The terminal; or, where nobody watches, a plain stream without colours or bars, wide enough to fold nothing."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else 200)
