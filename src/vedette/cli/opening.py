"""What commands open: a configuration, an index, rules; and the options that name them."""

from pathlib import Path

import click

from vedette.cli.progress import feed_progress
from vedette.config.settings import Configuration, Profile, Rule
from vedette.engine.loading import load
from vedette.engine.matchers import index_of, matcher_of, terms_of
from vedette.errors import VedetteError
from vedette.events.rules import Rules, compile_profiles, compile_rules
from vedette.index.index import Index
from vedette.matching.matcher import FeedTerms, Matcher

CONFIG_OPTION = click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path),
    help="The configuration: `vedette.yaml`, or CyberTrace's `kl_feed_service.conf`.",
)
INDEX_OPTION = click.option(
    "--index",
    type=click.Path(path_type=Path),
    help="A folder that `vedette index build --out` wrote; in place of the configuration's own feeds.",
)
SET_OPTION = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Set a key of the configuration, as `a.b=c`; may repeat.",
)


class UsageError(VedetteError):
    """A command line that says too little."""

    exit_code = 2


def open_index(config: Path | None, index: Path | None) -> Index:
    """Open the index that the options name, built from the configuration's feeds if need be.

    Raises:
        UsageError: Neither is named.
    """
    if index is not None:
        return Index.open(index)
    return _index_of(load(_named(config)).anchored)


def open_index_and_rules(config: Path | None, index: Path | None) -> tuple[Index, Rules, dict[str, FeedTerms]]:
    """Open the index, the configuration's rules and its terms; `auto` where there is no configuration."""
    if config is None:
        return open_index(config, index), compile_profiles(AUTO), {}
    configuration = load(config).anchored
    opened = Index.open(index) if index else _index_of(configuration)
    return opened, compile_rules(configuration), terms_of(configuration.feeds)


def open_matcher(config: Path | None, index: Path | None, threads: int) -> Matcher:
    """Open a matcher: the configuration's rules, or `auto`, over the index."""
    if config is None:
        return Matcher(open_index(config, index), compile_profiles(AUTO), threads=threads)
    configuration = load(config).anchored
    return matcher_of(configuration, Index.open(index) if index else _index_of(configuration), threads=threads)


AUTO = {"default": Profile(rules={"auto": Rule(type="auto")})}


def _index_of(configuration: Configuration) -> Index:
    with feed_progress() as progress:
        return index_of(configuration, progress)


def _named(config: Path | None) -> Path:
    if config is None:
        raise UsageError("say what to match against: `--index DIR`, or `-c FILE` for a configuration with feeds")
    return config
