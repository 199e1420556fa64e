"""What commands open: a configuration, an index, rules; and the options that name them."""

from dataclasses import dataclass
from pathlib import Path

import click

from vedette.cli.progress import feed_progress
from vedette.config.settings import Configuration
from vedette.detections.judgement import Judge
from vedette.engine.judging import judge_of, renewed_in
from vedette.engine.loading import load
from vedette.engine.matchers import index_of, matcher_of, terms_of
from vedette.errors import VedetteError
from vedette.events.rules import Rules, compile_rules
from vedette.index.generations import Generations
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


def open_index_and_judge(config: Path | None, index: Path | None) -> tuple[Index, Judge]:
    """Open the index that the options name, built from the configuration's feeds if need be, and make its judge.

    Raises:
        UsageError: Neither is named.
    """
    _, opened, judge = _opened(config, index)
    return opened, judge


@dataclass(frozen=True)
class Opened:
    """All that decides on an event.

    Args:
        configuration: With absolute paths; where none was named, the one that says nothing and so has the rule `auto`.
    """

    configuration: Configuration
    index: Index
    rules: Rules
    terms: dict[str, FeedTerms]
    judge: Judge


def open_all(config: Path | None, index: Path | None, generation: int | None = None) -> Opened:
    """Open the configuration, the index, and make the rules, terms and judge.

    Args:
        config: The configuration, if there is one.
        index: A folder of generations in place of the configuration's own.
        generation: One of those that are kept; None is the one in force.
    """
    configuration, opened, judge = _opened(config, index, generation)
    return Opened(configuration, opened, compile_rules(configuration), terms_of(configuration.feeds), judge)


def open_matcher(config: Path | None, index: Path | None, threads: int) -> Matcher:
    """Open a matcher: the configuration's rules, or `auto`, over the index."""
    configuration, opened, judge = _opened(config, index)
    return matcher_of(configuration, opened, judge, threads=threads)


def _opened(
    config: Path | None, index: Path | None, generation: int | None = None
) -> tuple[Configuration, Index, Judge]:
    """The configuration, the index and the judge."""
    if config is None and index is None:
        raise UsageError("say what to match against: `--index DIR`, or `-c FILE` for a configuration with feeds")
    configuration = Configuration() if config is None else load(config).anchored
    judge = judge_of(configuration)
    if generation is not None:
        opened = _kept(index or configuration.state / "generations", generation)
    elif index is not None:
        opened = Index.open(index)
    else:
        with feed_progress() as progress:
            opened = index_of(configuration, progress, judge.warninglists)
    return configuration, opened, judge.of_generation(renewed_in(opened))


def _kept(folder: Path, number: int) -> Index:
    try:
        return Index.open_generation(Generations(folder).generation(number))
    except LookupError as error:
        raise VedetteError(str(error)) from error
