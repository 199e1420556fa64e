"""Times as feeds write them, read as milliseconds since 1970 in UTC."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_SECONDS_FROM, _SECONDS_TO = 100_000_000, 10_000_000_000


@lru_cache(maxsize=65536)
def milliseconds(text: str) -> int | None:
    """ISO 8601 (a blank for the `T`, ` UTC` for the `Z` too), `DD.MM.YYYY HH:MM`, seconds or milliseconds since 1970.

    None where it is none of these, or nothing: it stays in the context as it was. A time without a zone is UTC.
    """
    text = text.strip().strip('"')
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) != len("20200131"):
        return _of_number(text)
    moment = _moment(text)
    return None if moment is None else (moment - _EPOCH) // _MILLISECOND


def _moment(text: str) -> datetime | None:
    try:
        if "." in text[:3] and (dotted := _DOTTED.fullmatch(text)):
            day, month, year, hour, minute, second = (int(part or 0) for part in dotted.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        moment = datetime.fromisoformat(text.removesuffix("UTC").rstrip())
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _of_number(text: str) -> int | None:
    if len(text) not in (9, 10, 12, 13):
        return None
    number = int(text)
    return number * 1000 if _SECONDS_FROM <= number < _SECONDS_TO else number


def in_milliseconds(moment: datetime | None) -> int | None:
    """A moment as milliseconds since 1970."""
    return None if moment is None else (moment - _EPOCH) // _MILLISECOND


def as_datetime(value: object) -> datetime | None:
    """A JSON value, text or number, as a moment."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    since = milliseconds(str(value))
    if since is None:
        return None
    try:
        return _EPOCH + since * _MILLISECOND
    except OverflowError:
        return None
