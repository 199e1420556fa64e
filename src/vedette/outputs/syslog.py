"""The `syslog` output over TCP: newline-terminated lines, delivered when the peer's kernel has acknowledged them."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

from vedette.outputs.kernel_queue import peer_is_silent, unacknowledged_bytes

_FIRST_LOOK_S, _LAST_LOOK_S = 0.0002, 0.05


@dataclass
class SyslogTcpOutput:
    """Sends lines over one TCP connection, which is opened when it is needed.

    A batch counts as delivered when the peer's kernel has acknowledged every byte and the peer has not closed.
    What the peer's kernel holds when the peer's process dies is lost; plain TCP syslog has no way to tell.

    Args:
        timeout_s: How long to wait for a connection, or for a peer whose kernel answers nothing. A slow reader
            is waited for.
    """

    host: str
    port: int
    timeout_s: float = 10.0
    _connection: socket.socket | None = field(default=None, init=False)

    async def send(self, lines: Sequence[bytes]) -> None:
        """Send a batch and wait for its acknowledgement."""
        connection = await self._usable()
        sending = asyncio.ensure_future(
            asyncio.get_running_loop().sock_sendall(connection, b"".join(line + b"\n" for line in lines))
        )
        try:
            await self._acknowledged(connection, sending)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        _check_open(connection)

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _usable(self) -> socket.socket:
        """The connection, opened anew if the receiver has closed it since the last batch, as many do with idle ones."""
        if self._connection is not None:
            try:
                _check_open(self._connection)
            except OSError:
                await self.close()
        return self._connection or await self._open()

    async def _open(self) -> socket.socket:
        try:
            async with asyncio.timeout(self.timeout_s):
                self._connection = await _connected(self.host, self.port)
        except TimeoutError as error:
            raise TimeoutError(f"{self.host}:{self.port}: no answer in {self.timeout_s:g} s") from error
        return self._connection

    async def _acknowledged(self, connection: socket.socket, sending: "asyncio.Future[None]") -> None:
        loop = asyncio.get_running_loop()
        look_s, silent_since = _FIRST_LOOK_S, loop.time()
        while not sending.done() or unacknowledged_bytes(connection):
            if sending.done():
                await asyncio.sleep(look_s)
            else:
                await asyncio.wait({sending}, timeout=look_s)
            look_s = min(2 * look_s, _LAST_LOOK_S)
            _check_open(connection)
            if not peer_is_silent(connection):
                silent_since = loop.time()
            elif loop.time() - silent_since > self.timeout_s:
                raise TimeoutError(f"{self.host}:{self.port}: nothing acknowledged for {self.timeout_s:g} s")
        sending.result()


async def _connected(host: str, port: int) -> socket.socket:
    """A connection to the first of the host's addresses that answers."""
    loop = asyncio.get_running_loop()
    failure: OSError = OSError(f"{host}: has no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connection = socket.socket(family, kind, protocol)
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await loop.sock_connect(connection, address)
        except OSError as error:
            connection.close()
            failure = OSError(error.errno, f"{host}:{port}: {error.strerror or error}")
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise failure


def _check_open(connection: socket.socket) -> None:
    """Read away what the peer says, which syslog has no use for; OSError if it has closed or reset the connection."""
    # Bounded: a peer that talks without a pause must not keep us listening for ever.
    for _ in range(16):
        try:
            if not connection.recv(65536):
                raise ConnectionResetError("the receiver has closed the connection")
        except BlockingIOError:
            return
