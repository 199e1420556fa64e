"""The configuration of harm: what is the site's own, how severities are reckoned, what is known to be harmless."""

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from vedette.config.part import Settings

OWN_NETWORKS = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)
"""Private (RFC 1918, RFC 4193), loopback and link-local."""


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise ValueError("should be an address or network") from None


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Network = Annotated[str, AfterValidator(_network)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Direction = Literal["inbound", "outbound", "internal", "external"]
Action = Literal["allowed", "blocked"]
Outcome = Literal["keep", "lower", "quarantine"]


class Own(Settings):
    """What is the site's own: it decides which way a connection goes."""

    networks: tuple[Network, ...] = Field(default=OWN_NETWORKS, description="Addresses and networks of the site's own")
    names: tuple[str, ...] = Field(default=(), description="Domains of the site's own, with all below them")


class When(Settings):
    """When a severity rule applies: all that is given here must hold, of several words one."""

    direction: Annotated[tuple[Direction, ...], BeforeValidator(_listed)] = Field(
        default=(), description="Which way the connection went, told by its ends"
    )
    action: Annotated[tuple[Action, ...], BeforeValidator(_listed)] = Field(
        default=(), description="What the device did, where the event says so"
    )
    observed: Annotated[tuple[Literal["own", "bogon"], ...], BeforeValidator(_listed)] = Field(
        default=(), description="The observable is the site's own, or an address that nobody on the internet has"
    )
    warninglist: Words = Field(default=(), description="Names of warninglists that know the observable or indicator")
    kind: Words = Field(default=(), description="The indicator's kind")
    feed: Words = Field(default=(), description="The indicator's feed")
    category: Words = Field(default=(), description="The indicator's category")
    tag: Words = Field(default=(), description="A tag of the indicator's")
    profile: Words = Field(default=(), description="The event's profile")


class SeverityRule(Settings):
    """One step of the reckoning."""

    when: When = Field(default=When(), description="When it applies; empty: always")
    add: int = Field(default=0, ge=-10, le=10, description="What is added, or, below 0, taken away")
    set: int | None = Field(default=None, ge=0, le=10, description="What the severity becomes, instead of `add`")
    why: str = Field(default="", max_length=200, description="What the step is called; left out, its conditions")

    @model_validator(mode="after")
    def _does_one_thing(self) -> "SeverityRule":
        if (self.set is None) == (self.add == 0):
            raise ValueError("should have either `add` or `set`")
        return self

    @property
    def name(self) -> str:
        """What its step is called."""
        conditions = self.when.model_dump(exclude_defaults=True)
        return self.why or ", ".join(f"{key} {' or '.join(words)}" for key, words in conditions.items()) or "always"


DEFAULT_SEVERITY = (
    SeverityRule(when=When(observed=("own",)), add=-3),
    SeverityRule(when=When(observed=("bogon",)), add=-3),
    SeverityRule(when=When(action=("blocked",)), add=-1),
    SeverityRule(when=When(direction=("inbound",)), add=-1),
    SeverityRule(when=When(direction=("outbound",), action=("allowed",)), add=1),
)
"""The site's own values are no threat from outside; what was stopped, or only knocked, is less than what got out."""


class WarninglistTerms(Settings):
    """What one warninglist does."""

    outcome: Outcome | None = Field(
        default=None,
        description="`keep`: the detection names the list; `lower`: its severity is lowered too; `quarantine`: it is "
        "stored and goes to no output",
    )
    lower_by: int | None = Field(default=None, ge=0, le=10, description="By how much; left out, as for all")


class Warninglists(Settings):
    """Lists of values known to be harmless or shared."""

    path: Path | None = Field(
        default=None,
        description="The folder of lists, in MISP's layout: `NAME/list.json` each; left out, those of the package "
        "`pymispwarninglists`",
    )
    outcome: Outcome | None = Field(
        default=None, description="What every list does; left out, what [each is for](warninglists.md)"
    )
    lower_by: int = Field(
        default=3,
        ge=0,
        le=10,
        description="By how much a severity is lowered; several lists lower it once, by the most",
    )
    lists: dict[str, WarninglistTerms] = Field(
        default={}, description="What single lists do, by their name or their folder's"
    )
