"""`vedette scan`: files, folders, archives and standard input matched against an index."""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import click
from rich.progress import Progress, TaskID

from vedette.cli.detections import DETECTION_FORMATS, DetectionPrinter
from vedette.cli.opening import CONFIG_OPTION, INDEX_OPTION, open_matcher
from vedette.cli.printing import format_option
from vedette.cli.progress import bytes_progress
from vedette.errors import FeedError, VedetteError
from vedette.events.framing import Framer
from vedette.feeds.compression import FAULTS, Limits, Meter, Plain, unpacked
from vedette.matching.matcher import Matcher

CHUNK_BYTES = 4 << 20
LIMITS = Limits(unpacked_bytes=1 << 40, ratio=1000)
"""Logs are larger than feeds and repeat themselves more; memory is bounded whatever they unpack to."""


@dataclass
class Scanned:
    """What was scanned: `events == matched + unmatched + ignored`."""

    files: int = 0
    events: int = 0
    matched: int = 0
    ignored: int = 0
    bytes: int = 0
    cut: int = 0
    quarantined: int = 0
    held_back: int = 0
    expired: int = 0


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@CONFIG_OPTION
@INDEX_OPTION
@click.option("--threads", type=click.IntRange(1, 256), default=1, show_default=True, help="Threads that match.")
@format_option(*DETECTION_FORMATS)
def command(paths: tuple[str, ...], config: Path | None, index: Path | None, threads: int, format_: str) -> None:
    """Match every line of each PATH: a file, a folder and all below it, an archive or compressed file, or `-`.

    With -c, the configuration's profiles are used; else the rule `auto`, which needs none. A file that cannot be
    read is named, the others are scanned, and the exit code is 1.

    Example: vedette scan --index iocs --format json /var/log
    """
    matcher = open_matcher(config, index, threads)
    printer = DetectionPrinter(format_)
    scanned, faults = Scanned(), 0
    began = datetime.now(UTC)
    files = list(files_of(paths))
    with bytes_progress() as progress:
        task = progress.add_task(
            "scanning", total=sum(path.stat().st_size for path in files if path is not None) or None
        )
        for path in files:
            try:
                scan_file(path, matcher, printer, scanned, Bar(progress, task))
            except BrokenPipeError:
                raise  # Whoever reads our output has seen enough: no fault of the file.
            except (FeedError, *FAULTS, ValueError) as error:
                faults += 1
                click.echo(f"vedette: {path}: {getattr(error, 'strerror', None) or error}", err=True)
    printer.finish()
    print_summary(scanned, printer.printed, (datetime.now(UTC) - began).total_seconds())
    print_over_limit(matcher)
    if faults:
        raise VedetteError(f"{faults} of {len(files)} could not be scanned to the end")


@dataclass(frozen=True)
class Bar:
    """The bar of one scan, moved by the bytes read of files as they lie on disk."""

    progress: Progress
    task: TaskID

    def advance(self, count: int) -> None:
        """Move it on."""
        self.progress.advance(self.task, count)


def files_of(paths: tuple[str, ...]) -> Iterator[Path | None]:
    """Every file named or below a folder named, in order; None for standard input.

    Raises:
        VedetteError: There is no such file or folder.
    """
    for name in paths:
        path = Path(name)
        if name == "-":
            yield None
        elif path.is_dir():
            yield from sorted(below for below in path.rglob("*") if below.is_file())
        elif path.exists():
            yield path
        else:
            raise VedetteError(f"{path}: no such file or folder")


def scan_file(path: Path | None, matcher: Matcher, printer: DetectionPrinter, scanned: Scanned, bar: Bar) -> None:
    """Scan one file, unpacked if it is packed; None is standard input."""
    if path is None:
        scan_stream(cast("Plain", sys.stdin.buffer), "-", matcher, printer, scanned)
        return
    with path.open("rb") as file:
        watched = io.BufferedReader(_Watched(file, bar), CHUNK_BYTES)
        for name, plain in unpacked(watched, Meter(path.stat().st_size, LIMITS)):
            origin = f"{path}!{name}" if name else str(path)
            scan_stream(plain, origin, matcher, printer, scanned)


def scan_stream(stream: Plain, origin: str, matcher: Matcher, printer: DetectionPrinter, scanned: Scanned) -> None:
    """Scan the lines of one stream."""
    framer = Framer()
    scanned.files += 1
    ended = False
    while not ended:
        chunk = stream.read1(CHUNK_BYTES)
        ended = not chunk
        frames = framer.push(chunk) if chunk else framer.finish()
        block = matcher.match(frames, origin=origin, numbered=True, now=datetime.now(UTC))
        printer.take(block.detections)
        scanned.events += block.received
        scanned.matched += block.matched
        scanned.ignored += block.ignored
        scanned.bytes += len(chunk)
        scanned.quarantined += sum(detection.quarantined for detection in block.detections)
        scanned.held_back += sum(block.held_back.values())
        scanned.expired += block.expired
    scanned.cut += framer.cut


class _Watched(io.RawIOBase):
    """A file whose reading moves a bar."""

    def __init__(self, file: BinaryIO, bar: Bar) -> None:
        self._file = file
        self._bar = bar

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        count = cast("io.BufferedReader", self._file).readinto(buffer)
        self._bar.advance(count)
        return count


def print_summary(scanned: Scanned, detections: int, elapsed_s: float) -> None:
    """Say on standard error what was scanned."""
    unmatched = scanned.events - scanned.matched - scanned.ignored
    cut = f", {scanned.cut:,} cut for being too long" if scanned.cut else ""
    found = f"{detections:,} detections{_besides(scanned)}"
    click.echo(
        f"{scanned.events:,} events = "
        f"{scanned.matched:,} matched + {unmatched:,} unmatched + {scanned.ignored:,} ignored"
        f"{cut}; {found}; {scanned.files:,} files, {scanned.bytes:,} bytes in {elapsed_s:.2f} s",
        err=True,
    )


def _besides(scanned: Scanned) -> str:
    """What did not become a detection that anyone need look at; empty where there is none."""
    counts = (
        (scanned.quarantined, "of them in quarantine"),
        (scanned.held_back, "more held back"),
        (scanned.expired, "more expired"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    return f" ({said})" if said else ""


def print_over_limit(matcher: Matcher) -> None:
    """Name the rules whose regex gave up on events, for those may hold what was not seen; and warninglists likewise."""
    for (profile, rule), times in sorted(matcher.over_limit().items()):
        click.echo(f"profile {profile}, rule {rule}: stopped at the match limit {times:,} times", err=True)
    for name, times in sorted(matcher.lists_over_limit().items()):
        click.echo(f"warninglist {name}: stopped at the match limit {times:,} times", err=True)
