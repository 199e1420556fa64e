"""`vedette allowlist`: what is never reported here, who says so, for how long, and how much it held back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from vedette.cli.opening import SET_OPTION
from vedette.cli.printing import format_option, print_records
from vedette.config.allowlist import AllowlistEntry
from vedette.config.allowlist_file import entries_of
from vedette.detections.allowlist import key_of
from vedette.engine.loading import load
from vedette.store.held_back import HeldBack, read

COLUMNS = ("value", "owner", "reason", "ticket", "expires", "holds", "held_back", "last_held_back", "only")


@click.group("allowlist")
def command() -> None:
    """Look at the values that are never reported here."""


@command.command("list")
@click.option("-c", "--config", required=True, type=click.Path(path_type=Path), help="The configuration.")
@SET_OPTION
@format_option()
def list_(config: Path, settings: tuple[str, ...], format_: str) -> None:
    """List the allowlist's entries, and how many detections each has held back since the state folder was made.

    Counts are written every 10 seconds while Vedette runs, and when it ends. Feeds of false positives stand behind the
    entries, as `feed NAME`. Counts of entries that are gone are not shown.
    """
    configuration = load(config, settings=settings).anchored
    held = read(configuration.state / "detections.db")
    now = datetime.now(UTC)
    records = [_record(entry, held.get(key_of(entry)), now) for entry in entries_of(configuration.allowlist)]
    records += [
        {"value": holder, "holds": "yes", **_counted(count)}
        for holder, count in held.items()
        if holder.startswith("feed ")
    ]
    print_records([{**dict.fromkeys(COLUMNS, ""), **record} for record in records], COLUMNS, format_)


def _record(entry: AllowlistEntry, held: HeldBack | None, now: datetime) -> dict[str, Any]:
    reach = (("feeds", entry.feeds), ("profiles", entry.profiles), ("networks", entry.networks))
    return {
        "value": entry.value,
        "owner": entry.owner,
        "reason": entry.reason,
        "ticket": entry.ticket,
        "expires": entry.expires if isinstance(entry.expires, str) else entry.expires.isoformat(timespec="minutes"),
        "holds": "expired" if entry.has_expired(now) else "yes",
        "only": "; ".join(f"{name} {', '.join(words)}" for name, words in reach if words),
        **_counted(held),
    }


def _counted(held: HeldBack | None) -> dict[str, Any]:
    return {
        "held_back": held.detections if held else 0,
        "last_held_back": held.last.isoformat(timespec="seconds") if held else "",
    }
