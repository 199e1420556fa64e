"""What the kernel knows of a connection's way out (Linux): bytes not yet acknowledged, and whether the peer answers."""

import fcntl
import socket
import struct
import sys
import termios

_RETRANSMITS, _PROBES = 2, 3  # Offsets in struct tcp_info, <linux/tcp.h>.


def unacknowledged_bytes(connection: socket.socket) -> int:
    """Bytes that the peer's kernel has not acknowledged (SIOCOUTQ, tcp(7))."""
    (waiting,) = struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4))
    return int(waiting)


def peer_is_silent(connection: socket.socket) -> bool:
    """Whether the peer's kernel leaves our segments or window probes unanswered.

    A receiver that is merely slow has a closed window, but its kernel answers each probe.
    """
    if sys.platform != "linux":
        return True
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)
    return info[_RETRANSMITS] > 0 or info[_PROBES] > 1
