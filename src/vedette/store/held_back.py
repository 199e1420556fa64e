"""How many detections each entry of the allowlist has held back, kept over restarts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from vedette.errors import StoreError
from vedette.store.schema import HELD_BACK


class HeldBack(NamedTuple):
    """How many detections were held back, and when the last was."""

    detections: int
    last: datetime


def add(engine: Engine, counts: Mapping[str, int], now: datetime) -> None:
    """Add to the counts of these holders."""
    new = insert(HELD_BACK)
    row = new.on_conflict_do_update(
        index_elements=["holder"],
        set_={"count": HELD_BACK.c.count + new.excluded.count, "last_us": new.excluded.last_us},
    )
    at = int(now.timestamp() * 1_000_000)
    with engine.begin() as connection:
        connection.execute(row, [{"holder": holder, "count": count, "last_us": at} for holder, count in counts.items()])


def read(path: Path) -> dict[str, HeldBack]:
    """The counts in a store's file by holder, also while it is in use; none if there is no such file.

    Raises:
        StoreError: It cannot be read.
    """
    if not path.is_file():
        return {}
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true", connect_args={"timeout": 30})
    try:
        with engine.connect() as connection:
            rows = connection.execute(select(HELD_BACK.c.holder, HELD_BACK.c.count, HELD_BACK.c.last_us)).all()
    except DBAPIError as error:
        if "no such table" in str(error.orig):
            return {}
        raise StoreError(f"{path}: {error.orig}") from error
    finally:
        engine.dispose()
    return {holder: HeldBack(count, datetime.fromtimestamp(last / 1_000_000, UTC)) for holder, count, last in rows}
