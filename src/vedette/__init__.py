"""Vedette: a sentry between a company's event stream and its SIEM."""

from vedette import _core
from vedette.errors import VedetteError

__all__ = ["VedetteError", "__version__"]

__version__ = "0.1.0"

if _core.__version__ != __version__:
    raise ImportError(
        f"vedette is {__version__}, but its core is {_core.__version__}: "
        "an older build is in the way; install again with `make setup` or `pip install --force-reinstall vedette`"
    )
