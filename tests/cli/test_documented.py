"""Every command, option and exit code is documented."""

import importlib
import importlib.util
from pathlib import Path

import click

from vedette import errors
from vedette.cli.main import COMMANDS

CLONE = Path(__file__).resolve().parents[2]
PAGE = (CLONE / "docs" / "commands.md").read_text()


def test_the_page_is_what_the_commands_say() -> None:
    spec = importlib.util.spec_from_file_location("commands_page", CLONE / "tools" / "commands_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.page() == PAGE, "run `make docs`"


def test_every_option_has_a_meaning() -> None:
    commands: list[click.Command] = [importlib.import_module(module).command for module in COMMANDS.values()]
    below = [one for command in commands for one in getattr(command, "commands", {}).values()]

    silent = [
        f"{command.name} {option.opts}"
        for command in (*commands, *below)
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert silent == []


def test_every_exit_code_of_an_error_is_in_the_table() -> None:
    codes = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.VedetteError)
    }

    assert [code for code in codes if f"| {code} | " not in PAGE] == []


def test_every_page_is_reached_from_the_index() -> None:
    index = (CLONE / "docs" / "README.md").read_text() + (CLONE / "docs" / "decisions" / "README.md").read_text()
    formats = (CLONE / "docs" / "feeds.md").read_text()

    lost = [
        path.name
        for path in (CLONE / "docs").rglob("*.md")
        if path.name != "README.md"
        and f"({path.name})" not in index
        and f"({path.parent.name}/{path.name})" not in index + formats
    ]

    assert lost == []
