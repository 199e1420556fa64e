"""Makes a configuration that can be run of a draft: overrides, types, checks, absolute paths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vedette.config.allowlisting import NOTHING_LISTED, allowlisted
from vedette.config.checking import Checks, mistakes_in, warnings_in
from vedette.config.draft import Draft, Note, mistake, one_line
from vedette.config.mending import mended
from vedette.config.overriding import overridden
from vedette.config.settings import Configuration, Feed, FileInput, FileOutput
from vedette.config.shaping import shape
from vedette.errors import ConfigurationError, Mistake

CONTENT_NAME = "content"
"""What was fetched of a feed, in its folder of the state folder."""


@dataclass(frozen=True)
class Loaded:
    """A configuration without mistakes.

    Args:
        configuration: As it was written, overrides included.
        path: The file that it was read from.
        notes: What the file says and the configuration cannot hold (CyberTrace's own settings).
        warnings: What is allowed, and probably not meant.
    """

    configuration: Configuration
    path: Path
    notes: tuple[Note, ...] = ()
    warnings: tuple[Mistake, ...] = ()

    @property
    def anchored(self) -> Configuration:
        """The configuration with every path absolute: what is run."""
        return anchored(self.configuration, self.path.parent)


def settle(
    draft: Draft,
    path: Path,
    *,
    settings: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    checks: Checks | None = None,
) -> Loaded:
    """A draft's configuration, once it is found to hold no mistake.

    Raises:
        ConfigurationError: All that is wrong, at once.
    """
    checks = checks or Checks()
    draft = overridden(draft, settings, environment)
    shaped = shape(draft.data)
    faults = () if isinstance(shaped, Configuration) else shaped
    whole = shape(mended(draft.data, [key for key, _ in faults])) if faults else shaped
    if isinstance(whole, Configuration):
        named = {key for key, _ in faults}
        found = mistakes_in(whole, path.parent, checks)
        faults += tuple(one for one in found if not any(one[0][: len(key)] == key for key in named))
    listed = (
        allowlisted(whole, draft.lines, path.parent, checks) if isinstance(whole, Configuration) else NOTHING_LISTED
    )
    if faults or draft.mistakes or listed.mistakes or not isinstance(shaped, Configuration):
        hinted = ((key, f"{said}; {draft.hints[key]}" if key in draft.hints else said) for key, said in faults)
        raise ConfigurationError(
            _in_order((*draft.mistakes, *listed.mistakes, *(mistake(draft.lines, one) for one in hinted)))
        )
    noted = tuple(Mistake(str(path), note.line, "", one_line(note.text)) for note in draft.notes)
    warned = tuple(mistake(draft.lines, one) for one in warnings_in(shaped, path.parent, checks))
    return Loaded(shaped, path, draft.notes, noted + warned + listed.warnings)


def anchored(configuration: Configuration, folder: Path) -> Configuration:
    """The same configuration with every relative path made absolute from this folder."""
    inputs = {
        name: one.model_copy(update={"path": _absolute(one.path, folder)}) if isinstance(one, FileInput) else one
        for name, one in configuration.inputs.items()
    }
    outputs = {
        name: one.model_copy(update={"path": _absolute(one.path, folder)}) if isinstance(one, FileOutput) else one
        for name, one in configuration.outputs.items()
    }
    state = _absolute(configuration.state, folder)
    feeds = {name: _anchored_feed(name, feed, folder, state) for name, feed in configuration.feeds.items()}
    lists = configuration.warninglists
    if lists is not None and lists.path is not None:
        lists = lists.model_copy(update={"path": _absolute(lists.path, folder)})
    allowlist = configuration.allowlist
    if allowlist.path is not None:
        allowlist = allowlist.model_copy(update={"path": _absolute(allowlist.path, folder)})
    parts = {
        "allowlist": allowlist,
        "state": state,
        "inputs": inputs,
        "outputs": outputs,
        "feeds": feeds,
        "warninglists": lists,
    }
    return configuration.model_copy(update=parts)


def _anchored_feed(name: str, feed: Feed, folder: Path, state: Path) -> Feed:
    if feed.fetch is None:
        return feed.model_copy(update={"path": _absolute(feed.path, folder)})
    its = feed.fetch
    files = {key: _absolute(path, folder) for key in ("client_certificate", "ca") if (path := getattr(its, key))}
    secrets = {
        name: one if one.file is None else one.model_copy(update={"file": _absolute(one.file, folder)})
        for name, one in its.secrets.items()
    }
    fetch = its.model_copy(update={**files, "secrets": secrets})
    return feed.model_copy(update={"path": state / "feeds" / name / CONTENT_NAME, "fetch": fetch})


def _absolute(path: Path, folder: Path) -> Path:
    return (folder / path).resolve()


def _in_order(mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    """By line, each once; those without a line first."""
    return tuple(sorted(dict.fromkeys(mistakes), key=lambda one: (one.path, one.line or 0)))
