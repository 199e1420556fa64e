"""The `tcp` input: listens, and reads each connection as fast as its events are matched."""

import asyncio
import socket
from dataclasses import dataclass, field

import structlog

from vedette.inputs.input import Stream, Streams
from vedette.inputs.listening import listen

CHUNK_BYTES = 1 << 20
CONNECTIONS = 1024
PATIENCE_S = 10.0
"""A connection that has said nothing for so long may be closed to make room for another."""
REFUSALS_A_LINE = 1000
"""So many refusals are one line of the log, or a flood of connections would be a flood of lines."""
LAST_READ_S = 2.0
"""How long, once stopped, to go on reading what senders had already got rid of."""

_LOG = structlog.get_logger()


@dataclass(eq=False)
class _Connection:
    socket: socket.socket
    peer: str
    opened_at: float
    spoke: bool = False


@dataclass
class TcpInput:
    """Listens on every address of the host named.

    Nothing is read from a connection while its last chunk is being matched: the kernel's window closes, and the
    sender waits. So a connection holds at most one chunk of our memory.

    Args:
        idle_s: After so long a silence, waiting bytes are taken for a whole event; None: never.
        connections: How many may be open at once. One more is refused, unless there is one that has not said a
            word for `PATIENCE_S`: that one makes room.

    Attributes:
        opened: Connections accepted.
        refused: Connections closed at once because there were too many.
        ousted: Silent connections closed to make room.
        broken: Connections that ended by a reset and not by a close.
    """

    name: str
    host: str
    port: int
    streams: Streams
    idle_s: float | None = None
    connections: int = CONNECTIONS
    opened: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    ousted: int = field(default=0, init=False)
    broken: int = field(default=0, init=False)
    _address: tuple[str, int] = field(default=("", 0), init=False)
    _listeners: list[socket.socket] = field(default_factory=list, init=False)
    _open: dict[_Connection, "asyncio.Task[None]"] = field(default_factory=dict, init=False)
    _accepting: bool = field(default=False, init=False)
    _stopped_at: float | None = field(default=None, init=False)

    async def start(self) -> None:
        """Bind and listen.

        Raises:
            ListenError: The address cannot be had.
        """
        self._listeners = await listen(self.name, self.host, self.port)
        self._address = self._listeners[0].getsockname()[:2]
        _LOG.info("input.listening", input=self.name, address="{}:{}".format(*self._address))

    @property
    def address(self) -> tuple[str, int]:
        """The host and port listened on, once started; this port differs from `port` where that is 0."""
        return self._address

    async def run(self) -> None:
        """Accept and read until stopped."""
        accepting = [asyncio.ensure_future(self._accept(listener)) for listener in self._listeners]
        self._accepting = True
        try:
            await asyncio.gather(*accepting)
            while self._open:
                await asyncio.wait(self._open.values())
        finally:
            for task in (*accepting, *self._open.values()):
                task.cancel()

    async def stop(self) -> None:
        """Close the listeners; connections are read until the kernel holds no more of them, and closed."""
        if self._stopped_at is not None:
            return
        self._stopped_at = asyncio.get_running_loop().time()
        for listener in self._listeners:
            if self._accepting:
                # Accepting ends by itself: cancelling might lose a connection that was just accepted.
                listener.shutdown(socket.SHUT_RDWR)
            else:
                listener.close()
        for connection in self._open:
            _read_to_the_end(connection.socket)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with listener:
            while self._stopped_at is None:
                try:
                    accepted, address = await loop.sock_accept(listener)
                except OSError as error:
                    if self._stopped_at is None:
                        # Out of file descriptors, most likely: the connection stays in the kernel's queue.
                        _LOG.error("input.accept_failed", input=self.name, why=str(error))
                        await asyncio.sleep(1)
                    continue
                self._admit(accepted, address[0].removeprefix("::ffff:"))

    def _admit(self, accepted: socket.socket, peer: str) -> None:
        if self._stopped_at is not None or (len(self._open) >= self.connections and not self._oust()):
            self._refuse(accepted, peer)
            return
        self.opened += 1
        _LOG.debug("input.connected", input=self.name, peer=peer)
        accepted.setblocking(False)
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection = _Connection(accepted, peer, asyncio.get_running_loop().time())
        task = asyncio.ensure_future(self._serve(connection))
        self._open[connection] = task
        task.add_done_callback(lambda ended: self._forget(connection, ended))

    def _refuse(self, accepted: socket.socket, peer: str) -> None:
        self.refused += 1
        accepted.close()
        if self.refused % REFUSALS_A_LINE == 1:
            _LOG.warning("input.refused", input=self.name, peer=peer, limit=self.connections, refused=self.refused)

    def _oust(self) -> bool:
        """Close the oldest connection that has not said a word, if it has had its time; whether there was one."""
        silent = next((connection for connection in self._open if not connection.spoke), None)
        if silent is None or asyncio.get_running_loop().time() - silent.opened_at < PATIENCE_S:
            return False
        self.ousted += 1
        _LOG.warning("input.ousted", input=self.name, peer=silent.peer)
        self._open.pop(silent)
        _read_to_the_end(silent.socket)
        return True

    def _forget(self, connection: _Connection, ended: "asyncio.Task[None]") -> None:
        self._open.pop(connection, None)
        if not ended.cancelled() and (error := ended.exception()):
            _LOG.error("input.connection_failed", input=self.name, peer=connection.peer, exc_info=error)

    async def _serve(self, connection: _Connection) -> None:
        stream = self.streams(connection.peer, peer=connection.peer)
        with connection.socket:
            await self._read(connection, stream)
            await stream.finish()

    async def _read(self, connection: _Connection, stream: Stream) -> None:
        loop = asyncio.get_running_loop()
        while self._stopped_at is None or loop.time() - self._stopped_at < LAST_READ_S:
            try:
                chunk = await self._chunk(connection, stream)
            except OSError as error:
                self.broken += 1
                _LOG.info("input.broken", input=self.name, peer=connection.peer, why=str(error))
                return
            if not chunk:
                return
            connection.spoke = True
            await stream.push(chunk)

    async def _chunk(self, connection: _Connection, stream: Stream) -> bytes:
        loop = asyncio.get_running_loop()
        # A read is never cancelled: bytes that had just come would be lost with it.
        reading = asyncio.ensure_future(loop.sock_recv(connection.socket, CHUNK_BYTES))
        try:
            done, _ = await asyncio.wait({reading}, timeout=self.idle_s)
            if not done:
                await stream.idle()
            return await reading
        finally:
            reading.cancel()


def _read_to_the_end(connection: socket.socket) -> None:
    """Let a reader get what the kernel holds, then an end."""
    try:
        connection.shutdown(socket.SHUT_RD)
    except OSError:
        # Closed by the peer already: its end is on the way.
        return
