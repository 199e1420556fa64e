"""Listening sockets, and what to tell the user when an address cannot be had."""

import asyncio
import errno
import socket
from typing import Any

from vedette.errors import ListenError

_BACKLOG = 1024


async def listen(name: str, host: str, port: int) -> list[socket.socket]:
    """A listening TCP socket for each address of the host.

    Args:
        name: The input's name, for the message.
        host: An address, or a name that has some.
        port: 0 for any that is free.

    Raises:
        ListenError: An address cannot be had; why, and what to do.
    """
    listeners: list[socket.socket] = []
    try:
        for family, address in await _addresses(name, host, port):
            listeners.append(_listener(family, address))
    except OSError as error:
        for listener in listeners:
            listener.close()
        raise ListenError(f"inputs.{name}.listen: {host}:{port}: {advice(error, port)}") from error
    return listeners


async def _addresses(name: str, host: str, port: int) -> list[tuple[int, Any]]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise ListenError(f"inputs.{name}.listen: {host!r} is no address or name of this machine: {error}") from error
    return list(dict.fromkeys((int(family), address) for family, _, _, _, address in found))


def _listener(family: int, address: Any) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.setblocking(False)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def advice(error: OSError, port: int) -> str:
    """Why this port cannot be had, and what to do."""
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"the port is in use by another process (`ss -ltnp sport = :{port}` names it); "
                "stop that one, or choose another port"
            )
        case errno.EACCES:
            return "not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE: choose a port above"
        case errno.EADDRNOTAVAIL:
            return "this machine has no such address; 0.0.0.0 means all of IPv4, [::] all of IPv6"
    return error.strerror or str(error)
