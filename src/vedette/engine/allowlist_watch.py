"""Takes up the allowlist's file when it has changed, and says which of its entries hold no longer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from vedette.config.allowlist import Allowlist as Settings
from vedette.config.allowlist_file import entries_of
from vedette.detections.allowlist import Allowlist, key_of
from vedette.detections.judgement import Judge
from vedette.errors import ConfigurationError

_LOG = structlog.get_logger()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class AllowlistWatch:
    """Looks at the allowlist now and then.

    Args:
        judge: Who asks it.
        settings: As configured; the path is absolute.
        now: The clock.
    """

    judge: Judge
    settings: Settings
    now: Callable[[], datetime] = _utc_now
    _stood: tuple[int, int] | None = field(init=False)
    _told: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._stood = self._stands()

    def look(self) -> None:
        """Put the file's entries in force if it has changed. One with mistakes leaves those in force that are."""
        stands = self._stands()
        if stands != self._stood:
            self._stood = stands
            self._take_up()
        self._tell_expired()

    def _take_up(self) -> None:
        try:
            allowlist = Allowlist(entries_of(self.settings))
        except ConfigurationError as error:
            _LOG.error("allowlist.kept", entries=len(self.judge.allowlist.entries), why=str(error))
            return
        self.judge.put_in_force(allowlist)
        for refused in allowlist.refused:
            _LOG.error("allowlist.refused", value=allowlist.entries[refused.position].value, why=refused.why)
        _LOG.info("allowlist.read", entries=len(allowlist.entries))

    def _tell_expired(self) -> None:
        """Name each entry once, when it is first found to hold no longer."""
        now = self.now()
        for entry in self.judge.allowlist.entries:
            if entry.has_expired(now) and (key := key_of(entry)) not in self._told:
                self._told.add(key)
                _LOG.warning("allowlist.expired", value=entry.value, owner=entry.owner, ticket=entry.ticket)

    def _stands(self) -> tuple[int, int] | None:
        """The file's size and time; None if there is none."""
        try:
            status = self.settings.path.stat() if self.settings.path is not None else None
        except OSError:
            return None
        return None if status is None else (status.st_size, status.st_mtime_ns)
