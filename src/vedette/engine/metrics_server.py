"""Answers `GET /metrics` for Prometheus, in threads of its own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import BoundedSemaphore, Thread
from typing import Any, ClassVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, ProcessCollector, make_wsgi_app

from vedette.engine.metrics import Collector
from vedette.errors import ListenError
from vedette.inputs.listening import advice

MOST_CONNECTIONS = 16
"""Further ones are closed at once."""

SILENT_S = 5.0
"""A connection that says nothing for so long is closed."""


@contextmanager
def serving(host: str, port: int, collector: Collector) -> Iterator[int]:
    """Answer at this address meanwhile; the port is given, which is another one where 0 was asked for.

    Raises:
        ListenError: The address cannot be had.
    """
    registry = CollectorRegistry()
    registry.register(collector)
    ProcessCollector(registry=registry)
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        server = _Server(family, address)
    except OSError as error:
        raise ListenError(f"metrics: {host}:{port}: {advice(error, port)}") from error
    server.set_app(make_wsgi_app(registry))
    running = Thread(target=server.serve_forever, name="metrics", kwargs={"poll_interval": 0.1}, daemon=True)
    running.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class _Handler(WSGIRequestHandler):
    timeout: ClassVar = SILENT_S

    def log_message(self, *_: Any) -> None:
        """Say nothing: a request every few seconds is no event."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def __init__(self, family: int, address: Any) -> None:
        self.address_family = family
        self._free = BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, _Handler)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        return self._free.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client that went away or was too slow go without a trace."""
