"""A configuration's engine put together of its parts."""

import functools
from collections.abc import Callable

import structlog

from vedette.config.settings import Configuration
from vedette.detections.judgement import Judge
from vedette.detections.templates.catalogue import template_named
from vedette.engine.allowlist_watch import AllowlistWatch
from vedette.engine.apart import index_built_apart
from vedette.engine.engine import Engine
from vedette.engine.feed_watch import FeedWatch
from vedette.engine.fetches import fetch_missing
from vedette.engine.generation import FeedProgress
from vedette.engine.judging import judge_of
from vedette.engine.matchers import index_of, matcher_of
from vedette.engine.renewal import Check, Renew
from vedette.engine.sentry import BlockMatcher
from vedette.events.framing import framer_of
from vedette.events.rules import Rules, compile_rules
from vedette.matching.throttle import Throttle

_LOG = structlog.get_logger()


def assemble(configuration: Configuration, progress: FeedProgress | None = None) -> Engine:
    """Make the engine of a configuration whose paths are absolute. Nothing is opened before it runs."""
    judge = functools.cache(lambda: judge_of(configuration))
    # Compiled once: that holds all of Python up, and a generation changes no rule.
    rules = functools.cache(lambda: _compiled(configuration))

    allowlists = functools.cache(lambda: AllowlistWatch(judge(), configuration.allowlist))
    throttle = Throttle(configuration.throttle) if configuration.throttle.enabled else None

    def open_matcher(check: Check) -> BlockMatcher:
        allowlists().look()
        told = _checked(progress, check)
        fetch_missing(configuration.feeds, told)
        index = index_of(configuration, told, judge().warninglists)
        return matcher_of(configuration, index, judge(), throttle=throttle, rules=rules())

    return Engine(
        configuration,
        open_matcher=open_matcher,
        framer=framer_of,
        template=lambda name: template_named(name, configuration.templates),
        renew=_renew(configuration, judge, allowlists, throttle, rules),
        throttle=throttle,
    )


def _compiled(configuration: Configuration) -> Rules:
    """Compile the rules, and name those that slow every event down."""
    rules = compile_rules(configuration)
    for profile, rule in rules.unfiltered():
        _LOG.warning("rule.unfiltered", profile=profile, rule=rule)
    return rules


def _renew(
    configuration: Configuration,
    judge: Callable[[], Judge],
    allowlists: Callable[[], AllowlistWatch],
    throttle: Throttle | None,
    rules: Callable[[], Rules],
) -> Renew:
    build = functools.partial(index_built_apart, configuration)
    watch = FeedWatch(configuration.state, configuration.feeds, build)

    def renew(before: BlockMatcher, check: Check) -> BlockMatcher | None:
        allowlists().look()
        index = watch.index_other_than(before.generation, check)
        return None if index is None else matcher_of(configuration, index, judge(), throttle=throttle, rules=rules())

    return renew


def _checked(progress: FeedProgress | None, check: Check) -> FeedProgress:
    """Ask now and then whether to go on; a stop while feeds are being read must not wait for the last of them."""

    def told(feed: str, read: int, whole: int) -> None:
        check()
        if progress is not None:
            progress(feed, read, whole)

    return told
