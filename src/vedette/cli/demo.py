"""`vedette demo`: what `make run` starts."""

import asyncio
import signal
import sys
import time
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vedette.cli.printing import console, printable
from vedette.demo.demo import Outcome, Watcher, run_demo
from vedette.demo.samples import NEAR_MISSES
from vedette.detections.detection import Detection
from vedette.engine.logs import set_up_logs
from vedette.errors import VedetteError
from vedette.index.generation import FeedManifest
from vedette.indicators.kind import HASHES


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the samples, even in a terminal.")
@click.option(
    "--pause", "pause_s", default=None, type=float, help="Seconds between two events.  [default: 0.15 in a terminal]"
)
def command(once: bool, pause_s: float | None) -> None:
    """Show the whole of it: sample feeds, sample events sent over TCP, a SIEM's side in this terminal, and why.

    In a terminal it then goes on listening for events of yours until Ctrl-C; elsewhere it ends with its summary.
    """
    set_up_logs(level=30)
    watching = sys.stdout.isatty()
    out = console()
    began = time.monotonic()
    outcome = run_demo(
        watcher(out, stays=watching and not once), pause_s=0.15 if pause_s is None and watching else pause_s or 0.0
    )
    print_summary(out, outcome, time.monotonic() - began)
    if not outcome.complete:
        raise VedetteError(
            f"only {len(outcome.lines)} of {outcome.counts.detections} detections arrived at the SIEM's side"
        )


def watcher(out: Console, *, stays: bool) -> Watcher:
    """Prints the demo as it goes on."""
    return Watcher(
        built=partial(print_feeds, out),
        listening=partial(print_listening, out),
        sent=partial(print_event, out),
        arrived=partial(print_arrival, out),
        stay=partial(stay, out) if stays else lambda: None,
    )


def print_feeds(out: Console, feeds: tuple[FeedManifest, ...]) -> None:
    """Say which feeds were loaded, and how many indicators each holds."""
    out.print(Text("Vedette's demo. Everything below happens on this machine, on loopback.", style="bold"))
    held = ", ".join(f"{feed.entries} of {feed.name} ({Path(feed.path).name})" for feed in feeds)
    out.print(Text(f"indicators loaded: {held}"))


def print_listening(out: Console, host: str, port: int) -> None:
    """Say where events go in, and how to send some."""
    out.print(Text(f"listening for events on {host}:{port}; detections go to a SIEM's side in this terminal\n"))
    out.print(Text(f"  {'event':>9}  a device's event on its way to Vedette", style="dim"))
    out.print(Text(f"  {'detection':>9}  a CEF line as the SIEM's side received it\n", style="dim"))


def print_event(out: Console, event: bytes) -> None:
    """Print an event on its way in, cut to the terminal's width."""
    print_line(out, "event", event, "dim")


def print_arrival(out: Console, line: bytes) -> None:
    """Print a line that arrived at the SIEM's side: its header, and why it came."""
    header, _, rest = line[line.find(b"CEF:") :].partition(b"|rt=")
    print_line(out, "detection", header + b"| ... " + rest[rest.find(b"reason=") :], "bold red")


def print_line(out: Console, what: str, line: bytes, style: str) -> None:
    """Print one line with a label before it."""
    text = Text(f"  {what:>9}  {printable(line.decode('utf-8', 'backslashreplace').rstrip())}", style=style)
    out.print(text, no_wrap=True, overflow="ellipsis", crop=True, soft_wrap=False)


def stay(out: Console) -> "asyncio.Future[None]":
    """Wait for Ctrl-C."""
    out.print(
        Text("\nNow yours: send events to the address above (nc, logger, a real forwarder). Ctrl-C ends.", style="bold")
    )
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: None if ended.done() else ended.set_result(None))
    return ended


def print_summary(out: Console, outcome: Outcome, elapsed_s: float) -> None:
    """Print what was found, and why each was found."""
    table = Table(
        title="\nWhat was found, and why",
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    for column in ("observed in the event", "known as", "feed, category", "why it matched"):
        table.add_column(column, overflow="fold")
    for detection in outcome.detections:
        entry = detection.entry
        table.add_row(
            Text(printable(detection.observed), style="cyan"),
            printable(entry.indicator),
            f"{entry.feed}, {entry.category}",
            why(detection),
        )
    out.print(table)
    counts = outcome.counts
    out.print(
        f"\n{counts.received} events received = {counts.matched} matched + {counts.unmatched} unmatched + "
        f"{counts.ignored} ignored + {counts.dropped} dropped; {counts.detections} detections, "
        f"{len(outcome.lines)} arrived at the SIEM's side. {elapsed_s:.1f} s."
    )
    found = {detection.normal_form for detection in outcome.detections}
    for value, reason in NEAR_MISSES:
        if value not in found:
            out.print(Text(f"not found, and rightly: {value}: {reason}", style="dim"))


def why(detection: Detection) -> str:
    """The scope by which the entry was reached, in words."""
    entry, scope = detection.entry, detection.matched_scope
    if scope == "network":
        return f"the address lies in {entry.normal_form}"
    if scope == "subdomains":
        same = detection.normal_form == entry.normal_form
        return "the same name" if same else f"a name at or below {entry.normal_form}"
    if scope == "mask":
        return f"the URL's normal form {detection.normal_form} fits the mask"
    if scope in {"host", "prefix"}:
        return f"the {scope} is {entry.normal_form}"
    if detection.observed == entry.indicator:
        return "the same value"
    return "the same digest" if entry.kind in HASHES else f"both are {detection.normal_form}"
