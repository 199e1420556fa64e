"""How late events get while a new generation is built and swapped in, and whether one is lost.

An engine of its own process reads a steady stream over TCP and sends its detections over TCP. Marks among the events
are detections; how long each takes from being sent to coming back is its latency. Its lateness is what that is over
the median of the same stream at rest. Three phases: at rest; beside a busy loop of the priority that builds have,
which no program can do anything about; and while feeds change, so that generations are built and swapped in.

Usage: python bench/swap.py [--rate 20000] [--seconds 10] [--swaps 3] [--state FOLDER]
"""

import argparse
import csv
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.table import Table

from bench import inputs

TICK_S = 0.005
TICKS_A_MARK = 4
"""Each mark is a commit, and events wait for the one before: with more of them it is commits that are measured."""
BUSY = "import os\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\nwhile True: pass"
MARK = re.compile(rb"mark(\d+)\.gate\.example")


@dataclass
class Marks:
    """When each mark was sent, and when its detection came."""

    sent: list[float] = field(default_factory=list)
    come: dict[int, float] = field(default_factory=dict)

    def latencies_ms(self, first: int, end: int) -> list[float]:
        """Of the marks from `first` on and before `end`, of those that came."""
        return [(self.come[mark] - self.sent[mark]) * 1000 for mark in range(first, end) if mark in self.come]


class Sender(threading.Thread):
    """Sends events at a steady rate, a mark now and then; where a tick is missed the next one has more."""

    def __init__(self, port: int, lines: Sequence[bytes], rate: int, marks: Marks) -> None:
        super().__init__(daemon=True)
        self.events = 0
        self._ticks = 0
        self.ending = threading.Event()
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lines, self._rate, self._marks = lines, rate, marks

    def run(self) -> None:
        """Send until `ending`."""
        started = time.perf_counter()
        while not self.ending.is_set():
            now = time.perf_counter()
            wanted = int((now - started) * self._rate) - self.events
            at = self.events % (len(self._lines) - wanted - 1)
            block = [*self._lines[at : at + wanted], b""]
            self._ticks += 1
            if self._ticks % TICKS_A_MARK == 0:
                block.insert(-1, b"query mark%d.gate.example from 10.0.0.1" % len(self._marks.sent))
                self._marks.sent.append(time.perf_counter())
            self._socket.sendall(b"\n".join(block))
            self.events += len(block) - 1
            time.sleep(max(0.0, now + TICK_S - time.perf_counter()))
        self._socket.shutdown(socket.SHUT_WR)


class Receiver(threading.Thread):
    """Takes detections and notes when each mark's came."""

    def __init__(self, marks: Marks) -> None:
        super().__init__(daemon=True)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._marks = marks

    def run(self) -> None:
        """Take what comes over one connection."""
        connection, _ = self._listening.accept()
        rest = b""
        while chunk := connection.recv(1 << 18):
            now = time.perf_counter()
            text = rest + chunk
            whole = text.rfind(b"\n") + 1
            for found in MARK.finditer(text, 0, whole):
                self._marks.come.setdefault(int(found[1]), now)
            rest = text[whole:]


class Service:
    """`vedette run` in a process of its own, and what it logs."""

    def __init__(self, configuration: Path) -> None:
        command = [sys.executable, "-m", "vedette", "run", "-c", str(configuration), "--log-format", "json"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE)
        self.logs: list[dict[str, object]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stderr or ():
            self.logs.append(json.loads(line) if line.startswith(b"{") else {"event": line.decode()})

    def count(self, event: str) -> int:
        """How often this was logged."""
        return sum(log["event"] == event for log in self.logs)

    def wait_for(self, event: str, times: int, within_s: float = 300) -> None:
        """Wait until this was logged so often."""
        end = time.monotonic() + within_s
        while self.count(event) < times:
            if time.monotonic() > end or self._process.poll() is not None:
                raise SystemExit(f"no {event}: {self.logs[-5:]}")
            time.sleep(0.01)

    def look_again(self) -> None:
        """Have it look at its feeds."""
        self._process.send_signal(signal.SIGHUP)

    def stop(self) -> dict[str, object]:
        """End it; what it says at the end."""
        self._process.terminate()
        self._process.wait(60)
        time.sleep(0.2)
        return next(log for log in reversed(self.logs) if log["event"] == "engine.ended")


def configuration_in(folder: Path, input_port: int, output_port: int) -> Path:
    (folder / "marks.txt").write_text("gate.example\n")
    path = folder / "vedette.yaml"
    path.write_text(
        json.dumps(
            {
                "state": str(folder / "state"),
                "feeds_check_s": 0,
                # Every mark is a repeat of the one before it, and all of them must come.
                "throttle": {"enabled": False},
                "inputs": {"siem": {"type": "tcp", "listen": f"127.0.0.1:{input_port}"}},
                "feeds": {
                    "marks": {"path": str(folder / "marks.txt"), "kind": "domain"},
                    "bench": {"path": str(inputs.INDICATORS), "format": "csv"},
                },
                "outputs": {"back": {"type": "syslog", "address": f"127.0.0.1:{output_port}", "template": "json"}},
            }
        )
    )
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def busy_loop() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def swap(service: Service, folder: Path, number: int) -> float:
    """Change a feed, wait until its generation is in force; how long that took."""
    started = time.perf_counter()
    (folder / "marks.txt").write_text(f"gate.example\nnew{number}.example\n")
    service.look_again()
    service.wait_for("generation.swapped", number)
    return time.perf_counter() - started


def row(name: str, latencies: list[float], rest_ms: float) -> tuple[str, ...]:
    late = sorted(latency - rest_ms for latency in latencies)
    at = [late[min(len(late) - 1, int(len(late) * share))] for share in (0.5, 0.99, 0.999)]
    over = sum(one > 10 for one in late)
    return (name, f"{len(late):,}", *(f"{one:.1f}" for one in at), f"{late[-1]:.1f}", str(over))


def harmless_events() -> list[bytes]:
    """Events without those that carry an indicator."""
    log, truth = inputs.events(7, 20_000_000)
    with truth.open(encoding="utf-8", newline="") as rows:
        planted = {int(row["line"]) for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)}
    lines = log.read_bytes().split(b"\n")[:-1]
    return [line for number, line in enumerate(lines, 1) if number not in planted]


def measure(folder: Path, chosen: argparse.Namespace, console: Console) -> None:
    marks = Marks()
    receiver = Receiver(marks)
    receiver.start()
    port = free_port()
    service = Service(configuration_in(folder, port, receiver.port))
    service.wait_for("input.listening", 1)
    sender = Sender(port, harmless_events(), chosen.rate, marks)
    sender.start()
    time.sleep(3)
    ends = [len(marks.sent)]
    time.sleep(chosen.seconds)
    ends.append(len(marks.sent))
    with busy_loop():
        time.sleep(chosen.seconds)
        ends.append(len(marks.sent))
    took = [swap(service, folder, number) for number in range(1, chosen.swaps + 1)]
    time.sleep(2)
    ends.append(len(marks.sent))
    sender.ending.set()
    sender.join()
    time.sleep(2)
    ended = service.stop()
    rest_ms = statistics.median(marks.latencies_ms(ends[0], ends[1]))
    table = Table("phase", "marks", "late p50 ms", "p99", "p99.9", "max", "over 10 ms")
    for name, first, end in zip(("at rest", "beside a busy loop", "builds and swaps"), ends, ends[1:], strict=False):
        table.add_row(*row(name, marks.latencies_ms(first, end), rest_ms))
    console.print(table)
    console.print(f"latency at rest {rest_ms:.1f} ms; swaps took {', '.join(f'{one:.1f}' for one in took)} s")
    console.print(
        f"events sent {sender.events:,}, received {ended['received']:,}, dropped {ended['dropped']}; "
        f"marks lost {len(marks.sent) - len(marks.come)}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=int, default=20_000)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--swaps", type=int, default=3)
    options.add_argument(
        "--state", type=Path, help="where the engine's state is; a folder in memory leaves the disk out"
    )
    chosen = options.parse_args()
    console = Console(width=160)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    console.print(f"{chosen.rate:,} events/s, {os.cpu_count()} processors, load before: {load}")
    with tempfile.TemporaryDirectory(dir=chosen.state or inputs.DATA) as folder:
        measure(Path(folder), chosen, console)


if __name__ == "__main__":
    main()
