"""The judge that a configuration asks for."""

from datetime import datetime, timedelta

import structlog

from vedette import __version__
from vedette.config.allowlist_file import entries_of
from vedette.config.settings import Configuration, Feed
from vedette.detections.allowlist import Allowlist
from vedette.detections.expiry import Lifetimes
from vedette.detections.in_force import digest_of
from vedette.detections.judgement import Judge
from vedette.detections.warninglists.outcomes import with_list_names
from vedette.detections.warninglists.warninglists import Warninglists
from vedette.errors import IndexFileError, WarninglistError
from vedette.index.generation import Generation
from vedette.index.index import Index

_LOG = structlog.get_logger()


def judge_of(configuration: Configuration) -> Judge:
    """Make the judge of a configuration whose paths are absolute.

    Raises:
        WarninglistError: There are no warninglists to read.
        ConfigurationError: The allowlist's file has mistakes.
    """
    lists = warninglists_of(configuration)
    return Judge(
        configuration.own,
        configuration.severity if lists is None else with_list_names(configuration.severity, lists.frozen.about),
        lists,
        allowlist=Allowlist(entries_of(configuration.allowlist)),
        lifetimes={name: _lifetimes(feed) for name, feed in configuration.feeds.items()},
        roles={name: feed.role for name, feed in configuration.feeds.items() if feed.role is not None},
        cold=configuration.cold,
        digests=_digests(configuration, lists),
    )


def _digests(configuration: Configuration, lists: Warninglists | None) -> dict[str, str]:
    """What decides on a detection besides the generation and the allowlist: a number as it is, or a digest."""
    feeds = configuration.feeds.items()
    heard = [f"{name} {field.category} {field.rules}" for name, feed in feeds for field in feed.fields if field.rules]
    lifetimes = [f"{name} {feed.role} {_lifetimes(feed)}" for name, feed in feeds]
    digests = {
        "vedette": __version__,
        "match_limit": str(configuration.match_limit),
        "rules": digest_of([*map(repr, configuration.profiles.items()), *heard]),
        "severity": digest_of([*map(repr, configuration.severity), repr(configuration.own)]),
        "expiry": digest_of([*lifetimes, str(configuration.cold)]),
        "throttle": digest_of([repr(configuration.throttle)]),
    }
    if lists is not None:
        digests["warninglists"] = digest_of([lists.frozen.digest, str(sorted(lists.outcomes.by_name.items()))])
    return digests


def renewed_in(index: Index) -> dict[str, datetime]:
    """When each feed's file had last changed when this index was built; nothing for an index without a manifest."""
    try:
        feeds = Generation(index.generation, index.path.parent).manifest().feeds
    except IndexFileError:
        return {}
    return {feed.name: feed.modified_at for feed in feeds if feed.modified_at is not None}


def _lifetimes(feed: Feed) -> Lifetimes:
    return Lifetimes(_span(feed.lifetime_days), _span(feed.retention_days), _span(feed.decay_days))


def _span(days: float | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)


def warninglists_of(configuration: Configuration) -> Warninglists | None:
    """Read the warninglists of a configuration; None where it has none.

    Raises:
        WarninglistError: There are none to read, or a regex of one does not compile.
    """
    if configuration.warninglists is None:
        return None
    try:
        lists = Warninglists.of(configuration.warninglists, configuration.state / "warninglists")
    except (LookupError, ValueError, OSError) as error:
        raise WarninglistError(f"warninglists: {error}") from error
    for fault in lists.faults:
        _LOG.warning("warninglist.fault", why=fault)
    _LOG.info("warninglists.read", lists=len(lists.frozen.about), values=sum(one.values for one in lists.frozen.about))
    return lists
