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
        left_out: What the format leaves out on purpose, as (sort, how many): none of these is wrong.
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
    left_out: tuple[tuple[str, int], ...] = ()


class EmptyFeedError(FeedError):
    """A feed that was read and holds no indicators.

    Attributes:
        report: What was read and rejected.
    """

    def __init__(self, report: FeedReport) -> None:
        super().__init__(f"feeds.{report.feed}: {report.file}: it holds no indicators{_because(report)}")
        self.report = report


def _because(report: FeedReport) -> str:
    parts = [f"left out: {left_out_in_words(report)}"] if report.left_out else []
    if report.rejects:
        parts.append(f"{report.rejected} rejected, the first: {report.rejects[0]}")
    return f" ({report.format} format); {'; '.join(parts)}" if parts else ""


def left_out_in_words(report: FeedReport) -> str:
    """What was left out on purpose: `comments (3), exceptions (1)`, and nothing where nothing was."""
    return ", ".join(f"{sort} ({count:,})" for sort, count in report.left_out)
