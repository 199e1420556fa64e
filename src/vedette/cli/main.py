"""The command `vedette`: its subcommands, and how an error becomes a message and an exit code."""

import importlib
import logging
import sys

import click

from vedette import __version__
from vedette.engine.logs import set_up_logs
from vedette.errors import VedetteError, plain

COMMANDS = {
    "run": "vedette.cli.run",
    "check": "vedette.cli.check",
    "convert": "vedette.cli.convert",
    "demo": "vedette.cli.demo",
    "feeds": "vedette.cli.feeds",
    "index": "vedette.cli.index",
    "allowlist": "vedette.cli.allowlist",
    "scan": "vedette.cli.scan",
    "lookup": "vedette.cli.lookup",
    "explain": "vedette.cli.explain",
    "normalise": "vedette.cli.normalise",
    "bench": "vedette.cli.bench",
}
"""Command → the module whose attribute `command` it is; loaded when asked for, so that each starts fast."""


class Commands(click.Group):
    """Loads a subcommand when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command, or None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]}.command is no command")
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "-V", "--version", prog_name="vedette")
def vedette() -> None:
    """Match security events against threat intelligence, and say why.

    Exit codes: 0 done; 1 failed; 2 wrong usage; 65 bad data; 66 no usable index or input; 71 cannot listen;
    74 the store cannot be used; 78 wrong configuration; 130 interrupted.
    """
    set_up_logs(level=logging.WARNING)


def main() -> None:
    """Run the command line; faults that a user can mend are printed without a stack trace."""
    try:
        # What a command ended with by `Context.exit`; else nothing.
        sys.exit(vedette.main(standalone_mode=False))
    except click.Abort:
        print_error("interrupted")
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except VedetteError as error:
        print_error(str(error))
        sys.exit(error.exit_code)
    except (OSError, MemoryError) as error:
        print_error(plain(error))
        sys.exit(1)


def print_error(message: str) -> None:
    """Write a message for the user to standard error."""
    click.echo(f"vedette: {message}", err=True)
