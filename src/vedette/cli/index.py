"""`vedette index`: build generations, look at them, verify them, go back to one."""

import logging
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import ValidationError

from vedette.cli.opening import UsageError
from vedette.cli.printing import format_option, print_records, printable
from vedette.cli.progress import feed_progress
from vedette.config.settings import Feed, KindWord
from vedette.detections.warninglists.warninglists import Warninglists
from vedette.engine.generation import Built, build_generation, generations_of, opened_if_whole
from vedette.engine.judging import warninglists_of
from vedette.engine.loading import load
from vedette.engine.logs import set_up_logs
from vedette.errors import FeedError, IndexFileError
from vedette.feeds.report import left_out_in_words
from vedette.index.generation import Generation
from vedette.index.generations import Generations
from vedette.index.index import Index


@click.group("index")
def command() -> None:
    """Build generations of indicators, look at them, verify them, go back to one."""


@command.command("build")
@click.option("-c", "--config", type=click.Path(path_type=Path), help="Build from this configuration's feeds.")
@click.option(
    "--feed",
    "feeds",
    multiple=True,
    metavar="NAME=PATH[,KEY=VALUE...]",
    help="A feed; KEY is any key of a feed in the configuration: format, kind, category, confidence ..., or"
    " field=COLUMN[:KIND], which says where indicators are and may repeat, as --feed may.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="The folder of generations; with -c, the state's own if not given."
)
@click.option(
    "--rejects", "rejects_limit", default=10, show_default=True, help="How many rejects of each feed to print."
)
@format_option()
def build(config: Path | None, feeds: tuple[str, ...], out: Path | None, rejects_limit: int, format_: str) -> None:
    """Read feeds into a new generation, and put it in force.

    Exits 65 if a feed could not be read; the others are in the generation all the same.

    Example: vedette index build --feed bad=addresses.txt,category=Scanner --out iocs
    --feed urls=urls.csv,header=false,field=3:url --feed files=files.json,field=files/MD5:md5
    """
    set_up_logs(level=logging.CRITICAL)
    generations, chosen, warninglists = _what_and_where(config, feeds, out)
    with feed_progress() as progress:
        built = build_generation(
            generations, chosen, progress, before=opened_if_whole(generations), warninglists=warninglists
        )
    print_records(_report_records(built), REPORT_COLUMNS, format_)
    for report in built.reports:
        for reject in report.rejects[:rejects_limit]:
            click.echo(f"rejected: {report.feed}: {reject}", err=True)
        if report.rejected > rejects_limit:
            click.echo(f"rejected: {report.feed}: {report.rejected - rejects_limit:,} more", err=True)
        if report.left_out:
            click.echo(f"left out: {report.feed}: {printable(left_out_in_words(report))}", err=True)
    for overlap in built.overlaps:
        some = ", ".join(printable(text) for text in overlap.examples)
        known = f"{overlap.entries:,} on `{overlap.name}`, such as {some}"
        click.echo(f"on a warninglist: {overlap.feed}: {known}", err=True)
    if built.generation is None:
        raise FeedError("no feed could be read, nothing was built:\n" + "\n".join(built.faults))
    click.echo(f"generation {built.generation.number} is in force: {built.generation.folder}", err=True)
    if built.faults:
        raise FeedError("\n".join(built.faults))


REPORT_COLUMNS = ("feed", "format", "records", "indicators", "rejected", "seconds")


@command.command("info")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@format_option()
def info(folder: Path, format_: str) -> None:
    """Say what the generation in force at DIR holds, per feed and in numbers."""
    index = Index.open(folder)
    stats = index.stats
    if format_ == "json":
        print_records([{"generation": index.generation, "stats": stats, "feeds": index.feeds}], (), "json")
        return
    print_records(
        [{"feed": name, "entries": count} for name, count in sorted(index.feeds.items())], ("feed", "entries"), format_
    )
    if format_ == "table":
        per_indicator = stats["hot_bytes"] / max(stats["keys"], 1)
        print_records(
            [{"what": name, "count": f"{count:,}"} for name, count in {"generation": index.generation, **stats}.items()]
            + [{"what": "hot_bytes per indicator", "count": f"{per_indicator:.1f}"}],
            ("what", "count"),
            format_,
        )


@command.command("verify")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--generation", "number", type=int, help="Its number; the one in force if not given.")
def verify(folder: Path, number: int | None) -> None:
    """Hold a generation against its manifest and checksums; exits 66 if it is damaged."""
    generations = Generations(folder)
    chosen = _chosen(generations, number)
    manifest = chosen.verify()
    click.echo(
        f"generation {chosen.number} is whole: {manifest.counts['entries']:,} entries, {manifest.index_bytes:,} bytes"
    )


@command.command("list")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@format_option()
def list_(folder: Path, format_: str) -> None:
    """List the generations at DIR, oldest first; exits 66 if one is damaged, or the one in force is not there."""
    generations = Generations(folder)
    faults: list[IndexFileError] = []
    try:
        current = generations.current()
    except IndexFileError as error:
        current = None
        faults.append(error)
    records = []
    for each in generations.list():
        try:
            records.append(_generation_record(each, in_force=each == current))
        except IndexFileError as error:
            records.append({"generation": each.number, "in_force": "yes" if each == current else ""})
            faults.append(error)
    print_records(records, ("generation", "in_force", "built_at", "entries", "feeds", "bytes"), format_)
    if faults:
        raise faults[0]


@command.command("rollback")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--to", "number", type=int, help="The generation's number; the one before the current if not given.")
def rollback(folder: Path, number: int | None) -> None:
    """Put an earlier generation in force, once it is found whole."""
    try:
        generation = Generations(folder).rollback(number)
    except LookupError as error:
        raise IndexFileError(str(error)) from error
    click.echo(f"generation {generation.number} is in force")


def _what_and_where(
    config: Path | None, feeds: tuple[str, ...], out: Path | None
) -> tuple[Generations, dict[str, Feed], Warninglists | None]:
    chosen = dict(feed_of(text) for text in feeds)
    if config is not None:
        configuration = load(config).anchored
        chosen = {**{name: feed for name, feed in configuration.feeds.items() if feed.enabled}, **chosen}
        generations = Generations(out) if out else generations_of(configuration.state)
        return generations, chosen, warninglists_of(configuration)
    if not chosen:
        raise UsageError("say what to build from: `--feed NAME=PATH`, or `-c FILE`")
    if out is None:
        raise UsageError("say where to build: `--out DIR`")
    return Generations(out), chosen, None


def feed_of(text: str) -> tuple[str, Feed]:
    """A feed written as `NAME=PATH[,KEY=VALUE...]`.

    Raises:
        UsageError: It is not of that form, or a key or value is not a feed's.
    """
    name, equals, rest = text.partition("=")
    if not equals or not name or not rest:
        raise UsageError(f"--feed {text}: should be NAME=PATH[,KEY=VALUE...]")
    path, *options = _split(rest)
    values: dict[str, Any] = {"path": str(Path(path).absolute())}
    for option in options:
        key, _, value = option.partition("=")
        if key == "field":
            values.setdefault("fields", []).append(_field(value))
        elif key == "tags":
            values["tags"] = (*values.get("tags", ()), value)
        else:
            values[key] = value
    try:
        return name, Feed.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        allowed = ", ".join(sorted({"field", *Feed.model_fields} - {"path", "fields", "actionable", "enabled"}))
        raise UsageError(f"--feed {text}: {faults}; keys are: {allowed}") from None


def _field(text: str) -> dict[str, str]:
    """Where indicators are, written as `COLUMN[:KIND]`; a name may hold a colon of its own."""
    name, _, kind = text.rpartition(":")
    return {"field": name, "kind": kind} if name and kind in get_args(KindWord) else {"field": text}


def _split(rest: str) -> list[str]:
    """Cut at commas that begin a KEY=VALUE; a path may hold others."""
    parts = rest.split(",")
    pieces = [parts[0]]
    for part in parts[1:]:
        key = part.partition("=")[0]
        if key in Feed.model_fields or "=" in part:
            pieces.append(part)
        else:
            pieces[-1] += f",{part}"
    return pieces


def _report_records(built: Built) -> list[dict[str, Any]]:
    return [
        {
            "feed": report.feed,
            "file": report.file,
            "format": report.format,
            "records": report.records,
            "indicators": report.indicators,
            "rejected": report.rejected,
            "seconds": round(report.seconds, 2),
            "warninglists": {one.name: one.entries for one in built.overlaps if one.feed == report.feed},
            "rejects": [str(reject) for reject in report.rejects],
            "left_out": dict(report.left_out),
        }
        for report in built.reports
    ]


def _generation_record(generation: Generation, *, in_force: bool) -> dict[str, Any]:
    manifest = generation.manifest()
    return {
        "generation": generation.number,
        "in_force": "yes" if in_force else "",
        "built_at": manifest.built_at.isoformat(timespec="seconds"),
        "entries": manifest.counts["entries"],
        "feeds": [feed.name for feed in manifest.feeds],
        "bytes": manifest.index_bytes,
    }


def _chosen(generations: Generations, number: int | None) -> Generation:
    try:
        chosen = generations.current() if number is None else generations.generation(number)
    except LookupError as error:
        raise IndexFileError(str(error)) from error
    if chosen is None:
        raise IndexFileError(f"{generations.folder}: no generation of an index is here. {generations.way_out()}")
    return chosen
