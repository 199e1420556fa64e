"""The `syslog` output over UDP: one datagram a detection (RFC 5426)."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

LIMIT_BYTES = 65_507
"""What a UDP datagram over IPv4 can hold."""

_LOG = structlog.get_logger()


@dataclass
class SyslogUdpOutput:
    """Sends each line as a datagram; a longer one is cut.

    UDP promises nothing: what the network or the receiver's buffer loses is lost. If the receiver's machine answers
    that nobody listens, the batch is sent again.

    Attributes:
        cut: How many lines were longer than a datagram.
    """

    host: str
    port: int
    cut: int = field(default=0, init=False)
    _socket: socket.socket | None = field(default=None, init=False)

    async def send(self, lines: Sequence[bytes]) -> None:
        """Send one datagram a line."""
        loop = asyncio.get_running_loop()
        connection = self._socket or await self._open()
        for line in lines:
            await loop.sock_sendall(connection, line[:LIMIT_BYTES])
        # A refusal comes back as an ICMP message, and is handed out at the next call.
        await asyncio.sleep(0.001)
        refusal = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if refusal:
            raise OSError(refusal, f"{self.host}:{self.port}: nobody listens")
        self._count_cut(lines)

    async def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def _open(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        family, kind, protocol, _, address = (await loop.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM))[0]
        self._socket = socket.socket(family, kind, protocol)
        self._socket.setblocking(False)
        self._socket.connect(address)
        return self._socket

    def _count_cut(self, lines: Sequence[bytes]) -> None:
        cut = sum(len(line) > LIMIT_BYTES for line in lines)
        self.cut += cut
        if cut:
            _LOG.warning("output.cut", address=f"{self.host}:{self.port}", lines=cut, limit_bytes=LIMIT_BYTES)
