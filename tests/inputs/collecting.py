"""Streams that keep what they are given, for tests of what feeds them."""

import asyncio
from dataclasses import dataclass, field


@dataclass
class KeptStream:
    """One connection's or file's bytes."""

    origin: str
    peer: str | None
    numbered: bool
    pace: asyncio.Event
    data: bytes = b""
    idles: int = 0
    finished: bool = False

    async def push(self, chunk: bytes) -> None:
        self.data += chunk
        await self.pace.wait()

    async def idle(self) -> None:
        self.idles += 1

    async def finish(self) -> None:
        self.finished = True


@dataclass
class KeptStreams:
    """All streams that were opened. While `pace` is clear, no stream returns from a push."""

    opened: list[KeptStream] = field(default_factory=list)
    pace: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.pace.set()

    def __call__(self, origin: str, *, peer: str | None = None, numbered: bool = False) -> KeptStream:
        self.opened.append(KeptStream(origin, peer, numbered, self.pace))
        return self.opened[-1]
