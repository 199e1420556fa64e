"""`vedette lookup`: what the indicators know of single values."""

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import click

from vedette.cli.detections import DETECTION_FORMATS, DetectionPrinter
from vedette.cli.opening import CONFIG_OPTION, INDEX_OPTION, open_index_and_judge
from vedette.cli.printing import format_option, printable
from vedette.errors import VedetteError
from vedette.indicators.kind import KINDS, Kind
from vedette.matching.lookup import look_up
from vedette.matching.matcher import detection_ids


@click.command("lookup")
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
@click.option("--kind", type=click.Choice(KINDS), help="The kind of every VALUE; told by looking if not given.")
@CONFIG_OPTION
@INDEX_OPTION
@format_option(*DETECTION_FORMATS)
def command(values: tuple[str, ...], kind: str | None, config: Path | None, index: Path | None, format_: str) -> None:
    """Ask whether any feed knows each VALUE: an address, network, domain, URL, hash or e-mail address.

    Disguised values such as hxxp://bad[.]example, bad%2eexample.com and 0xC0000201 are understood. A VALUE that is no
    indicator is named, the others are looked up, and the exit code is 1; so it is where no VALUE is known to any feed,
    as with grep.
    """
    opened, judge = open_index_and_judge(config, index)
    printer = DetectionPrinter(format_)
    ids, now = detection_ids(), datetime.now(UTC)
    unknown, refused = [], []
    for value in values:
        try:
            found = look_up(opened, value, cast("Kind | None", kind), ids=ids, now=now, judge=judge)
        except ValueError as error:
            refused.append(str(error))
            continue
        if not found:
            unknown.append(value)
        printer.take(found)
    printer.finish()
    for value in unknown[:NAMED]:
        click.echo(f"{printable(value)} is known to no feed", err=True)
    if unknown:
        click.echo(f"{len(unknown)} of {len(values)} known to no feed (generation {opened.generation})", err=True)
    if refused:
        raise VedetteError("\n".join(refused))
    if len(unknown) == len(values):
        raise SystemExit(1)


NAMED = 100
"""More values than this are counted and not named."""
