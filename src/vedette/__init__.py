"""Vedette: a sentry between a company's event stream and its SIEM."""

from typing import TYPE_CHECKING, Any

from vedette import _core
from vedette.errors import VedetteError

if TYPE_CHECKING:
    from vedette.library import EventMatcher, open_index

__all__ = ["EventMatcher", "VedetteError", "__version__", "open_index"]

__version__ = "0.1.0"

if _core.__version__ != __version__:
    raise ImportError(
        f"vedette is {__version__}, but its core is {_core.__version__}: "
        "an older build is in the way; install again with `make setup` or `pip install --force-reinstall vedette`"
    )


def __getattr__(name: str) -> Any:
    # The rooms behind the library take 0.3 s to import; `vedette --help` should not wait for them.
    if name in {"EventMatcher", "open_index"}:
        from vedette import library

        return getattr(library, name)
    raise AttributeError(f"module 'vedette' has no attribute {name!r}")
