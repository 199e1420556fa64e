"""The store: detections are committed here before anything else happens to them; outputs keep their place here."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy import Table, func, select
from sqlalchemy.dialects.sqlite import dialect, insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from vedette.detections.detection import Detection
from vedette.errors import StoreError
from vedette.store import held_back
from vedette.store.opening import open_file
from vedette.store.schema import CURSORS, DETECTIONS, EVENTS
from vedette.store.stored import decode, encode, searchable

_AT_ONCE = 1000
"""Rows that are held in memory at once: one commit may bring more detections than would fit."""

_IDS_AT_ONCE = 500
"""SQLite takes no more than some hundreds of values in one question."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(eq=False)
class _Batch:
    """Detections that wait for the next commit."""

    detections: Sequence[Detection]
    committed: bool = False


class Store:
    """Detections and the outputs' cursors, in one SQLite file.

    One thread writes and one reads; the event loop never waits for the disk. Adds that come while a commit is under
    way share the next one, so many connections cost no more syncs than one.

    Raises:
        StoreError: The file cannot be opened, is no store, or one of a newer Vedette.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # A detection must survive a power cut (FULL). A cursor that goes back only makes a repeat, so it may be lazy.
        self._detections = open_file(path, synchronous="FULL")
        self._cursors = open_file(path, synchronous="NORMAL")
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._reader = ThreadPoolExecutor(1, "store-reader")
        self._committing = asyncio.Lock()
        self._waiting: list[_Batch] = []
        self._grown = asyncio.Event()
        self._last_seq = _last_seq(self._detections)

    @property
    def last_seq(self) -> int:
        """The number of the newest detection; 0 if there has been none."""
        return self._last_seq

    async def add(self, detections: Sequence[Detection]) -> None:
        """Commit detections; returns when they are on the disk. One whose id is known already is passed over.

        Raises:
            StoreError: They are not kept; the same call may be made again.
        """
        batch = _Batch(detections)
        self._waiting.append(batch)
        try:
            async with self._committing:
                if not batch.committed:
                    await self._commit_waiting()
        finally:
            if not batch.committed and batch in self._waiting:
                self._waiting.remove(batch)

    async def after(self, seq: int, limit: int) -> tuple[tuple[int, Detection], ...]:
        """Up to `limit` detections after this number, oldest first, each with its number; waits until there is one."""
        while self._last_seq <= seq:
            await self._grown.wait()
        return tuple(await self._in_thread(self._reader, _read_after, self._cursors, seq, limit))

    async def with_ids(self, ids: Sequence[str]) -> dict[str, Detection]:
        """The detections of these ids, those that there are."""
        return await self._in_thread(self._reader, _read_with_ids, self._cursors, ids)

    async def cursor(self, output: str) -> int:
        """Where this output stands. One that was never seen before begins at the end, and is known from now on."""
        return await self._in_thread(self._writer, _cursor, self._cursors, output)

    async def advance(self, output: str, seq: int) -> None:
        """Note that this output has delivered everything up to this number."""
        await self._in_thread(self._writer, _advance, self._cursors, output, seq)

    async def add_held_back(self, counts: Mapping[str, int], now: datetime) -> None:
        """Add to how many detections each holder has held back.

        Raises:
            StoreError: They are not kept; the same call may be made again.
        """
        await self._in_thread(self._writer, held_back.add, self._cursors, counts, now)

    async def count_after(self, seq: int) -> int:
        """How many detections there are after this number."""
        return await self._in_thread(self._reader, _count_after, self._cursors, seq)

    def close(self) -> None:
        """Finish what is being written, and close the file."""
        self._writer.shutdown()
        self._reader.shutdown()
        self._detections.dispose()
        self._cursors.dispose()

    async def _commit_waiting(self) -> None:
        batches, self._waiting = self._waiting, []
        rows = [detection for batch in batches for detection in batch.detections]
        try:
            self._last_seq = await self._in_thread(self._writer, _write, self._detections, rows)
        except BaseException:
            # Those of the others are tried again by themselves.
            self._waiting = batches + self._waiting
            raise
        for batch in batches:
            batch.committed = True
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    async def _in_thread(
        self, thread: ThreadPoolExecutor, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, partial(work, *args, **kwargs))
        except DBAPIError as error:
            raise StoreError(f"{self._path}: {error.orig}") from error


def _write(engine: Engine, detections: Sequence[Detection]) -> int:
    with engine.begin() as connection:
        event_seq = _newest(connection, EVENTS)
        for start in range(0, len(detections), _AT_ONCE):
            event_seq = _write_some(connection, detections[start : start + _AT_ONCE], event_seq)
        return _newest(connection, DETECTIONS)


def _write_some(connection: Connection, detections: Sequence[Detection], event_seq: int) -> int:
    """Write detections and their events, which are numbered on from `event_seq`; the last number given."""
    events: list[tuple[int, bytes]] = []
    rows: list[tuple[object, ...]] = []
    event: bytes | None = None
    for detection in detections:
        if detection.event != event:
            event = detection.event
            events.append((event_seq + len(events) + 1, event))
        rows.append(_row(detection, event_seq + len(events)))
    connection.exec_driver_sql(_ADD_EVENT, events)
    connection.exec_driver_sql(_ADD_DETECTION, rows)
    return event_seq + len(events)


def _statement(table: Table, *, passed_over: tuple[str, ...] = ()) -> str:
    """What adds a row, as SQLite itself takes it: SQLAlchemy would look at each value of each row once more.

    Args:
        table: Its columns are given in their order, but for a number that SQLite gives.
        passed_over: The columns by which a row that is there already is told.
    """
    columns = [column.name for column in table.columns if table is EVENTS or column.name != "seq"]
    new = insert(table)
    adding = new.on_conflict_do_nothing(index_elements=passed_over) if passed_over else new
    return str(adding.compile(dialect=dialect(), column_keys=columns))


_ADD_EVENT = _statement(EVENTS)
_ADD_DETECTION = _statement(DETECTIONS, passed_over=("id",))


def _row(detection: Detection, event_seq: int) -> tuple[object, ...]:
    """The columns of the table but `seq`, in their order."""
    entry = detection.entry
    return (
        detection.id,
        int(detection.time.timestamp() * 1_000_000),
        entry.kind,
        searchable(entry.indicator),
        searchable(detection.normal_form),
        entry.feed,
        searchable(entry.category),
        detection.rule,
        detection.profile,
        detection.generation,
        event_seq,
        encode(detection),
    )


def _newest(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.seq), 0))).scalar_one())


def _last_seq(engine: Engine) -> int:
    with engine.connect() as connection:
        return _newest(connection, DETECTIONS)


def _read_after(engine: Engine, seq: int, limit: int) -> list[tuple[int, Detection]]:
    both = select(DETECTIONS.c.seq, DETECTIONS.c.rest, EVENTS.c.event).join(
        EVENTS, EVENTS.c.seq == DETECTIONS.c.event_seq
    )
    with engine.connect() as connection:
        rows = connection.execute(both.where(DETECTIONS.c.seq > seq).order_by(DETECTIONS.c.seq).limit(limit))
        return [(number, _decoded(number, rest, event)) for number, rest, event in rows]


def _read_with_ids(engine: Engine, ids: Sequence[str]) -> dict[str, Detection]:
    found: dict[str, Detection] = {}
    both = select(DETECTIONS.c.id, DETECTIONS.c.seq, DETECTIONS.c.rest, EVENTS.c.event).join(
        EVENTS, EVENTS.c.seq == DETECTIONS.c.event_seq
    )
    with engine.connect() as connection:
        for start in range(0, len(ids), _IDS_AT_ONCE):
            rows = connection.execute(both.where(DETECTIONS.c.id.in_(ids[start : start + _IDS_AT_ONCE])))
            found.update({own: _decoded(number, rest, event) for own, number, rest, event in rows})
    return found


def _decoded(seq: int, rest: bytes, event: bytes) -> Detection:
    try:
        return decode(rest, event)
    except ValueError as error:
        raise StoreError(f"the store's detection {seq} cannot be read: {error}") from error


def _count_after(engine: Engine, seq: int) -> int:
    with engine.connect() as connection:
        counted = select(func.count()).select_from(DETECTIONS).where(DETECTIONS.c.seq > seq)
        return int(connection.execute(counted).scalar_one())


def _cursor(engine: Engine, output: str) -> int:
    with engine.begin() as connection:
        new = insert(CURSORS).values(output=output, seq=_newest(connection, DETECTIONS))
        connection.execute(new.on_conflict_do_nothing(index_elements=["output"]))
        return int(connection.execute(select(CURSORS.c.seq).where(CURSORS.c.output == output)).scalar_one())


def _advance(engine: Engine, output: str, seq: int) -> None:
    with engine.begin() as connection:
        connection.execute(CURSORS.update().where(CURSORS.c.output == output).values(seq=seq))
