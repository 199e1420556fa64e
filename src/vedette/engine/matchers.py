"""The index and the matcher that a configuration asks for."""

from collections.abc import Mapping

from vedette.config.settings import Configuration, Feed
from vedette.detections.judgement import Judge
from vedette.detections.warninglists.warninglists import Warninglists
from vedette.engine.generation import FeedProgress, current_index
from vedette.engine.judging import renewed_in
from vedette.events.rules import Rules, compile_rules
from vedette.index.index import Index
from vedette.matching.matcher import FeedTerms, Matcher
from vedette.matching.throttle import Throttle


def index_of(
    configuration: Configuration, progress: FeedProgress | None = None, warninglists: Warninglists | None = None
) -> Index:
    """Open the index of the configuration's feeds, built anew where they have changed.

    Args:
        configuration: Whose paths are absolute.
        progress: Told how far each feed has been read.
        warninglists: Which of a new generation's entries these know is noted in it.

    Raises:
        FeedError: No feed can be read, and there is no generation yet.
    """
    return current_index(configuration.state, configuration.feeds, progress, warninglists)


def matcher_of(
    configuration: Configuration,
    index: Index,
    judge: Judge,
    *,
    throttle: Throttle | None = None,
    rules: Rules | None = None,
    threads: int | None = None,
) -> Matcher:
    """Make the matcher of the configuration's profiles over an index; `rules` are theirs, if compiled already.

    Without a throttle, every match goes through.
    """
    return Matcher(
        index,
        rules or compile_rules(configuration),
        terms=terms_of(configuration.feeds),
        judge=judge.of_generation(renewed_in(index)),
        throttle=throttle,
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
