"""The allowlist's configuration: values that this site never wants reported, each answered for and for a time."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from vedette.config.harm import Network, Words
from vedette.config.part import Settings
from vedette.indicators.kind import KIND_WORDS, Scope

NEVER = "never"


def _moment(value: Any) -> Any:
    """A date holds to its end; a time without a zone is UTC."""
    if value == NEVER or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        value = value.isoformat()
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment + timedelta(days=1) if len(value) <= len("2027-06-30") else moment
    except (ValueError, TypeError, OverflowError):
        raise ValueError("should be a date such as `2027-06-30`, or `never`") from None


def _kind(word: str) -> str:
    if word not in KIND_WORDS:
        raise ValueError(f"should be one of {', '.join(KIND_WORDS)}")
    return word


class AllowlistEntry(Settings):
    """A value that is never reported, who says so, why, and for how long."""

    value: str = Field(min_length=1, description="An indicator's value: it reaches as far as an indicator's would")
    kind: Annotated[str, AfterValidator(_kind)] | None = Field(
        default=None, description="Its kind; left out, it is told by looking"
    )
    scope: Scope | None = Field(default=None, description="How far it reaches; left out, the kind's default")
    owner: str = Field(min_length=1, description="Who answers for it")
    reason: str = Field(min_length=1, description="Why it is harmless here")
    ticket: str = Field(default="", coerce_numbers_to_str=True, description="Where it was decided")
    expires: Annotated[datetime | Literal["never"], BeforeValidator(_moment)] = Field(
        description="The last day on which it holds (UTC), a time, or `never`"
    )
    feeds: Words = Field(default=(), description="Only detections of these feeds are held back; empty: of all")
    profiles: Words = Field(default=(), description="Only those of events of these profiles; empty: of all")
    networks: tuple[Network, ...] = Field(
        default=(), description="Only those whose near or far end is in one of these; empty: all"
    )

    def has_expired(self, now: datetime) -> bool:
        """Whether it holds no longer."""
        return isinstance(self.expires, datetime) and self.expires <= now


class Allowlist(Settings):
    """Values that this site never wants reported."""

    path: Path | None = Field(
        default=None, description="A file of more entries, YAML (under `entries`) or CSV; read again when it changes"
    )
    entries: tuple[AllowlistEntry, ...] = Field(default=(), description="The entries")
