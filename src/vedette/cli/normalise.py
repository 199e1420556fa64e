"""`vedette normalise`: the normal form of values."""

import click

from vedette.cli.printing import format_option, print_records
from vedette.errors import VedetteError
from vedette.indicators.kind import KINDS
from vedette.indicators.normal_form import normalise
from vedette.indicators.text import text_of


@click.command("normalise")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
@format_option()
def command(kind: str, values: tuple[str, ...], format_: str) -> None:
    """Print the normal form of each VALUE: the bytes by which feeds and events are compared.

    Example: vedette normalise url 'hxxp://WWW.Example[.]com:80/a/../b'
    """
    records = []
    for value in values:
        try:
            normal_form = text_of(normalise(kind, value))
        except ValueError as error:
            raise VedetteError(f"{value!r} has no normal form as {kind}: {error}") from error
        records.append({"kind": kind, "value": value, "normal_form": normal_form})
    print_records(records, ("value", "normal_form"), format_)
