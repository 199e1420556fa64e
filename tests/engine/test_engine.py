"""The engine from end to end: what comes in is counted, what is found is kept and delivered, whatever happens."""

import asyncio
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.starting import configuration, engine, process, running, say
from servers.receiver import Receiver
from servers.rsyslog import free_port
from vedette.engine.engine import Engine
from vedette.errors import ListenError, StoreError
from vedette.inputs.tcp import TcpInput


def tcp_input(**options: Any) -> dict[str, Any]:
    return {"siem": {"type": "tcp", "listen": f"127.0.0.1:{free_port()}", **options}}


def syslog_output(port: int) -> dict[str, Any]:
    address = f"127.0.0.1:{port}"
    return {"siem": {"type": "syslog", "address": address, "header": False, "retry_s": 0.05, "retry_limit_s": 0.2}}


def port_of(one: Engine) -> int:
    siem = one.inputs["siem"]
    assert isinstance(siem, TcpInput)
    return siem.address[1]


async def until(condition: Any, within_s: float = 10) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


def stored_numbers(state: Path) -> set[int]:
    """The numbers of the detections that a store holds."""
    with closing(sqlite3.connect(state / "detections.db")) as store:
        return {int(number) for (number,) in store.execute("select id from detections")}


def in_order(numbers: list[int]) -> bool:
    """Whether each number's first arrival comes after those of all smaller ones."""
    first = list(dict.fromkeys(numbers))
    return first == sorted(first)


def test_detections_of_a_connection_reach_the_receiver_and_every_event_is_counted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Receiver() as receiver:
            one = engine(tmp_path / "state", tcp_input(), syslog_output(receiver.port))
            async with running(one):
                await say(port_of(one), b"fine\nbad 1\r\n\nskip bad 2\nbad 3\nlast bad 4")
                await until(lambda: len(receiver.lines) == 3)

        counts = one.counts["siem"]
        assert receiver.numbers == [1, 3, 4]
        assert (counts.received, counts.matched, counts.unmatched, counts.ignored) == (5, 3, 1, 1)
        assert (counts.detections, counts.dropped, counts.empty) == (3, 0, 1)

    asyncio.run(scenario())


def test_an_event_over_the_limit_is_cut_and_counted_and_the_connection_lives(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Receiver() as receiver:
            one = engine(tmp_path / "state", tcp_input(), syslog_output(receiver.port))
            async with running(one):
                await say(port_of(one), b"x" * (2 * 65536) + b"\nbad 1\n")
                await until(lambda: receiver.numbers == [1])

        assert one.counts["siem"].cut >= 1

    asyncio.run(scenario())


def test_with_a_delimiter_the_last_event_does_not_wait_for_the_next(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Receiver() as receiver:
            inputs = tcp_input(delimiter=r"[^=](<\d+>)", idle_s=0.1)
            one = engine(tmp_path / "state", inputs, syslog_output(receiver.port))
            async with running(one):
                _, writer = await asyncio.open_connection("127.0.0.1", port_of(one))
                writer.write(b"<1>bad 1 <1>bad 2 <1>bad 3")
                await until(lambda: receiver.numbers == [1, 2, 3])
                writer.close()

    asyncio.run(scenario())


def test_files_end_the_engine_once_everything_is_delivered(tmp_path: Path) -> None:
    events = tmp_path / "events.log"
    events.write_bytes(b"".join(b"event bad %d\n" % number for number in range(2000)))
    outputs = {"found": {"type": "file", "path": tmp_path / "found"}}

    asyncio.run(engine(tmp_path / "state", {"logs": {"type": "file", "path": events}}, outputs).run())

    lines = (tmp_path / "found").read_bytes().splitlines()
    assert lines == [b"detection %d" % number for number in range(2000)]


def test_a_port_in_use_ends_the_start_with_its_address(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one = engine(tmp_path / "state", {"siem": {"type": "tcp", "listen": f"127.0.0.1:{port}"}}, {})

        with pytest.raises(ListenError, match=f"127.0.0.1:{port}: the port is in use"):
            asyncio.run(one.run())


def test_two_engines_do_not_share_a_state_folder(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(engine(tmp_path / "state", tcp_input(), {})):
            with pytest.raises(StoreError, match="in use by another Vedette"):
                await engine(tmp_path / "state", tcp_input(), {}).run()

    asyncio.run(scenario())


def test_an_output_that_is_away_gets_what_waited_after_a_restart_of_the_engine(tmp_path: Path) -> None:
    port = free_port()

    async def scenario() -> None:
        away = engine(tmp_path / "state", tcp_input(), syslog_output(port), drain_s=0.2)
        async with running(away):
            await say(port_of(away), b"bad 1\nbad 2\n")
        async with Receiver(port) as receiver, running(engine(tmp_path / "state", {}, syslog_output(port))):
            await until(lambda: receiver.numbers == [1, 2])

    asyncio.run(scenario())


def test_a_kill_loses_no_detection_that_was_committed(tmp_path: Path) -> None:
    port, receiver_port = free_port(), free_port()
    inputs = {"siem": {"type": "tcp", "listen": f"127.0.0.1:{port}"}}
    settings = configuration(tmp_path / "state", inputs, syslog_output(receiver_port))

    async def talk_until_killed(one: Any, receiver: Receiver) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for number in range(10_000_000):
                writer.write(b"event bad %d\n" % number + b"fine\n" * 20)
                await writer.drain()
                if len(receiver.lines) > 500:
                    one.process.send_signal(signal.SIGKILL)
        except ConnectionError:
            writer.close()

    async def scenario() -> None:
        async with Receiver(receiver_port) as receiver:
            with process(settings, tmp_path) as one:
                await one.started()
                await talk_until_killed(one, receiver)
                await one.ended()
            committed = stored_numbers(tmp_path / "state")
            with process(settings, tmp_path) as again:
                await again.started()
                await until(lambda: set(receiver.numbers) >= committed, 20)
                again.process.terminate()
                assert await again.ended() == 0

            assert len(committed) > 500
            assert set(receiver.numbers) == committed
            assert in_order(receiver.numbers)

    asyncio.run(scenario())


def test_sigterm_under_load_counts_every_event_and_delivers_or_keeps_every_detection(tmp_path: Path) -> None:
    port, receiver_port = free_port(), free_port()
    inputs = {"siem": {"type": "tcp", "listen": f"127.0.0.1:{port}"}}
    settings = configuration(tmp_path / "state", inputs, syslog_output(receiver_port))

    async def talk_for_ever() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for number in range(10_000_000):
                writer.write(b"event bad %d\n" % number + b"fine\n" * 20)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async def scenario() -> None:
        async with Receiver(receiver_port) as receiver:
            with process(settings, tmp_path) as one:
                await one.started()
                talking = asyncio.ensure_future(talk_for_ever())
                await asyncio.sleep(1)
                one.process.terminate()
                assert await one.ended() == 0
                await talking

            ended, delivered = one.event("engine.ended"), one.event("output.ended")
            assert ended["received"] == ended["matched"] + ended["unmatched"] + ended["ignored"] > 10_000
            assert ended["dropped"] == 0
            assert (
                ended["detections"] == delivered["sent"] + delivered["waiting"] == len(stored_numbers(settings.state))
            )
            assert len(set(receiver.numbers)) >= delivered["sent"]

    asyncio.run(scenario())


def test_a_second_signal_quits_at_once_and_the_next_run_delivers(tmp_path: Path) -> None:
    port, receiver_port = free_port(), free_port()
    inputs = {"siem": {"type": "tcp", "listen": f"127.0.0.1:{port}"}}
    settings = configuration(tmp_path / "state", inputs, syslog_output(receiver_port))

    async def scenario() -> None:
        with process(settings, tmp_path) as one:
            await one.started()
            await say(port, b"bad 1\nbad 2\n")
            one.process.send_signal(signal.SIGINT)
            await until(lambda: any(line["event"] == "engine.stopping" for line in one.log()))
            one.process.send_signal(signal.SIGINT)
            assert await one.ended(2) == 128 + signal.SIGINT
        async with Receiver(receiver_port) as receiver:
            with process(settings, tmp_path):
                await until(lambda: receiver.numbers == [1, 2], 20)

    asyncio.run(scenario())
