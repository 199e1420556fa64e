"""The core's readers of feeds' lists and tables, and the rows that they prepare for an index."""

from vedette._core import ListReader, PreparedRows, TableReader

__all__ = ["ListReader", "PreparedRows", "TableReader"]
