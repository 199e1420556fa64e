"""The engine: inputs, matching, store and outputs started in their order, and ended in the same order."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from vedette.config.settings import Configuration
from vedette.config.settings import Input as InputSettings
from vedette.config.settings import Output as OutputSettings
from vedette.config.settings import StdoutOutput as StdoutSettings
from vedette.detections.templates.template import Template
from vedette.engine.counts import Counts, total
from vedette.engine.fetches import Fetches
from vedette.engine.metrics import Collector, Counted
from vedette.engine.metrics_server import serving
from vedette.engine.over_limit import OverLimits, warn_of_list, warn_of_rule
from vedette.engine.parts import host_and_port, input_of, output_of, with_header
from vedette.engine.renewal import Check, Renew, Renewal, StoppedError
from vedette.engine.sentry import BlockMatcher, Sentry
from vedette.engine.state import StateFolder
from vedette.engine.storm import StormWatch
from vedette.engine.stream import Framing, MatchedStream
from vedette.engine.telling import tell_pending
from vedette.inputs.input import Input, Stream, Streams
from vedette.matching.throttle import Throttle
from vedette.outputs.delivery import Delivery
from vedette.store.store import Store

DRAIN_S = 10.0
"""How long, once stopped, inputs have to commit what they read, and outputs to deliver what is committed."""

NOTES_S = 10.0
"""How often it is written down what the allowlist held back: what a crash may lose of the counts."""

_LOG = structlog.get_logger()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Engine:
    """Runs a configuration.

    Args:
        open_matcher: Opens the matcher of the current generation, which may take long; called in a thread, once the
            state folder is held. It is given a function to call now and then, which raises where `stop` was called.
        framer: Makes the framer of one stream of an input with these settings.
        template: The template of this name.
        throttle: Asked by the matchers; what it still holds is told of at the end.
        renew: Makes the matcher of another generation where one should be in force, every `feeds_check_s` seconds;
            without it, the first matcher stays.

    Attributes:
        counts: What each input has received.
        deliveries: How far each output has come.
        over_limits: The rules that were stopped at a limit, and how often.
        lists_over_limits: The warninglists that were.
    """

    configuration: Configuration
    open_matcher: Callable[[Check], BlockMatcher]
    framer: Callable[[InputSettings], Framing]
    template: Callable[[str], Template]
    renew: Renew | None = None
    throttle: Throttle | None = None
    drain_s: float = DRAIN_S
    now: Callable[[], datetime] = _utc_now
    counts: dict[str, Counts] = field(default_factory=dict, init=False)
    inputs: dict[str, Input] = field(default_factory=dict, init=False)
    deliveries: dict[str, Delivery] = field(default_factory=dict, init=False)
    over_limits: OverLimits[tuple[str, str]] = field(default_factory=lambda: OverLimits(warn_of_rule), init=False)
    lists_over_limits: OverLimits[str] = field(default_factory=lambda: OverLimits(warn_of_list), init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _asked: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Run until `stop`, or until all inputs have ended and all is delivered.

        Args:
            started: Called when everything listens.

        Raises:
            VedetteError: Something could not be opened.
        """
        state = StateFolder(self.configuration.state)
        try:
            with ThreadPoolExecutor(2, "matching") as threads:
                # The first matcher is named nowhere but in the sentry: once replaced, its index is let go.
                sentry = Sentry(
                    await asyncio.to_thread(self.open_matcher, self._check),
                    Store(state.path / "detections.db"),
                    threads,
                    self.now,
                    self.over_limits,
                    self.lists_over_limits,
                    self._note_held(),
                )
                try:
                    await self._run(sentry, started)
                finally:
                    sentry.store.close()
        except StoppedError:
            _LOG.info("engine.ended_before_its_start")
        finally:
            state.close()

    def stop(self) -> None:
        """Take nothing new, finish what was read, deliver for as long as `drain_s`, and end."""
        self._stopping.set()

    def look_again(self) -> None:
        """Look at once whether another generation should be in force."""
        self._asked.set()

    def _note_held(self) -> Callable[[int], None]:
        if self.throttle is None:
            return lambda _: None
        its = self.configuration.throttle
        return StormWatch(self.throttle, its.storm_per_s, its.intervals_s).note

    def _check(self) -> None:
        if self._stopping.is_set():
            raise StoppedError

    async def _run(self, sentry: Sentry, started: Callable[[], None]) -> None:
        for name, its in self.configuration.outputs.items():
            self.deliveries[name] = self._delivery(name, its, sentry.store)
        for delivery in self.deliveries.values():
            await delivery.start()
        for name, its_input in self.configuration.inputs.items():
            self.counts[name] = Counts()
            self.inputs[name] = input_of(name, its_input, self._streams(sentry, its_input, self.counts[name]))
        with self._metrics(sentry):
            await self._start_inputs()
            _LOG.info("engine.started", generation=sentry.matcher.generation, process=os.getpid())
            started()
            await self._work(sentry)

    def _metrics(self, sentry: Sentry) -> AbstractContextManager[Any]:
        if self.configuration.metrics is None:
            return nullcontext()
        counted = Counted(self.counts, self.deliveries, lambda: sentry.matcher, self.throttle)
        return serving(*host_and_port(self.configuration.metrics), Collector(counted))

    async def _work(self, sentry: Sentry) -> None:
        delivering = [asyncio.ensure_future(delivery.run()) for delivery in self.deliveries.values()]
        noting = asyncio.ensure_future(_keep_notes(sentry))
        try:
            try:
                async with self._renewing(sentry), self._fetching():
                    await self._read(sentry, delivering)
            finally:
                # However reading ended: what was held back is owed.
                if self.throttle is not None:
                    await tell_pending(self.throttle, sentry.store, self.now())
            await self._drain(sentry.store)
        finally:
            for task in (noting, *delivering):
                task.cancel()
            ends = await asyncio.gather(*delivering, return_exceptions=True)
            await sentry.keep_notes()
            await self._report(sentry)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    @asynccontextmanager
    async def _renewing(self, sentry: Sentry) -> AsyncIterator[None]:
        """Swap generations meanwhile. What is being built at the end is given up before the state folder is let go."""
        if self.renew is None:
            yield
            return
        renewal = Renewal(sentry, self.renew, self.configuration.feeds_check_s, self._check, self._asked)
        running = asyncio.ensure_future(renewal.run())
        try:
            yield
        finally:
            renewal.end()
            await running

    @asynccontextmanager
    async def _fetching(self) -> AsyncIterator[None]:
        """Keep feeds fetched meanwhile; what came is taken up as a file is that changed."""
        fetching = asyncio.ensure_future(Fetches(self.configuration.feeds, self.look_again).run())
        try:
            yield
        finally:
            fetching.cancel()
            await asyncio.wait([fetching])

    async def _start_inputs(self) -> None:
        try:
            for one in self.inputs.values():
                await one.start()
        except BaseException:
            for one in self.inputs.values():
                await one.stop()
            raise

    async def _read(self, sentry: Sentry, delivering: Sequence["asyncio.Task[None]"]) -> None:
        """Let the inputs run to their end, or to ours."""
        reading = [asyncio.ensure_future(one.run()) for one in self.inputs.values()]
        try:
            await self._reason_to_end(reading, delivering)
            for one in self.inputs.values():
                await one.stop()
            if reading:
                await asyncio.wait(reading, timeout=self.drain_s)
            sentry.give_up()
            await asyncio.gather(*reading)
        finally:
            for task in reading:
                task.cancel()

    async def _reason_to_end(
        self, reading: Sequence["asyncio.Task[None]"], delivering: Sequence["asyncio.Task[None]"]
    ) -> None:
        """Wait until all is read, an input or output has failed for good, nothing is left to deliver to, or `stop`."""
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            while (still_reading := _running(reading)) and not stopping.done():
                await asyncio.wait(
                    {stopping, *still_reading, *_running(delivering)}, return_when=asyncio.FIRST_COMPLETED
                )
                if any(task.done() and task.exception() for task in (*reading, *delivering)):
                    return
                if delivering and not _running(delivering):
                    return
        finally:
            stopping.cancel()

    async def _drain(self, store: Store) -> None:
        """Wait for the outputs: for ever after inputs that ended by themselves, for `drain_s` after a stop."""
        seq = store.last_seq
        drained = asyncio.gather(*(delivery.drained(seq) for delivery in self.deliveries.values()))
        stopping = asyncio.ensure_future(self._stopping.wait())
        waiting: set[asyncio.Future[Any]] = {drained, stopping}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait([drained], timeout=self.drain_s)
        finally:
            drained.cancel()
            stopping.cancel()

    async def _report(self, sentry: Sentry) -> None:
        for name, delivery in self.deliveries.items():
            _LOG.info(
                "output.ended",
                output=name,
                sent=delivery.sent,
                waiting=await sentry.store.count_after(delivery.seq),
                unwritable=delivery.unwritable,
                withheld=delivery.withheld,
                failures=delivery.failures,
            )
        self.over_limits.tell_rest()
        self.lists_over_limits.tell_rest()
        _LOG.info("engine.ended", **asdict(total(self.counts.values())))

    def _delivery(self, name: str, its: OutputSettings, store: Store) -> Delivery:
        template = with_header(its, self.template(its.template))
        if isinstance(its, StdoutSettings):
            return Delivery(name, output_of(its), template, store, cold=its.cold)
        return Delivery(name, output_of(its), template, store, its.retry_s, its.retry_limit_s, its.cold)

    def _streams(self, sentry: Sentry, its: InputSettings, counts: Counts) -> Streams:
        def stream(origin: str, *, peer: str | None = None, numbered: bool = False) -> Stream:
            return MatchedStream(sentry, self.framer(its), counts, origin, peer, numbered)

        return stream


async def _keep_notes(sentry: Sentry) -> None:
    while True:
        await asyncio.sleep(NOTES_S)
        await sentry.keep_notes()


def _running(tasks: Sequence["asyncio.Task[None]"]) -> list["asyncio.Task[None]"]:
    return [task for task in tasks if not task.done()]
