"""The newest detection of a kind in a store's file, looked for while it may be in use."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from vedette.errors import StoreError
from vedette.store.schema import DETECTIONS, EVENTS
from vedette.store.stored import decode, searchable

if TYPE_CHECKING:
    from collections.abc import Callable

    from vedette.detections.detection import Detection
    from vedette.index.entry import Entry

LOOKED_AT = 100_000
"""Of so many detections, the newest, is the latest looked for: a store may hold more than anyone would wait for."""

_OF_THE_ENTRY = 1000


def latest(path: Path, entry: "Entry", wanted: "Callable[[Detection], bool]") -> "Detection | None":
    """The newest detection by this entry that is wanted; None if there is none, or no store.

    Raises:
        StoreError: The store cannot be read.
    """
    if not path.is_file():
        return None
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true", connect_args={"timeout": 30})
    try:
        with engine.connect() as connection:
            return next(filter(wanted, _newest_by(connection, entry)), None)
    except (DBAPIError, ValueError) as error:
        raise StoreError(f"{path}: {getattr(error, 'orig', error)}") from error
    finally:
        engine.dispose()


def _newest_by(connection: Connection, entry: "Entry") -> "list[Detection]":
    newest = connection.execute(select(func.coalesce(func.max(DETECTIONS.c.seq), 0))).scalar_one()
    rows = connection.execute(
        select(DETECTIONS.c.rest, EVENTS.c.event)
        .join(EVENTS, EVENTS.c.seq == DETECTIONS.c.event_seq)
        .where(
            DETECTIONS.c.seq > newest - LOOKED_AT,
            DETECTIONS.c.kind == entry.kind,
            DETECTIONS.c.indicator == searchable(entry.indicator),
            DETECTIONS.c.feed == entry.feed,
            DETECTIONS.c.category == searchable(entry.category),
        )
        .order_by(DETECTIONS.c.seq.desc())
        .limit(_OF_THE_ENTRY)
    )
    return [decode(rest, event) for rest, event in rows]
