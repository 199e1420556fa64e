"""`vedette check`: everything that is wrong with a configuration, at once."""

from pathlib import Path

import click

from vedette.cli.opening import SET_OPTION
from vedette.engine.loading import load
from vedette.errors import ConfigurationError
from vedette.events.rules import compile_rules


@click.command("check")
@click.option("-c", "--config", required=True, type=click.Path(path_type=Path), help="The configuration to check.")
@SET_OPTION
def command(config: Path, settings: tuple[str, ...]) -> None:
    """Name every mistake in a configuration with its line, and exit 78 if there is one.

    Both `vedette.yaml` and CyberTrace's `kl_feed_service.conf` are read. Nothing is opened, listened on or written.
    """
    try:
        loaded = load(config, settings=settings)
    except ConfigurationError as error:
        for mistake in error.mistakes:
            click.echo(str(mistake), err=True)
        click.echo(counted(len(error.mistakes), "mistake"), err=True)
        raise SystemExit(ConfigurationError.exit_code) from None
    for warning in loaded.warnings:
        click.echo(f"warning: {warning}")
    for profile, rule in compile_rules(loaded.configuration).unfiltered():
        click.echo(
            f"warning: {config}: profiles.{profile}.rules.{rule}: nothing fixed in its regex to go by, "
            "so it is tried on every event"
        )
    has = loaded.configuration
    parts = (
        counted(len(has.inputs), "input"),
        counted(len(has.feeds), "feed"),
        counted(len(has.profiles), "profile"),
        counted(len(has.outputs), "output"),
    )
    click.echo(f"{config}: no mistakes; {', '.join(parts)}")


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
