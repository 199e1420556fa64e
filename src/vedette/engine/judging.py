"""The judge that a configuration asks for, and the warninglists that it asks."""

import structlog

from vedette.config.settings import Configuration
from vedette.detections.judgement import Judge
from vedette.detections.warninglists.warninglists import Warninglists
from vedette.errors import WarninglistError

_LOG = structlog.get_logger()


def judge_of(configuration: Configuration, warninglists: Warninglists | None = None) -> Judge:
    """Make the judge of a configuration whose paths are absolute, over its warninglists."""
    return Judge(configuration.own, configuration.severity, warninglists or warninglists_of(configuration))


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
