"""Opening a store's file: made if it is not there, refused if it is not one that this Vedette can read."""

import sqlite3
from pathlib import Path
from typing import Literal

from sqlalchemy import create_engine, event, inspect, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from vedette.errors import StoreError
from vedette.store.schema import SCHEMA, TABLES, VERSION


def open_file(path: Path, synchronous: Literal["FULL", "NORMAL"]) -> Engine:
    """An engine over this file, whose tables are there and of our version.

    Raises:
        StoreError: The file cannot be opened, is no store, or one of a newer Vedette.
    """
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "connect", lambda connection, _: _set_up(connection, synchronous))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        with engine.begin() as connection:
            _create_or_check(path, connection)
    except DBAPIError as error:
        engine.dispose()
        raise StoreError(f"{path}: cannot be opened as a store: {error.orig}") from error
    except StoreError:
        engine.dispose()
        raise
    return engine


def _set_up(connection: sqlite3.Connection, synchronous: str) -> None:
    # Python's driver would begin transactions by itself, but not around the making of tables.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")


def _create_or_check(path: Path, connection: Connection) -> None:
    tables = inspect(connection).get_table_names()
    if not tables:
        TABLES.create_all(connection)
        connection.execute(SCHEMA.insert().values(version=VERSION))
        return
    if "schema" not in tables:
        raise StoreError(f"{path}: an SQLite file, but not a store of Vedette; name another `state` folder")
    version = connection.execute(select(SCHEMA.c.version)).scalar_one()
    if version > VERSION:
        raise StoreError(
            f"{path}: written by a newer Vedette (store version {version}, this one knows {VERSION}); "
            "upgrade Vedette, or name another `state` folder"
        )
    # Tables that came later; an older Vedette passes over them.
    TABLES.create_all(connection)
