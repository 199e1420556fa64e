"""The engine from end to end: what comes in is counted, what is found is kept and delivered."""

import asyncio
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.starting import bad, configuration, number_of, port_of, running, say, syslog_output, tcp_input
from servers.receiver import Receiver
from servers.rsyslog import free_port
from vedette.engine.assembly import assemble
from vedette.errors import ListenError, StoreError


async def until(condition: Callable[[], bool], within_s: float = 10) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


def numbers(receiver: Receiver) -> list[int]:
    return [number_of(line) for line in receiver.lines]


@contextmanager
def full_disk(state: Path) -> Iterator[None]:
    """No file may grow past what the store's log has: the kernel refuses such a write as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((state / "detections.db-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_detections_of_a_connection_reach_the_receiver_and_every_event_is_counted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            Receiver() as receiver,
            running(configuration(tmp_path, tcp_input(0), syslog_output(receiver.port))) as one,
        ):
            events = b"fine\n" + bad(1).replace(b"\n", b"\r\n\r\n") + b"skip " + bad(2) + bad(3) + bad(4).rstrip()
            await say(port_of(one), events)
            await until(lambda: len(receiver.lines) == 3)

            counts = one.counts["siem"]
            assert numbers(receiver) == [1, 3, 4]
            assert (counts.received, counts.matched, counts.unmatched, counts.ignored) == (5, 3, 1, 1)
            assert (counts.detections, counts.dropped, counts.empty) == (3, 0, 1)

    asyncio.run(scenario())


def test_an_event_over_the_limit_is_cut_and_counted_and_the_connection_lives(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            Receiver() as receiver,
            running(configuration(tmp_path, tcp_input(0), syslog_output(receiver.port))) as one,
        ):
            await say(port_of(one), b"x" * (2 * 65536) + b"\n" + bad(1))
            await until(lambda: numbers(receiver) == [1])

            assert one.counts["siem"].cut >= 1

    asyncio.run(scenario())


def test_with_a_delimiter_the_last_event_does_not_wait_for_the_next(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Receiver() as receiver:
            inputs = tcp_input(0, delimiter=r"[^=](<\d+>)", idle_s=0.1)
            async with running(configuration(tmp_path, inputs, syslog_output(receiver.port))) as one:
                _, writer = await asyncio.open_connection("127.0.0.1", port_of(one))
                writer.write(b" ".join(b"<1>" + bad(number).rstrip() for number in (1, 2, 3)))
                await until(lambda: numbers(receiver) == [1, 2, 3])
                writer.write(b"<1>" + bad(4))
                await until(lambda: numbers(receiver) == [1, 2, 3, 4])
                writer.close()

    asyncio.run(scenario())


def test_files_end_the_engine_once_everything_is_delivered(tmp_path: Path) -> None:
    (tmp_path / "events.log").write_bytes(b"".join(bad(number) for number in range(2000)))
    inputs = {"logs": {"type": "file", "path": tmp_path / "events.log"}}
    outputs = {"found": {"type": "file", "path": tmp_path / "found", "template": "plain"}}

    asyncio.run(assemble(configuration(tmp_path, inputs, outputs)).run())

    lines = (tmp_path / "found").read_bytes().splitlines()
    assert [number_of(line) for line in lines] == list(range(2000))


def test_a_file_s_detections_name_the_file_and_the_line(tmp_path: Path) -> None:
    events = tmp_path / "events.log"
    events.write_bytes(b"fine\n\n" + bad(7))
    inputs = {"logs": {"type": "file", "path": events}}
    outputs = {"found": {"type": "file", "path": tmp_path / "found"}}

    asyncio.run(assemble(configuration(tmp_path, inputs, outputs)).run())

    (line,) = (tmp_path / "found").read_text().splitlines()
    assert '"event_line":3' in line
    assert str(events) in line


def test_a_port_in_use_ends_the_start_with_its_address(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ListenError, match=f"127.0.0.1:{port}: the port is in use"):
            asyncio.run(assemble(configuration(tmp_path, tcp_input(port), {})).run())


def test_an_input_that_cannot_start_leaves_no_other_listening(tmp_path: Path) -> None:
    free = free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        inputs = {**tcp_input(free), "other": {"type": "tcp", "listen": f"127.0.0.1:{taken.getsockname()[1]}"}}

        with pytest.raises(ListenError, match=r"inputs\.other\.listen"):
            asyncio.run(assemble(configuration(tmp_path, inputs, {})).run())

    with socket.create_server(("127.0.0.1", free)) as ours:
        assert ours.getsockname()[1] == free


def test_a_full_disk_makes_senders_wait_and_everything_arrives_once_there_is_room(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Receiver() as receiver:
            settings = configuration(tmp_path, tcp_input(0), syslog_output(receiver.port))
            async with running(settings) as one:
                await say(port_of(one), bad(1))
                with full_disk(settings.state):
                    saying = asyncio.ensure_future(say(port_of(one), b"".join(map(bad, range(2, 500)))))
                    await asyncio.sleep(1)
                    assert not saying.done()
                await saying
                await until(lambda: len(receiver.lines) == 499)

            counts = one.counts["siem"]
            assert numbers(receiver) == list(range(1, 500))
            assert (counts.matched, counts.dropped) == (499, 0)

    asyncio.run(scenario())


def test_what_a_full_disk_keeps_out_until_the_end_is_counted_as_dropped(tmp_path: Path) -> None:
    async def scenario() -> None:
        settings = configuration(tmp_path, tcp_input(0), {})
        async with running(settings, drain_s=0.5) as one:
            await say(port_of(one), bad(1))
            with full_disk(settings.state):
                saying = asyncio.ensure_future(say(port_of(one), b"".join(map(bad, range(2, 500)))))
                await asyncio.sleep(0.5)
                one.stop()
                await saying

        counts = one.counts["siem"]
        assert (counts.received, counts.matched, counts.dropped) == (499, 1, 498)

    asyncio.run(scenario())


def test_two_engines_do_not_share_a_state_folder(tmp_path: Path) -> None:
    settings = configuration(tmp_path, tcp_input(0), {})

    async def scenario() -> None:
        async with running(settings):
            with pytest.raises(StoreError, match="in use by another Vedette"):
                await assemble(settings).run()

    asyncio.run(scenario())


def test_an_output_that_is_away_gets_what_waited_after_a_restart_of_the_engine(tmp_path: Path) -> None:
    port = free_port()
    settings = configuration(tmp_path, tcp_input(0), syslog_output(port))

    async def scenario() -> None:
        async with running(settings, drain_s=0.2) as away:
            await say(port_of(away), bad(1) + bad(2))
        async with Receiver(port) as receiver, running(settings):
            await until(lambda: numbers(receiver) == [1, 2])

    asyncio.run(scenario())


def test_one_output_that_is_away_does_not_hold_up_another(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Receiver() as receiver:
            outputs = {"away": syslog_output(free_port())["siem"], **syslog_output(receiver.port)}
            async with running(configuration(tmp_path, tcp_input(0), outputs), drain_s=0.2) as one:
                await say(port_of(one), bad(1))
                await until(lambda: numbers(receiver) == [1])

    asyncio.run(scenario())
