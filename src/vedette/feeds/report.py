"""What came of reading a feed."""

from dataclasses import dataclass

from vedette.errors import FeedError
from vedette.feeds.rejects import Reject


@dataclass(frozen=True)
class FeedReport:
    """What came of reading one feed's file.

    Args:
        records: Lines or records that hold something, rejected ones included; comments and blank lines are none.
        indicators: What the index took; a record may hold several.
        rejected: How many records, or indicators of them, were not taken.
        rejects: The first 1,000 of those, each with its place and reason.
        size_bytes: The file's size as it lies on disk.
        sha256: The file's SHA-256, in hex.
    """

    feed: str
    file: str
    format: str
    records: int
    indicators: int
    rejected: int
    rejects: tuple[Reject, ...]
    size_bytes: int
    seconds: float
    sha256: str


class EmptyFeedError(FeedError):
    """A feed that was read and holds no indicators.

    Attributes:
        report: What was read and rejected.
    """

    def __init__(self, report: FeedReport) -> None:
        super().__init__(f"feeds.{report.feed}: {report.file}: it holds no indicators{_because(report)}")
        self.report = report


def _because(report: FeedReport) -> str:
    if not report.rejects:
        return ""
    return f" ({report.format} format); {report.rejected} rejected, the first: {report.rejects[0]}"
