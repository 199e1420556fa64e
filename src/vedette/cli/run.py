"""`vedette run`: the service."""

import logging
import sys
from pathlib import Path
from typing import cast

import click

from vedette.cli.opening import SET_OPTION
from vedette.cli.progress import feed_progress
from vedette.engine.assembly import assemble
from vedette.engine.loading import load
from vedette.engine.logs import LogFormat, set_up_logs
from vedette.engine.running import run_until_signal


@click.command("run")
@click.option("-c", "--config", required=True, type=click.Path(path_type=Path), help="The configuration to run.")
@SET_OPTION
@click.option(
    "--state", type=click.Path(path_type=Path), help="The folder of generations and store; `state` if not given."
)
@click.option(
    "--log-format",
    type=click.Choice(("auto", "text", "json")),
    default="auto",
    show_default=True,
    help="How the log is written to standard error; auto: text in a terminal, else JSON.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def command(config: Path, settings: tuple[str, ...], state: Path | None, log_format: str, verbose: bool) -> None:
    """Load the feeds, listen for events, match them, send detections; until SIGTERM or Ctrl-C.

    Both `vedette.yaml` and CyberTrace's `kl_feed_service.conf` are run as they stand. A configuration whose inputs
    end by themselves (files, standard input) is run to its end. A second signal quits at once.
    """
    told = log_format if log_format != "auto" else ("text" if sys.stderr.isatty() else "json")
    set_up_logs(cast("LogFormat", told), level=logging.DEBUG if verbose else logging.INFO)
    configuration = load(config, settings=settings, state=state, keeps_state=True).anchored
    with feed_progress() as progress:
        run_until_signal(assemble(configuration, progress))
