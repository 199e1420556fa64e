"""A syslog receiver of a few lines over TCP, for what a real one would take too long to show."""

import asyncio
from types import TracebackType
from typing import Self


class Receiver:
    """Listens, and keeps each line that was completed."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.lines: list[bytes] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._receive, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async for line in reader:
                if line.endswith(b"\n"):
                    self.lines.append(line.rstrip(b"\n"))
        except ConnectionError:
            return
        finally:
            writer.close()
