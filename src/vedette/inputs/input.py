"""The contract of inputs: where events come from, and where their bytes go."""

from typing import Protocol


class Stream(Protocol):
    """Takes the bytes of one connection or file, in order; they are framed, matched and committed behind it."""

    async def push(self, chunk: bytes) -> None:
        """Take a chunk. Whoever waits for this before reading on slows the sender down to our pace."""

    async def idle(self) -> None:
        """Nothing has come for a while: what waits for its end may be taken for a whole event."""

    async def finish(self) -> None:
        """The bytes have ended; returns when everything is committed."""


class Streams(Protocol):
    """Opens a stream for each connection or file."""

    def __call__(self, origin: str, *, peer: str | None = None, numbered: bool = False) -> Stream:
        """A stream of bytes.

        Args:
            origin: Where they come from: a peer's address, a file's path.
            peer: The sender's address, by which a profile may be chosen.
            numbered: Whether its lines have numbers that mean something: a file's have, a connection's have not.
        """


class Input(Protocol):
    """Where events come from."""

    async def start(self) -> None:
        """Open whatever may be refused.

        Raises:
            VedetteError: It cannot be opened; the message says what to do.
        """

    async def run(self) -> None:
        """Read until all is read, or until stopped. Everything read has been committed when this returns."""

    async def stop(self) -> None:
        """Take nothing new; `run` finishes what was read, and returns."""
