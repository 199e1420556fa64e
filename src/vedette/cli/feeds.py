"""`vedette feeds`: fetch feeds, and see how they stand."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from vedette.cli.opening import SET_OPTION
from vedette.cli.printing import format_option, print_records
from vedette.cli.progress import feed_progress
from vedette.config.settings import Configuration, Feed
from vedette.engine.fetches import fetched_of
from vedette.engine.generation import generations_of
from vedette.engine.loading import load
from vedette.engine.logs import set_up_logs
from vedette.errors import FeedError, IndexFileError
from vedette.feeds.fetch_record import record_of
from vedette.feeds.fetching import FetchReport, fetch_all
from vedette.index.generation import FeedManifest

UPDATE_COLUMNS = ("feed", "outcome", "bytes", "changed_at")
LIST_COLUMNS = ("feed", "comes_from", "entries", "rejects", "fetched_at", "changed_at", "due_at", "fault")

ALL_FAILED, SOME_FAILED, NOTHING_TO_FETCH = 1, 2, 3
"""Exit codes, those of CyberTrace's Feed Utility."""

CONFIG_OPTION = click.option(
    "-c", "--config", required=True, type=click.Path(path_type=Path), help="The configuration."
)


@click.group("feeds")
def command() -> None:
    """Fetch feeds, and see how they stand."""


@command.command("update")
@click.argument("names", nargs=-1, metavar="[FEED]...")
@CONFIG_OPTION
@SET_OPTION
@format_option()
@click.pass_context
def update(
    context: click.Context, names: tuple[str, ...], config: Path, settings: tuple[str, ...], format_: str
) -> None:
    """Fetch feeds now: those named, or all that are enabled and have a `fetch`.

    What a server has not changed is not sent again. A feed that cannot be fetched keeps what it had. A running
    `vedette run` takes up what came within `feeds_check_s` seconds, or at once on SIGHUP.

    Exit codes: 0 done; 1 all failed; 2 some failed; 3 nothing to fetch.
    """
    set_up_logs(level=logging.CRITICAL)
    feeds = _chosen(load(config, settings=settings).anchored, names)
    if not feeds:
        click.echo("vedette: no feed is fetched: none that is enabled has a `fetch`", err=True)
        context.exit(NOTHING_TO_FETCH)
    with feed_progress() as progress:
        found = asyncio.run(fetch_all(feeds, progress))
    print_records([_outcome(name, one) for name, one in found.items()], UPDATE_COLUMNS, format_)
    faults = [one for one in found.values() if isinstance(one, FeedError)]
    for fault in faults:
        click.echo(f"vedette: {fault}", err=True)
    if faults:
        context.exit(ALL_FAILED if len(faults) == len(found) else SOME_FAILED)


@command.command("list")
@CONFIG_OPTION
@SET_OPTION
@format_option()
def list_(config: Path, settings: tuple[str, ...], format_: str) -> None:
    """List the configuration's feeds: where from, when fetched, and what the generation in force has of them."""
    configuration = load(config, settings=settings).anchored
    built = _built_from(configuration)
    records = [_record(name, feed, built.get(name)) for name, feed in configuration.feeds.items()]
    print_records(records, LIST_COLUMNS, format_)


def _chosen(configuration: Configuration, names: tuple[str, ...]) -> Mapping[str, Feed]:
    feeds = configuration.feeds
    for name in names:
        if name not in feeds:
            raise FeedError(f"there is no feed `{name}`; there are: {', '.join(sorted(feeds)) or 'none'}")
        if feeds[name].fetch is None:
            raise FeedError(f"feeds.{name}: it is not fetched: it is read from {feeds[name].path}")
    return {name: feed for name, feed in feeds.items() if name in names} if names else fetched_of(feeds)


def _outcome(name: str, one: FetchReport | FeedError) -> dict[str, Any]:
    if isinstance(one, FeedError):
        return {"feed": name, "outcome": "failed", "why": str(one)}
    outcome = "changed" if one.changed else "unchanged"
    return {
        "feed": name,
        "outcome": outcome,
        "bytes": one.record.size_bytes,
        "changed_at": _said(one.record.changed_at),
    }


def _built_from(configuration: Configuration) -> dict[str, FeedManifest]:
    """What each feed gave to the generation in force, if there is one."""
    try:
        generation = generations_of(configuration.state).current()
        return {} if generation is None else {one.name: one for one in generation.manifest().feeds}
    except IndexFileError as error:
        click.echo(f"vedette: {error}", err=True)
        return {}


def _record(name: str, feed: Feed, built: FeedManifest | None) -> dict[str, Any]:
    record: dict[str, Any] = {"feed": name, "comes_from": str(feed.path), "fault": built.fault if built else ""}
    if built is not None:
        record |= {"entries": built.entries, "rejects": built.rejects, "changed_at": _said(built.modified_at)}
    if feed.fetch is not None:
        came = record_of(feed)
        record |= {
            "comes_from": f"{feed.fetch.type}, every {feed.fetch.every_s:g} s",
            "fetched_at": _said(came.fetched_at),
            "changed_at": _said(came.changed_at),
            "due_at": _said(came.due_at(feed.fetch.every_s)) if came.tried_at and feed.fetch.every_s else "",
            "fault": came.fault or record["fault"],
        }
    return record if feed.enabled else {**record, "comes_from": "not enabled"}


def _said(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")
