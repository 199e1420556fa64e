"""The contract of outputs: where rendered detections go."""

from collections.abc import Sequence
from typing import Protocol


class OutputGoneError(Exception):
    """The place will never take anything again in this process, such as a pipe that nobody reads any more."""


class Output(Protocol):
    """A place that takes lines. Both methods may be called again after a failure."""

    async def send(self, lines: Sequence[bytes]) -> None:
        """Send a batch of lines, which come without a line break; it counts as delivered when this returns.

        Raises:
            OSError: It may not have arrived, whole or in part; the same batch will be sent again.
            OutputGoneError: The place is gone for good.
        """

    async def close(self) -> None:
        """Let go of connections and files. A later `send` opens them again."""
