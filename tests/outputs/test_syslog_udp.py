"""Datagrams reach a real UDP socket: one a detection, cut where they would not fit."""

import asyncio
import socket

import pytest

from outputs.sending import send
from servers.rsyslog import free_port
from vedette.outputs.syslog_udp import LIMIT_BYTES, SyslogUdpOutput


def bound() -> socket.socket:
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(5)
    return receiver


def test_each_line_is_one_datagram() -> None:
    with bound() as receiver:
        output = SyslogUdpOutput("127.0.0.1", receiver.getsockname()[1])

        asyncio.run(send(output, [b"one", b"two"]))

        assert [receiver.recv(65536), receiver.recv(65536)] == [b"one", b"two"]


def test_a_line_longer_than_a_datagram_is_cut_and_counted() -> None:
    with bound() as receiver:
        output = SyslogUdpOutput("127.0.0.1", receiver.getsockname()[1])

        asyncio.run(send(output, [b"x" * (LIMIT_BYTES + 1), b"short"]))

        assert len(receiver.recv(65536)) == LIMIT_BYTES
        assert receiver.recv(65536) == b"short"
        assert output.cut == 1


def test_a_receiver_whose_machine_says_that_nobody_listens_is_an_error() -> None:
    output = SyslogUdpOutput("127.0.0.1", free_port())

    with pytest.raises(ConnectionRefusedError):
        asyncio.run(send(output, [b"one", b"two"]))
