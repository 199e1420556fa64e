"""Lines over TCP reach a real receiver: whole, in order, and again if it is not sure that they arrived."""

import asyncio
import socket
import threading
from pathlib import Path

import pytest

from outputs.texts import Cef, Padded, Plain
from sample_detection import detection, detections
from servers.rsyslog import free_port, needs_rsyslogd, rsyslog
from store.opened_store import opened
from vedette.detections.templates.template import Template
from vedette.outputs.delivery import Delivery
from vedette.outputs.rendering import lines
from vedette.outputs.syslog import SyslogTcpOutput
from vedette.outputs.syslog_header import WithHeader
from vedette.store.store import Store


async def send(port: int, *batches: list[bytes]) -> None:
    output = SyslogTcpOutput("127.0.0.1", port, timeout_s=5)
    for batch in batches:
        await output.send(batch)
    await output.close()


async def deliver(store: Store, port: int, template: Template, count: int, within_s: float = 20) -> Delivery:
    """Commit so many detections and deliver them."""
    delivery = Delivery("siem", SyslogTcpOutput("127.0.0.1", port, 2), template, store, 0.05, 0.2)
    await delivery.start()
    running = asyncio.ensure_future(delivery.run())
    await store.add(detections(count))
    await asyncio.wait_for(delivery.drained(store.last_seq), within_s)
    running.cancel()
    return delivery


def received(listener: socket.socket) -> bytes:
    """All that one connection says until its end."""
    connection, _ = listener.accept()
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


@needs_rsyslogd
def test_a_siem_parses_every_field_of_a_cef_line(tmp_path: Path) -> None:
    with rsyslog(tmp_path / "siem", free_port()) as siem:
        asyncio.run(send(siem.port, lines(Cef(), [detection(1)]), lines(WithHeader(Cef()), [detection(2)])))

        fields = siem.fields(2)

    for extension in fields:
        assert extension["reason"] == "KL_BotnetCnC_URL"
        assert extension["cs5Label"] == "MatchedIndicator"
        assert extension["cs5"] == "Gate.Botnet.example"
        assert extension["cs3"].strip() == "85"
    assert len(fields) == 2


@needs_rsyslogd
def test_a_line_without_a_header_arrives_byte_for_byte(tmp_path: Path) -> None:
    with rsyslog(tmp_path / "siem", free_port()) as siem:
        asyncio.run(send(siem.port, lines(Cef(), [detection(1)])))

        assert siem.raw(1) == [Cef().render(detection(1))]


@needs_rsyslogd
def test_a_receiver_that_was_away_gets_everything_in_order_when_it_is_back(tmp_path: Path) -> None:
    port = free_port()

    async def scenario(store: Store) -> list[bytes]:
        delivering = asyncio.ensure_future(deliver(store, port, Plain(), 1200))
        await asyncio.sleep(1)
        assert not delivering.done()
        with rsyslog(tmp_path / "siem", port) as siem:
            delivery = await delivering
            assert delivery.failures > 0
            return await asyncio.to_thread(siem.raw, 1200)

    with opened(tmp_path / "detections.db") as store:
        raw = asyncio.run(scenario(store))

    assert raw == [b"detection %d" % number for number in range(1200)]


def test_a_slow_reader_gets_everything_once_and_in_order(tmp_path: Path) -> None:
    slow: list[bytes] = []
    delivered = threading.Event()

    def read_slowly(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            threading.Event().wait(3)
            while sum(chunk.count(b"\n") for chunk in slow) < 1500:
                slow.append(connection.recv(1 << 16))
            delivered.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener, opened(tmp_path / "detections.db") as store:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader = threading.Thread(target=read_slowly, args=(listener,))
        reader.start()
        # The pause is longer than the output's patience with a dead peer: a slow one is waited for.
        delivery = asyncio.run(deliver(store, listener.getsockname()[1], Padded(4000), 1500))
        delivered.set()
        reader.join(10)

    numbers = [int(line.split()[1]) for line in b"".join(slow).splitlines() if line.startswith(b"detection ")]
    assert numbers == list(range(1500))
    assert delivery.failures == 0


def test_a_batch_whose_receiver_hung_up_is_sent_again(tmp_path: Path) -> None:
    async def scenario(store: Store, listener: socket.socket) -> bytes:
        async def hang_up_on_the_first() -> bytes:
            connection, _ = await asyncio.to_thread(listener.accept)
            connection.close()
            return await asyncio.to_thread(received, listener)

        receiving = asyncio.ensure_future(hang_up_on_the_first())
        delivery = await deliver(store, listener.getsockname()[1], Padded(100_000), 10)
        assert delivery.failures > 0
        return await receiving

    with socket.create_server(("127.0.0.1", 0)) as listener, opened(tmp_path / "detections.db") as store:
        text = asyncio.run(scenario(store, listener))

    assert [int(line.split()[1]) for line in text.splitlines()] == list(range(10))


def test_a_connection_that_the_receiver_closed_while_idle_is_opened_anew_without_a_failure() -> None:
    async def scenario(listener: socket.socket) -> bytes:
        output = SyslogTcpOutput("127.0.0.1", listener.getsockname()[1], timeout_s=5)
        first = asyncio.ensure_future(asyncio.to_thread(listener.accept))
        await output.send([b"one"])
        (await first)[0].close()
        await asyncio.sleep(0.05)
        second = asyncio.ensure_future(asyncio.to_thread(received, listener))
        await output.send([b"two"])
        await output.close()
        return await second

    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert asyncio.run(scenario(listener)) == b"two\n"


def test_a_receiver_that_is_not_there_is_named() -> None:
    port = free_port()

    with pytest.raises(ConnectionRefusedError, match=f"127.0.0.1:{port}: Connect"):
        asyncio.run(send(port, [b"line"]))


def test_a_line_break_inside_a_detection_does_not_make_two_lines() -> None:
    class Broken(Template):
        def render(self, _: object) -> bytes:
            return b"one\r\ntwo"

    assert lines(Broken(), [detection(1)]) == [rb"one\r\ntwo"]


def test_a_detection_that_the_template_cannot_write_is_left_out_and_the_next_is_written() -> None:
    class Choosy(Template):
        def render(self, found: object) -> bytes:
            if found == detection(1):
                raise ValueError("no")
            return b"fine"

    assert lines(Choosy(), [detection(1), detection(2)]) == [b"fine"]
