"""`vedette convert`: CyberTrace's configuration written as ours."""

from pathlib import Path

import click

from vedette.cybertrace.loading import convert
from vedette.cybertrace.writing import relocated, to_yaml
from vedette.errors import VedetteError


@click.command("convert")
@click.argument("source", type=click.Path(path_type=Path), metavar="KL_FEED_SERVICE.CONF")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file to write; standard output if not given."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def command(source: Path, output: Path | None, force: bool) -> None:
    """Write CyberTrace's configuration as `vedette.yaml`, with a comment for every value that has no counterpart.

    Feeds keep their place: their paths are written relative to the new file.
    """
    configuration, notes = convert(source)
    title = f"Converted from {source.name}."
    if output is None:
        click.echo(to_yaml(configuration, notes, title), nl=False)
        return
    moved = relocated(configuration, source.parent, output.parent)
    try:
        with output.open("w" if force else "x", encoding="utf-8") as file:
            file.write(to_yaml(moved, notes, title))
    except FileExistsError:
        raise VedetteError(f"{output}: is there already; --force replaces it") from None
    click.echo(f"{output}: written; {len(notes)} comments on what has no counterpart", err=True)
