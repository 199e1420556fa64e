"""Engines in this process and in one of their own; an event with `bad nN.gate.example` is a detection of number N."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from vedette.config.settings import Configuration
from vedette.engine.assembly import assemble
from vedette.engine.engine import Engine
from vedette.inputs.tcp import TcpInput


def configuration(folder: Path, inputs: dict[str, Any], outputs: dict[str, Any]) -> Configuration:
    """A feed of one domain, a rule that finds it, and a template that writes what it found."""
    feed = folder / "feed.txt"
    if not feed.exists():
        feed.write_text("gate.example\n")
    return Configuration.model_validate(
        {
            "state": folder / "state",
            "inputs": inputs,
            "feeds": {"gates": {"path": feed, "kind": "domain"}},
            "profiles": {"default": {"ignore": ["skip"], "rules": {"BAD": {"type": "domain", "regex": r"bad (\S+)"}}}},
            "templates": {"plain": {"event": "detection %BAD%"}},
            "outputs": outputs,
            # These tests send the same events again and again, and count what comes of each.
            "throttle": {"enabled": False},
        }
    )


def tcp_input(port: int, **options: Any) -> dict[str, Any]:
    return {"siem": {"type": "tcp", "listen": f"127.0.0.1:{port}", **options}}


def syslog_output(port: int) -> dict[str, Any]:
    return {
        "siem": {
            "type": "syslog",
            "address": f"127.0.0.1:{port}",
            "header": False,
            "template": "plain",
            "retry_s": 0.05,
            "retry_limit_s": 0.2,
        }
    }


def bad(number: int) -> bytes:
    """An event whose detection has this number."""
    return b"event bad n%d.gate.example\n" % number


def number_of(text: bytes | str) -> int:
    """The number of a detection, from the line that an output wrote or the name that was seen."""
    found = re.search(r"n(\d+)\.gate\.example", text if isinstance(text, str) else text.decode())
    assert found, text
    return int(found.group(1))


@asynccontextmanager
async def running(settings: Configuration, drain_s: float = 5) -> AsyncIterator[Engine]:
    """An engine that has started; stopped at the end."""
    one = assemble(settings)
    one.drain_s = drain_s
    started = asyncio.Event()
    task = asyncio.ensure_future(one.run(started.set))
    beginning = asyncio.ensure_future(started.wait())
    await asyncio.wait({task, beginning}, return_when=asyncio.FIRST_COMPLETED)
    beginning.cancel()
    try:
        yield one
    finally:
        one.stop()
        await asyncio.wait_for(task, 30)


def port_of(one: Engine) -> int:
    (listening,) = one.inputs.values()
    assert isinstance(listening, TcpInput)
    return listening.address[1]


async def say(port: int, text: bytes) -> None:
    """Say all this over a connection of its own, and wait until the other side has closed too."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    writer.write_eof()
    await reader.read()
    writer.close()


def _heed_ctrl_c() -> None:
    """A shell has what it starts in the background ignore SIGINT, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Process:
    """`vedette run` as a process of its own, and its log."""

    def __init__(self, settings: Configuration, folder: Path) -> None:
        path = folder / "vedette.yaml"
        # JSON is YAML.
        path.write_text(settings.model_dump_json())
        self._log = folder / "engine.log"
        with self._log.open("ab") as log:
            self._begins_at = log.tell()
            command = [sys.executable, "-m", "vedette", "run", "-c", str(path), "--log-format", "json"]
            self.process = subprocess.Popen(command, stderr=log, env=dict(os.environ), preexec_fn=_heed_ctrl_c)

    def text(self) -> str:
        """What this process has said on standard error."""
        return self._log.read_bytes()[self._begins_at :].decode()

    def log(self) -> list[dict[str, Any]]:
        """What this process has logged."""
        return [json.loads(line) for line in self.text().splitlines() if line.startswith("{") and line.endswith("}")]

    def event(self, name: str) -> dict[str, Any] | None:
        """The newest log line of this name."""
        return next((line for line in reversed(self.log()) if line["event"] == name), None)

    async def says(self, name: str) -> None:
        """Wait until this event is in the log."""
        async with asyncio.timeout(30):
            while self.event(name) is None:
                assert self.process.poll() is None, self.text()
                await asyncio.sleep(0.02)

    async def ended(self, within_s: float = 30) -> int:
        """Wait for its end; its exit code."""
        return await asyncio.to_thread(self.process.wait, within_s)


@contextmanager
def process(settings: Configuration, folder: Path) -> Iterator[Process]:
    """`vedette run` in a process of its own; killed at the end if it still runs."""
    one = Process(settings, folder)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
