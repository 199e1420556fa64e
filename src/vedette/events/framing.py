"""Frames: a byte stream cut into events, in the core."""

from typing import Protocol

from vedette._core import Framer, Frames

__all__ = ["Framer", "Frames", "FramingSettings", "check_delimiter", "framer_of"]


class FramingSettings(Protocol):
    """What an input's settings say about framing."""

    @property
    def delimiter(self) -> str | None:
        """A regex of an event's start within a line."""

    @property
    def limit_bytes(self) -> int:
        """A longer frame is cut into several."""


def framer_of(settings: FramingSettings) -> Framer:
    """Make the framer of one stream: of a connection or of a file.

    Raises:
        ValueError: The delimiter does not compile.
    """
    return Framer(settings.delimiter, settings.limit_bytes)


def check_delimiter(pattern: str) -> str | None:
    """Say what is wrong with a delimiter, or None. It is read over bytes, where a rule's regex is read over UTF-8."""
    try:
        Framer(pattern)
    except ValueError as error:
        return str(error)
    return None
