"""`vedette run` as a process: killed, signalled, refused; nothing that was committed is lost, and no stack trace."""

import asyncio
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.starting import Process, bad, configuration, number_of, process, say, syslog_output, tcp_input
from servers.receiver import Receiver
from servers.rsyslog import free_port


def committed(state: Path) -> set[int]:
    """The numbers of the detections that a store holds."""
    with closing(sqlite3.connect(state / "detections.db")) as store:
        return {number_of(name) for (name,) in store.execute("select normal_form from detections")}


def numbers(receiver: Receiver) -> list[int]:
    return [number_of(line) for line in receiver.lines]


def in_order(received: list[int]) -> bool:
    """Whether each number's first arrival comes after those of all smaller ones."""
    first = list(dict.fromkeys(received))
    return first == sorted(first)


async def talk(port: int, one: Process, receiver: Receiver, until_lines: int, number: signal.Signals) -> None:
    """Talk without a pause; send the process this signal once so much has arrived; end when it hangs up."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for count in range(10_000_000):
            writer.write(bad(count) + b"fine\n" * 20)
            await writer.drain()
            if len(receiver.lines) > until_lines:
                one.process.send_signal(number)
                until_lines = 1 << 60
    except ConnectionError:
        writer.close()


def test_a_kill_loses_no_detection_that_was_committed(tmp_path: Path) -> None:
    port, siem_port = free_port(), free_port()
    settings = configuration(tmp_path, tcp_input(port), syslog_output(siem_port))

    async def scenario() -> None:
        async with Receiver(siem_port) as receiver:
            with process(settings, tmp_path) as one:
                await one.says("engine.started")
                await talk(port, one, receiver, 500, signal.SIGKILL)
                await one.ended()
            kept = committed(settings.state)
            with process(settings, tmp_path) as again:
                await again.says("engine.started")
                async with asyncio.timeout(20):
                    while not set(numbers(receiver)) >= kept:
                        await asyncio.sleep(0.05)
                again.process.terminate()
                assert await again.ended() == 0

            assert len(kept) > 500
            assert set(numbers(receiver)) == kept
            assert in_order(numbers(receiver))

    asyncio.run(scenario())


def test_sigterm_under_load_counts_every_event_and_delivers_or_keeps_every_detection(tmp_path: Path) -> None:
    port, siem_port = free_port(), free_port()
    settings = configuration(tmp_path, tcp_input(port), syslog_output(siem_port))

    async def scenario() -> None:
        async with Receiver(siem_port) as receiver:
            with process(settings, tmp_path) as one:
                await one.says("engine.started")
                await talk(port, one, receiver, 500, signal.SIGTERM)
                assert await one.ended() == 0
                ended, delivered = one.event("engine.ended"), one.event("output.ended")

            assert ended is not None
            assert delivered is not None
            assert ended["received"] == ended["matched"] + ended["unmatched"] + ended["ignored"] > 10_000
            assert ended["dropped"] == 0
            assert ended["detections"] == delivered["sent"] + delivered["waiting"] == len(committed(settings.state))
            assert len(set(numbers(receiver))) >= delivered["sent"]

    asyncio.run(scenario())


def test_a_second_signal_quits_at_once_and_the_next_run_delivers(tmp_path: Path) -> None:
    port, siem_port = free_port(), free_port()
    settings = configuration(tmp_path, tcp_input(port), syslog_output(siem_port))

    async def scenario() -> None:
        with process(settings, tmp_path) as one:
            await one.says("engine.started")
            await say(port, bad(1) + bad(2))
            one.process.send_signal(signal.SIGINT)
            await one.says("engine.stopping")
            one.process.send_signal(signal.SIGINT)
            assert await one.ended(2) == 128 + signal.SIGINT
        async with Receiver(siem_port) as receiver:
            with process(settings, tmp_path) as again:
                await again.says("engine.started")
                async with asyncio.timeout(20):
                    while numbers(receiver) != [1, 2]:
                        await asyncio.sleep(0.05)

    asyncio.run(scenario())


def test_sighup_swaps_at_once_and_the_process_goes_on(tmp_path: Path) -> None:
    port = free_port()
    settings = configuration(tmp_path, tcp_input(port), {}).model_copy(update={"feeds_check_s": 0})

    async def scenario() -> None:
        with process(settings, tmp_path) as one:
            await one.says("engine.started")
            (tmp_path / "feed.txt").write_text("gate.example\nanother.example\n")
            one.process.send_signal(signal.SIGHUP)
            await one.says("generation.swapped")
            await say(port, bad(1))
            one.process.terminate()

            assert await one.ended() == 0
            swapped, ended = one.event("generation.swapped"), one.event("engine.ended")
            assert swapped is not None
            assert ended is not None
            assert (swapped["before"], swapped["after"], ended["matched"]) == (1, 2, 1)

    asyncio.run(scenario())


def until_python_catches_sigint(one: Process) -> None:
    """Wait for the interpreter: what a signal does before that is not ours to say."""
    status = Path(f"/proc/{one.process.pid}/status")
    deadline = time.monotonic() + 30
    while not int(status.read_text().partition("SigCgt:")[2].split()[0], 16) & 1 << signal.SIGINT - 1:
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("after_s", [0.05, 0.2, 0.5, 1.0, 2.0])
def test_ctrl_c_at_any_time_of_the_start_shows_no_stack_trace(tmp_path: Path, after_s: float) -> None:
    settings = configuration(tmp_path, tcp_input(free_port()), {})
    (tmp_path / "feed.txt").write_text("".join(f"n{number}.example\n" for number in range(300_000)))

    with process(settings, tmp_path) as one:
        until_python_catches_sigint(one)
        time.sleep(after_s)
        one.process.send_signal(signal.SIGINT)
        code = asyncio.run(one.ended())

    # Until the engine handles signals: 130, or the signal itself where CPython met it in an `exec`, as of a dataclass.
    assert code in {0, 130, -signal.SIGINT}
    # `python -m` loads the package before any line of its `__main__` runs: that moment is Python's own.
    assert "Traceback" not in one.text() or "_get_module_details" in one.text()


def piped(tmp_path: Path) -> list[str]:
    """A command that reads standard input and writes standard output."""
    outputs = {"found": {"type": "stdout", "template": "plain"}}
    settings = configuration(tmp_path, {"events": {"type": "stdin"}}, outputs)
    (tmp_path / "vedette.yaml").write_text(settings.model_dump_json())
    return [sys.executable, "-m", "vedette", "run", "-c", str(tmp_path / "vedette.yaml")]


def test_standard_input_goes_to_standard_output_and_the_run_ends_by_itself(tmp_path: Path) -> None:
    ended = subprocess.run(piped(tmp_path), input=b"fine\n" + bad(1) + bad(2), capture_output=True, timeout=60)

    assert ended.returncode == 0
    assert ended.stdout == b"detection n1.gate.example\ndetection n2.gate.example\n"


def test_a_reader_that_has_seen_enough_ends_the_run(tmp_path: Path) -> None:
    one = subprocess.Popen(piped(tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert one.stdin is not None
    assert one.stdout is not None
    assert one.stderr is not None
    with one, one.stdin, one.stdout, one.stderr:
        one.stdin.write(bad(1))
        one.stdin.flush()
        assert one.stdout.readline() == b"detection n1.gate.example\n"
        one.stdout.close()
        one.stdin.write(bad(2))
        one.stdin.flush()

        assert one.wait(20) == 0
        text = one.stderr.read()

    assert b"nobody reads standard output any more" in text
    assert b"Traceback" not in text


def test_a_port_in_use_is_one_line_and_an_exit_code(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = configuration(tmp_path, tcp_input(taken.getsockname()[1]), {})
        with process(settings, tmp_path) as one:
            assert asyncio.run(one.ended()) == 71

    assert "the port is in use by another process" in one.text()
    assert "Traceback" not in one.text()


def test_a_feed_that_is_not_there_is_said_and_no_stack_trace_shown(tmp_path: Path) -> None:
    settings = configuration(tmp_path, tcp_input(free_port()), {})
    (tmp_path / "feed.txt").unlink()

    with process(settings, tmp_path) as one:
        assert asyncio.run(one.ended()) in {65, 78}

    assert "feed.txt" in one.text()
    assert "Traceback" not in one.text()
