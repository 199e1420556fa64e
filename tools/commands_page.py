"""Writes `docs/commands.md` from the commands' own help, so that the two cannot differ."""

import importlib
from collections.abc import Iterator

import click

from vedette.cli.main import COMMANDS, vedette

HEAD = """# Commands

Every command, option and exit code. This page is made of the commands' own help by `make docs`.

Results go to standard output, everything else to standard error: `vedette scan --format json … | jq` is safe. Bars are
drawn only where somebody watches.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | failed; the message says why |
| 2 | wrong usage |
| 65 | data that cannot be used: a feed that cannot be read, an event source that is damaged |
| 66 | no usable index, or an input that is not there |
| 71 | an address that cannot be listened on |
| 74 | the store or the state folder cannot be used |
| 78 | mistakes in the configuration |
| 130 | interrupted |
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(section for name in COMMANDS for section in sections(name))


def sections(name: str) -> Iterator[str]:
    """A command's section, and those of its subcommands."""
    command = importlib.import_module(COMMANDS[name]).command
    context = click.Context(vedette, info_name="vedette")
    yield section(f"vedette {name}", command, click.Context(command, context, info_name=name))
    for below, subcommand in getattr(command, "commands", {}).items():
        yield section(f"vedette {name} {below}", subcommand, click.Context(subcommand, context, info_name=below))


def section(title: str, command: click.Command, context: click.Context) -> str:
    """What a command does, and a table of its options."""
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    arguments = [
        parameter.make_metavar(context) for parameter in command.params if isinstance(parameter, click.Argument)
    ]
    usage = " ".join([title, *arguments, *(["COMMAND"] if isinstance(command, click.Group) else [])])
    text = f"\n## {title}\n\n    {usage}\n\n{prose(command.help or '')}\n"
    if not options:
        return text
    rows = "".join(f"| {names(option, context)} | {meaning(option, context)} |\n" for option in options)
    return f"{text}\n| option | meaning |\n| --- | --- |\n{rows}"


def prose(text: str) -> str:
    """A help text as paragraphs; an example as code."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return "\n\n".join(
        f"    {one.removeprefix('Example: ')}" if one.startswith("Example: ") else one for one in paragraphs
    )


def names(option: click.Option, context: click.Context) -> str:
    """An option's names with its value's."""
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    return ", ".join(f"`{name}{value}`" for name in option.opts).replace("|", "\\|")


def meaning(option: click.Option, context: click.Context) -> str:
    """An option's help with its default."""
    default = option.get_default(context)
    shown = f" Default: {default}." if option.show_default and default is not None else ""
    required = " Required." if option.required else ""
    return f"{option.help}{shown}{required}"


if __name__ == "__main__":
    print(page(), end="")
