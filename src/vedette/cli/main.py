"""The command `vedette`: its subcommands and what they share."""

import click

from vedette import __version__


@click.group()
@click.version_option(__version__, prog_name="vedette")
def main() -> None:
    """Match security events against threat intelligence, and say why."""
