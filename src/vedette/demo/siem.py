"""A SIEM's side for the demo: listens for lines of syslog and hands each on."""

import socketserver
import threading
from collections.abc import Callable
from typing import Self


class Siem:
    """Listens on a free port of loopback until left.

    Args:
        on_line: Called with each line as it arrived, from the listener's own thread.
    """

    def __init__(self, on_line: Callable[[bytes], None]) -> None:
        class Lines(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    on_line(line.rstrip(b"\n"))

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Lines)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
