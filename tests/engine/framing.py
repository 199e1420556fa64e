"""The framer of an input's settings."""

from vedette._core import Framer
from vedette.config.settings import Input


def framer(its: Input) -> Framer:
    return Framer(its.delimiter, its.limit_bytes)
