"""A configuration's engine put together: its generation, its rules, its templates."""

from collections.abc import Callable, Mapping

from vedette.config.settings import Configuration, Feed
from vedette.detections.templates.catalogue import template_named
from vedette.engine.engine import Engine
from vedette.engine.generation import FeedProgress, current_index
from vedette.events.framing import framer_of
from vedette.events.rules import compile_rules
from vedette.index.index import Index
from vedette.matching.matcher import FeedTerms, Matcher


def assemble(configuration: Configuration, progress: FeedProgress | None = None) -> Engine:
    """Make the engine of a configuration whose paths are absolute. Nothing is opened before it runs."""
    return Engine(
        configuration,
        open_matcher=lambda check: matcher_of(configuration, index_of(configuration, _checked(progress, check))),
        framer=framer_of,
        template=lambda name: template_named(name, configuration.templates),
    )


def _checked(progress: FeedProgress | None, check: Callable[[], None]) -> FeedProgress:
    """Ask now and then whether to go on; a stop while feeds are being read must not wait for the last of them."""

    def told(feed: str, read: int, whole: int) -> None:
        check()
        if progress is not None:
            progress(feed, read, whole)

    return told


def index_of(configuration: Configuration, progress: FeedProgress | None = None) -> Index:
    """Open the index of the configuration's feeds, built anew where they have changed.

    Raises:
        FeedError: No feed can be read, and there is no generation yet.
    """
    return current_index(configuration.state, configuration.feeds, progress)


def matcher_of(configuration: Configuration, index: Index, *, threads: int | None = None) -> Matcher:
    """Make the matcher of the configuration's profiles over an index."""
    return Matcher(
        index,
        compile_rules(configuration),
        terms=terms_of(configuration.feeds),
        threads=threads or configuration.threads,
    )


def terms_of(feeds: Mapping[str, Feed]) -> dict[str, FeedTerms]:
    """What the configuration says of each feed beyond its indicators."""
    return {name: FeedTerms(tuple(feed.actionable.items()), _listens(name, feed)) for name, feed in feeds.items()}


def _listens(name: str, feed: Feed) -> dict[str, frozenset[str]]:
    """Per category, the rules that all of its fields name; a field that names none hears every rule."""
    by_category: dict[str, list[tuple[str, ...]]] = {}
    for field in feed.fields:
        by_category.setdefault(field.category or feed.category or name, []).append(field.rules)
    return {
        category: frozenset(rule for rules in named for rule in rules)
        for category, named in by_category.items()
        if all(named)
    }
