"""Loads a configuration, ours or CyberTrace's, told by what the file holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vedette.config.checking import Checks
from vedette.config.draft import Draft, Note, mistake
from vedette.config.loading import Loaded, settle
from vedette.config.settings import Configuration
from vedette.config.shaping import shape
from vedette.config.yaml import parse_yaml, read_bytes
from vedette.cybertrace.converting import draft_of
from vedette.cybertrace.xml import is_xml, parse_xml
from vedette.errors import ConfigurationError, Mistake


@dataclass(frozen=True)
class Checked:
    """What is wrong with a configuration, and what is only odd."""

    mistakes: tuple[Mistake, ...] = ()
    warnings: tuple[Mistake, ...] = ()


def load(
    path: Path,
    *,
    settings: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    checks: Checks | None = None,
) -> Loaded:
    """Load `vedette.yaml` or `kl_feed_service.conf`.

    Args:
        path: The file.
        settings: Values from the command line, `a.b=c` each.
        environment: Where `VEDETTE__A__B` may be set.
        checks: What the rooms above know of regexes and templates.

    Raises:
        ConfigurationError: All that is wrong, at once.
    """
    return settle(read(path), path, settings=settings, environment=environment, checks=checks)


def check(
    path: Path,
    *,
    settings: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    checks: Checks | None = None,
) -> Checked:
    """Everything that `load` would raise or warn of; it raises nothing itself."""
    try:
        loaded = load(path, settings=settings, environment=environment, checks=checks)
    except ConfigurationError as error:
        return Checked(mistakes=error.mistakes)
    return Checked(warnings=loaded.warnings)


def convert(path: Path) -> tuple[Configuration, tuple[Note, ...]]:
    """CyberTrace's configuration as ours, and what ours cannot hold. Files and regexes are not looked at yet.

    Raises:
        ConfigurationError: It cannot be converted; every reason, with its line.
    """
    draft = draft_of(parse_xml(read_bytes(path), str(path)), path)
    shaped = shape(draft.data)
    if isinstance(shaped, Configuration) and not draft.mistakes:
        return shaped, draft.notes
    faults = () if isinstance(shaped, Configuration) else shaped
    raise ConfigurationError((*draft.mistakes, *(mistake(draft.lines, one) for one in faults)))


def read(path: Path) -> Draft:
    """A configuration file's values, before they are checked."""
    data = read_bytes(path)
    if is_xml(data, path.suffix):
        return draft_of(parse_xml(data, str(path)), path)
    return parse_yaml(data, str(path))
