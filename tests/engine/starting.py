"""Engines in this process and in one of their own, and what they say."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from engine.framing import framer
from engine.needle import Needle
from outputs.texts import Plain
from vedette.config.settings import Configuration
from vedette.engine.engine import Engine

TESTS = Path(__file__).resolve().parents[1]


def configuration(state: Path, inputs: dict[str, Any], outputs: dict[str, Any]) -> Configuration:
    return Configuration.model_validate({"state": state, "inputs": inputs, "outputs": outputs})


def engine(state: Path, inputs: dict[str, Any], outputs: dict[str, Any], drain_s: float = 5) -> Engine:
    return Engine(configuration(state, inputs, outputs), lambda _: Needle(), framer, lambda _: Plain(), drain_s=drain_s)


@asynccontextmanager
async def running(one: Engine) -> AsyncIterator["asyncio.Task[None]"]:
    """The engine, once it has started; stopped at the end."""
    started = asyncio.Event()
    task = asyncio.ensure_future(one.run(started.set))
    beginning = asyncio.ensure_future(started.wait())
    await asyncio.wait({task, beginning}, return_when=asyncio.FIRST_COMPLETED)
    beginning.cancel()
    try:
        yield task
    finally:
        one.stop()
        await asyncio.wait_for(task, 30)


async def say(port: int, text: bytes) -> None:
    """Say all this over a connection of its own, and wait until the other side has closed too."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    writer.write_eof()
    await reader.read()
    writer.close()


class Process:
    """An engine that can be killed, and its log."""

    def __init__(self, settings: Configuration, folder: Path) -> None:
        path = folder / "configuration.json"
        path.write_text(settings.model_dump_json())
        self._log = folder / "engine.log"
        environment = {**os.environ, "PYTHONPATH": str(TESTS)}
        with self._log.open("ab") as log:
            self.begins_at = log.tell()
            command = [sys.executable, str(TESTS / "engine" / "engine_process.py"), str(path)]
            self.process = subprocess.Popen(command, stderr=log, env=environment)

    def log(self) -> list[dict[str, Any]]:
        """What this process has logged."""
        text = self._log.read_bytes()[self.begins_at :]
        return [json.loads(line) for line in text.splitlines() if line.endswith(b"}")]

    def event(self, name: str) -> dict[str, Any]:
        """The newest log line of this name."""
        return next(line for line in reversed(self.log()) if line["event"] == name)

    async def started(self) -> None:
        """Wait until it listens."""
        async with asyncio.timeout(20):
            while not any(line["event"] == "engine.started" for line in self.log()):
                assert self.process.poll() is None, self._log.read_text()
                await asyncio.sleep(0.02)

    async def ended(self, within_s: float = 30) -> int:
        """Wait for its end; its exit code."""
        return await asyncio.to_thread(self.process.wait, within_s)


@contextmanager
def process(settings: Configuration, folder: Path) -> Iterator[Process]:
    """An engine in a process of its own; killed at the end if it still runs."""
    one = Process(settings, folder)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
