"""Loads a configuration, checked by all that the rooms below know: PCRE2 for regexes, templates for their patterns."""

import os
from collections.abc import Sequence
from pathlib import Path

from vedette.config.allowlist import AllowlistEntry
from vedette.config.checking import Checks, unwritable
from vedette.config.loading import Loaded
from vedette.config.settings import Profile
from vedette.cybertrace import loading
from vedette.cybertrace.loading import Checked
from vedette.detections.allowlist import Allowlist
from vedette.detections.templates.pattern import mistakes_in
from vedette.detections.warninglists.reading import files_in, names_in, package_folder
from vedette.detections.warninglists.warninglists import NO_LISTS
from vedette.errors import ConfigurationError, Mistake
from vedette.events.framing import check_delimiter
from vedette.events.rules import check_regex, compile_profiles
from vedette.indicators.normal_form import normalise


def load(path: Path, *, settings: Sequence[str] = (), state: Path | None = None, keeps_state: bool = False) -> Loaded:
    """Load `vedette.yaml` or `kl_feed_service.conf`, the environment's `VEDETTE__A__B` included.

    Args:
        path: The file.
        settings: Values that go before the file's, `a.b=c` each.
        state: A folder to use as `state`; unlike the file's own, it is relative to the working folder.
        keeps_state: Whether a `state` that cannot be written is a mistake; who only looks has no need of it.

    Raises:
        ConfigurationError: All that is wrong, at once.
    """
    loaded = loading.load(path, settings=_with(settings, state), environment=os.environ, checks=CHECKS)
    if keeps_state and (why := unwritable(loaded.anchored.state)):
        raise ConfigurationError((Mistake(str(path), None, "state", why),))
    return loaded


def check(path: Path, *, settings: Sequence[str] = (), state: Path | None = None) -> Checked:
    """Everything that `load` would raise or warn of; it raises nothing itself."""
    return loading.check(path, settings=_with(settings, state), environment=os.environ, checks=CHECKS)


def _with(settings: Sequence[str], state: Path | None) -> tuple[str, ...]:
    return (*settings, *([] if state is None else [f"state={state.absolute()}"]))


def _against(profile: Profile) -> str | None:
    try:
        compile_profiles({"default": profile})
    except ValueError as fault:
        return str(fault)
    return None


def _against_value(kind: str, value: str) -> str | None:
    try:
        normalise(kind, value)
    except ValueError as fault:
        return str(fault)
    return None


def _against_values(entries: Sequence[AllowlistEntry]) -> list[tuple[int, str]]:
    return [(one.position, one.why) for one in Allowlist(entries).refused]


def _against_no_lists() -> str | None:
    return NO_LISTS if package_folder() is None else None


def _list_names(folder: Path | None) -> tuple[str, ...]:
    found = folder or package_folder()
    return () if found is None else names_in(files_in(found))


CHECKS = Checks(
    regex=check_regex,
    delimiter=check_delimiter,
    profile=_against,
    template=mistakes_in,
    allowlist=_against_values,
    lists=_against_no_lists,
    list_names=_list_names,
    value=_against_value,
)
