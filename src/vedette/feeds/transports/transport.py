"""The contract of a transport: how a feed comes here."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from vedette.config.fetching import HttpFetch
from vedette.errors import FeedError


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the server said of the content that is kept, to be asked whether it has another.

    Attributes:
        etag: Its entity tag (RFC 9110, section 8.8.3).
        last_modified: When it was changed, as the server wrote it.
    """

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Watch:
    """Who watches a fetch.

    Args:
        progress: Called now and then with the bytes that have come, and all that will; 0 where nobody knows.
    """

    progress: Callable[[int, int], None] = lambda _come, _all: None


class TransportError(FeedError):
    """A feed that could not be fetched. Its message holds no secret.

    Attributes:
        passes: Whether it may go better the next time.
        after_s: How long the server wants to be left alone, if it says so.
    """

    def __init__(self, message: str, *, passes: bool = False, after_s: float | None = None) -> None:
        super().__init__(message)
        self.passes = passes
        self.after_s = after_s


@dataclass
class Transport(ABC):
    """Fetches one feed, once; what one attempt has got, the next may go on from.

    Args:
        its: The feed's `fetch`.
        secrets: Its secrets by name.
    """

    its: HttpFetch
    secrets: Mapping[str, str]

    @abstractmethod
    async def fetch(self, into: BinaryIO, known: Known, watch: Watch) -> Known | None:
        """Write the content into a file, and say what is known of it; None where the server has no other.

        Args:
            into: Empty, or as an attempt of this transport before left it.
            known: Of the content that is kept.
            watch: Who watches.

        Raises:
            TransportError: It could not be fetched; why, and whether to try again.
        """
