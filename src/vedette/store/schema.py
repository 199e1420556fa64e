"""The store's tables, and the version that says which of them a file holds."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

VERSION = 1
"""Raised by one with each change of a table; a file of a newer version is refused."""

TABLES = MetaData()

SCHEMA = Table("schema", TABLES, Column("version", Integer, nullable=False))

# One event may be known by thousands of entries: its bytes are kept once.
EVENTS = Table(
    "events",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("event", LargeBinary, nullable=False),
)

# AUTOINCREMENT: a number that was given once is never given again, or a cursor would pass over its second owner.
DETECTIONS = Table(
    "detections",
    TABLES,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("time_us", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("normal_form", Text, nullable=False),
    Column("feed", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("event_seq", Integer, nullable=False),
    Column("rest", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

HELD_BACK = Table(
    "held_back",
    TABLES,
    Column("holder", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
)

CURSORS = Table(
    "cursors",
    TABLES,
    Column("output", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
)
