"""Builds a generation in a process of its own that stands back for events; `python -m vedette.engine.apart` is it."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal

import msgspec
import structlog

from vedette.config.settings import Configuration
from vedette.engine.feed_watch import Check
from vedette.engine.generation import generations_of
from vedette.engine.judging import warninglists_of
from vedette.engine.logs import set_up_logs
from vedette.engine.matchers import index_of
from vedette.errors import FeedError, IndexFileError, VedetteError, plain
from vedette.index.index import Index

NICENESS = 10
"""Of a build that had none of the processor when it stood back altogether: a tenth where events want all of it."""

_STARVED_AFTER_S = 60.0
_STARVED_SHARE = 0.1
_ASKED_EVERY_S = 0.05
_ENDS_WITHIN_S = 3.0
_OUTCOME = "build.ended"
_ERRORS: dict[str, type[VedetteError]] = {"FeedError": FeedError, "IndexFileError": IndexFileError}

_LOG = structlog.get_logger()


def index_built_apart(configuration: Configuration, check: Check) -> Index:
    """What `index_of` opens, built where that blocks nothing here. What the build logs is logged here.

    Args:
        configuration: Whose paths are absolute.
        check: Called now and then; what it raises ends the build, and is raised.

    Raises:
        FeedError: There is no generation, and no feed that can be read.
        IndexFileError: As `current_index`; another process is building, too.
        VedetteError: The process died, or its disk failed it.
    """
    try:
        _build(configuration, check, "idle")
    except _StarvedError:
        _LOG.warning("build.starved", after_s=_STARVED_AFTER_S)
        _build(configuration, check, "nice")
    return Index.open_current(generations_of(configuration.state))


class _StarvedError(Exception):
    """Others leave the build no processor."""


def _build(configuration: Configuration, check: Check, policy: Literal["idle", "nice"]) -> None:
    environment = {**os.environ, "RAYON_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // 2))}
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "vedette.engine.apart", policy],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        # Ctrl-C is for us, and we end it. No session of its own: Linux weighs processes within a session alone.
        process_group=0,
    ) as process:
        assert process.stdin is not None  # noqa: S101 - for the type checker
        assert process.stdout is not None  # noqa: S101 - for the type checker
        try:
            # Standard input stays open: its end tells the process that we are no more.
            process.stdin.write(configuration.model_dump_json().encode() + b"\n")
            process.stdin.flush()
            outcome = _outcome(process.stdout, _watched(process.pid, check) if policy == "idle" else check)
        except BaseException:
            _end(process)
            raise
    if outcome is None:
        raise VedetteError(f"the process that was building a generation ended with {process.returncode}")
    if outcome["error"]:
        raise _ERRORS.get(outcome["error"], VedetteError)(outcome["why"])


def _watched(pid: int, check: Check) -> Check:
    """Check, and raise `_StarvedError` once the process has waited for long and done next to nothing."""
    started = time.monotonic()

    def watched() -> None:
        check()
        waited_s = time.monotonic() - started
        if waited_s > _STARVED_AFTER_S and _worked_s(pid) < _STARVED_SHARE * waited_s:
            raise _StarvedError

    return watched


def _worked_s(pid: int) -> float:
    """Seconds of processors that a process has had (proc(5): the 14th and 15th field of `stat`)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Let the process clean up, but not for long."""
    process.terminate()
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _outcome(output: IO[bytes], check: Check) -> dict[str, Any] | None:
    """Log what comes until the last word; None if the process ended without one."""
    for line in _lines(output, check):
        said = msgspec.json.decode(line, type=dict[str, Any])
        if said["event"] == _OUTCOME:
            return said
        said.pop("timestamp", None)
        getattr(_LOG, said.pop("level"))(said.pop("event"), **said)
    return None


def _lines(output: IO[bytes], check: Check) -> Iterator[bytes]:
    rest = b""
    while True:
        check()
        if not select.select([output], [], [], _ASKED_EVERY_S)[0]:
            continue
        chunk = os.read(output.fileno(), 65536)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def main() -> None:
    """Build as standard input says, log to standard output; the last line says what came of it."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    if sys.argv[1:] == ["idle"]:
        # Whoever else wants the processor has it at once; with `nice` events were late by tens of milliseconds.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(NICENESS)
    configuration = Configuration.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    set_up_logs("json", sys.stdout)
    try:
        index_of(configuration, warninglists=warninglists_of(configuration))
    except VedetteError as error:
        _LOG.info(_OUTCOME, error=type(error).__name__, why=str(error))
    except (ValueError, LookupError, OSError, MemoryError) as error:
        _LOG.info(_OUTCOME, error=type(error).__name__, why=plain(error))
    else:
        _LOG.info(_OUTCOME, error="")
    sys.stdout.flush()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
