"""What is wrong with an allowlist, in the configuration or in a file of its own, and what of it no longer holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vedette.config.allowlist import AllowlistEntry
from vedette.config.allowlist_file import read_allowlist
from vedette.config.checking import Checks
from vedette.config.draft import mistake
from vedette.config.lines import Lines
from vedette.config.settings import Configuration
from vedette.errors import ConfigurationError, Mistake


@dataclass(frozen=True)
class Listed:
    """What was found in an allowlist."""

    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[Mistake, ...] = ()


NOTHING_LISTED = Listed()


def allowlisted(configuration: Configuration, lines: Lines, folder: Path, checks: Checks) -> Listed:
    """Look through the entries of a configuration and of the file that it names."""
    own = _found(configuration.allowlist.entries, lines, ("allowlist", "entries"), checks)
    if configuration.allowlist.path is None:
        return own
    try:
        file = read_allowlist(folder / configuration.allowlist.path)
    except ConfigurationError as error:
        return Listed((*own.mistakes, *error.mistakes), own.warnings)
    read = _found(file.entries, file.lines, ("entries",), checks)
    return Listed(own.mistakes + read.mistakes, own.warnings + read.warnings)


def _found(entries: Sequence[AllowlistEntry], lines: Lines, key: tuple[str, ...], checks: Checks) -> Listed:
    wrong = tuple(
        mistake(lines, ((*key, position, "value"), f"{why}, not {entries[position].value!r}"))
        for position, why in checks.allowlist(entries)
    )
    return Listed(wrong, tuple(_expired(entries, lines, key, checks)))


def _expired(
    entries: Sequence[AllowlistEntry], lines: Lines, key: tuple[str, ...], checks: Checks
) -> Iterator[Mistake]:
    now = checks.now()
    for position, entry in enumerate(entries):
        if entry.has_expired(now):
            said = f"no longer holds back `{entry.value}`: ask {entry.owner} whether it still should, or take it out"
            yield mistake(lines, ((*key, position, "expires"), said))
