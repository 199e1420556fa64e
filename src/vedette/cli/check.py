"""`vedette check`: everything that is wrong with a configuration, at once."""

from pathlib import Path

import click

from vedette.cli.opening import SET_OPTION
from vedette.cli.printing import print_records
from vedette.config.settings import Configuration
from vedette.engine.loading import load
from vedette.errors import ConfigurationError, Mistake
from vedette.events.rules import compile_rules

COLUMNS = ("level", "path", "line", "key", "message")


@click.command("check")
@click.option("-c", "--config", required=True, type=click.Path(path_type=Path), help="The configuration to check.")
@SET_OPTION
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "table", "json", "csv")),
    default="text",
    show_default=True,
    help="How mistakes and warnings are written; text: one a line, as compilers do.",
)
def command(config: Path, settings: tuple[str, ...], format_: str) -> None:
    """Name every mistake in a configuration with its line, and exit 78 if there is one.

    Both `vedette.yaml` and CyberTrace's `kl_feed_service.conf` are read. Nothing is opened, listened on or written.
    """
    try:
        loaded = load(config, settings=settings)
    except ConfigurationError as error:
        report(error.mistakes, (), format_)
        click.echo(counted(len(error.mistakes), "mistake"), err=True)
        raise SystemExit(ConfigurationError.exit_code) from None
    report((), (*loaded.warnings, *slow_rules(config, loaded.configuration)), format_)
    if format_ == "text":
        click.echo(f"{config}: no mistakes; {parts(loaded.configuration)}")


def report(mistakes: tuple[Mistake, ...], warnings: tuple[Mistake, ...], format_: str) -> None:
    """Write what was found: mistakes as text to standard error, everything else to standard output."""
    if format_ != "text":
        found = [("mistake", one) for one in mistakes] + [("warning", one) for one in warnings]
        records = [
            {"level": level, "path": one.path, "line": one.line, "key": one.key, "message": one.message}
            for level, one in found
        ]
        print_records(records, COLUMNS, format_)
        return
    for mistake in mistakes:
        click.echo(str(mistake), err=True)
    for warning in warnings:
        click.echo(f"warning: {warning}")


UNFILTERED = "nothing fixed in its regex to go by, so it is tried on every event"
STOPPABLE = (
    "look-around, a back reference or a word boundary lets its regex backtrack: on hostile text it is stopped at a "
    "limit, and what it would have taken is missed, counted and told of"
)


def slow_rules(config: Path, configuration: Configuration) -> tuple[Mistake, ...]:
    """A warning for each regex that nothing cheaper can stand before, and for each that may be stopped at a limit."""
    rules = compile_rules(configuration)
    warned = [(UNFILTERED, rules.unfiltered()), (STOPPABLE, rules.stoppable())]
    return tuple(
        Mistake(str(config), None, _key(configuration, profile, rule), message)
        for message, named in warned
        for profile, rule in named
    )


def _key(configuration: Configuration, profile: str, rule: str) -> str:
    """A rule's key; other regexes are numbered within their profile."""
    return f"profiles.{profile}.{'rules.' if rule in configuration.profiles[profile].rules else ''}{rule}"


def parts(configuration: Configuration) -> str:
    """How much of everything a configuration has."""
    return ", ".join(
        counted(len(things), noun)
        for things, noun in (
            (configuration.inputs, "input"),
            (configuration.feeds, "feed"),
            (configuration.profiles, "profile"),
            (configuration.outputs, "output"),
        )
    )


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
