"""What is kept of a feed's fetches, beside what was fetched."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from vedette.feeds.transports.transport import Known
from vedette.index.durable import write_file

if TYPE_CHECKING:
    from vedette.config.settings import Feed

RECORD_NAME = "fetch.json"
_DOUBLINGS = 24
FAILED_AGAIN_S = 60.0
"""After a failure the feed is due again so soon, then in twice the time, and so on up to its interval."""


class FetchRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of fetching a feed so far.

    Attributes:
        known: What the server said of the content that is kept.
        url_sha256: Of where it was fetched from; from elsewhere nothing is known.
        tried_at: When it was last asked for.
        fetched_at: When that last went well, changed or not.
        changed_at: When another content came.
        size_bytes: Of the content.
        sha256: Of the content, in hex.
        failures: How often in a row it has failed.
        fault: Why, the last time; empty if it went well.
        not_before: When the server is to be asked again at the earliest.
    """

    known: Known = Known()
    url_sha256: str = ""
    tried_at: datetime | None = None
    fetched_at: datetime | None = None
    changed_at: datetime | None = None
    size_bytes: int = 0
    sha256: str = ""
    failures: int = 0
    fault: str = ""
    not_before: datetime | None = None

    def due_at(self, every_s: float) -> datetime:
        """When the feed is to be fetched again, if it is every so many seconds."""
        if self.tried_at is None:
            return datetime.min.replace(tzinfo=UTC)
        after_s = min(every_s, FAILED_AGAIN_S * 2 ** min(self.failures - 1, _DOUBLINGS)) if self.failures else every_s
        due = self.tried_at + timedelta(seconds=after_s)
        return max(due, self.not_before) if self.not_before else due


def record_of(feed: "Feed") -> FetchRecord:
    """What came of fetching a feed so far; of one that was never fetched, or whose record is damaged, nothing."""
    try:
        return msgspec.json.decode((feed.path.parent / RECORD_NAME).read_bytes(), type=FetchRecord)
    except (OSError, msgspec.MsgspecError):
        return FetchRecord()


def keep_record(folder: Path, record: FetchRecord) -> None:
    """Write the record into the feed's folder."""
    write_file(folder / RECORD_NAME, msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
