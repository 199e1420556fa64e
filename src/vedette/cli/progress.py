"""Progress bars for long work: drawn on a terminal, silent elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


@contextmanager
def bytes_progress() -> Iterator[Progress]:
    """A display of work that is counted in bytes; it vanishes when the work is done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    watching = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not watching) as progress:
        yield progress


@contextmanager
def feed_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each feed that is being read."""
    tasks: dict[str, TaskID] = {}
    with bytes_progress() as progress:

        def advance(name: str, read: int, whole: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=whole)
            progress.update(tasks[name], completed=read, total=whole)

        yield advance
