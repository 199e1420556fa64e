"""One output's way through the outbox: read after its cursor, send, advance; again and again until it works."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, Protocol

import structlog

from vedette.detections.detection import Detection
from vedette.detections.templates.template import Template
from vedette.errors import StoreError
from vedette.outputs.output import Output, OutputGoneError
from vedette.outputs.rendering import lines

BATCH = 500
"""Detections per batch: what is sent again when a connection breaks."""

_LOG = structlog.get_logger()


class Outbox(Protocol):
    """What an output sees of the store. Each method may raise StoreError, and may be called again then."""

    async def after(self, seq: int, limit: int) -> tuple[tuple[int, Detection], ...]:
        """Up to `limit` detections after this number, oldest first; waits until there is one."""

    async def cursor(self, output: str) -> int:
        """Where this output stands."""

    async def advance(self, output: str, seq: int) -> None:
        """Note that everything up to this number has been delivered."""


@dataclass
class Delivery:
    """Delivers the outbox to one output, in order and at least once.

    Args:
        retry_s: The first pause after a failure; it doubles up to `retry_limit_s`.
        cold: Whether cold detections are sent too, or only they.

    Attributes:
        seq: Everything up to this number has been delivered.
        sent: Detections delivered by this process.
        unwritable: Detections that the template could not write; they stay in the store.
        withheld: Detections in quarantine, which go to no output, and cold ones that this one does not want.
        failures: How often a batch had to be sent again.
        gone: Nothing will be delivered any more by this process.
    """

    name: str
    output: Output
    template: Template
    outbox: Outbox
    retry_s: float = 1.0
    retry_limit_s: float = 10.0
    cold: Literal["false", "true", "only"] = "false"
    seq: int = field(default=0, init=False)
    sent: int = field(default=0, init=False)
    unwritable: int = field(default=0, init=False)
    withheld: int = field(default=0, init=False)
    failures: int = field(default=0, init=False)
    gone: bool = field(default=False, init=False)

    async def start(self) -> None:
        """Take up the cursor; an output that was never seen before begins at the end."""
        self.seq = await self.outbox.cursor(self.name)

    async def run(self) -> None:
        """Deliver until cancelled, or until the output is gone."""
        try:
            while not self.gone:
                await self._deliver(await self._next())
        finally:
            self.gone = True
            with suppress(OSError):
                await self.output.close()

    async def drained(self, seq: int) -> None:
        """Wait until everything up to this number has been delivered, or never will be."""
        while self.seq < seq and not self.gone:
            await asyncio.sleep(0.02)

    async def _next(self) -> Sequence[tuple[int, Detection]]:
        while True:
            try:
                return await self.outbox.after(self.seq, BATCH)
            except StoreError as error:
                _LOG.error("outbox.unreadable", output=self.name, why=str(error), again_in_s=self.retry_limit_s)
            await asyncio.sleep(self.retry_limit_s)

    async def _deliver(self, numbered: Sequence[tuple[int, Detection]]) -> None:
        detections = [detection for _, detection in numbered if self._takes(detection)]
        written = await asyncio.to_thread(lines, self.template, detections)
        if written:
            await self._send_until_taken(written)
        if self.gone:
            return
        self.seq = numbered[-1][0]
        self.sent += len(written)
        self.unwritable += len(detections) - len(written)
        self.withheld += len(numbered) - len(detections)
        await self._advance()

    def _takes(self, detection: Detection) -> bool:
        """Whether a detection is for this output."""
        if detection.quarantined:
            return False
        return self.cold != "false" if detection.expired else self.cold != "only"

    async def _advance(self) -> None:
        try:
            await self.outbox.advance(self.name, self.seq)
        except StoreError as error:
            # The next advance makes up for it; a restart before that repeats this batch.
            _LOG.warning("outbox.cursor_not_kept", output=self.name, why=str(error))

    async def _send_until_taken(self, written: Sequence[bytes]) -> None:
        pause_s = self.retry_s
        while not await self._send(written, pause_s):
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, self.retry_limit_s)
        if pause_s > self.retry_s and not self.gone:
            _LOG.info("output.recovered", output=self.name)

    async def _send(self, written: Sequence[bytes], pause_s: float) -> bool:
        try:
            await self.output.send(written)
        except OutputGoneError as error:
            self.gone = True
            _LOG.error("output.gone", output=self.name, why=str(error))
        except OSError as error:
            self.failures += 1
            _LOG.warning("output.failed", output=self.name, why=str(error), again_in_s=pause_s)
            with suppress(OSError):
                await self.output.close()
            return False
        return True
