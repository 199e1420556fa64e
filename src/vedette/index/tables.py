"""The core's reader of feeds' tables, and the rows that it prepares for an index."""

from vedette._core import PreparedRows, TableReader

__all__ = ["PreparedRows", "TableReader"]
