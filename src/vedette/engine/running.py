"""Runs an engine as a process: signals, file descriptors, the event loop."""

import asyncio
import os
import resource
import signal
from contextlib import suppress

import structlog

from vedette.engine.engine import Engine

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_LOG = structlog.get_logger()


def run_until_signal(engine: Engine) -> None:
    """Run until SIGTERM or SIGINT, or until all is read and delivered. A second signal quits at once.

    SIGHUP has the feeds looked at.

    Raises:
        VedetteError: Something could not be opened.
    """
    _allow_many_connections()
    asyncio.run(_run(engine))


async def _run(engine: Engine) -> None:
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, _stop, engine, number)
    loop.add_signal_handler(signal.SIGHUP, engine.look_again)
    await engine.run()


def _stop(engine: Engine, number: int) -> None:
    _LOG.info("engine.stopping", signal=signal.Signals(number).name, limit_s=engine.drain_s)
    engine.stop()
    loop = asyncio.get_running_loop()
    for again in _SIGNALS:
        # Nothing is lost that was committed: what was not delivered is delivered by the next run.
        loop.add_signal_handler(again, os._exit, 128 + again)


def _allow_many_connections() -> None:
    """Raise the soft limit of open files to the hard one: the usual 1024 would be too few for as many connections."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
