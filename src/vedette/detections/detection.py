"""A detection: what was seen, where in which event, which entry knows it, and when."""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from vedette.index.entry import Entry
    from vedette.indicators.kind import Kind, Scope


class Detection(msgspec.Struct, frozen=True, gc=False):
    """One observable of one event, known by one entry.

    Args:
        id: Unique and stable: a receiver may drop repeats by it.
        event: The event's bytes as they came.
        observed: The text that the rule took, as it stood in the event (after the profile's Replace rules).
        span: Start and end of that text in `event`, in bytes.
        observed_kind: What the rule took it for: a URL may be known by its domain.
        matched_scope: By which scope the entry was reached.
        variant: Which form of the observable the entry knows: itself, its host, a parent domain, a network around it.
        obfuscation: How the value was disguised in the event; empty where it stood plainly.
        field: The field of a structured event in which it stands; empty where there is none.
        values: The first value that each rule of the profile took, CONTEXT rules included.
        actionable: The feed's fields that go out under names of their own, in the feed's order.
        origin: Where the event came from: a peer's address or a file's path; empty if unknown.
        event_line: 1-based line of the event in its file; None for streams.
        near: The near end's address of the connection that the event tells of; empty if it names none.
        far: The far end's.
        action: What the device did about it, `allowed` or `blocked`; empty if it does not say.
        severity: How bad it is, 0 to 10.
        severity_steps: How that was reckoned: (what, by how much it moved the severity), in order.
        warninglists: The lists of harmless or shared values that know the observable or the indicator.
        quarantined: Whether one of them keeps it from the outputs.
        expired: Why the indicator counts no more, which makes the detection a cold one; empty while it does.
        count: How many there were of its key since the last that was sent, itself included: see the throttle.
        since: When the first of them came; None where it stands for itself alone.
        in_force: Short digests of the rules and lists that decided on it; empty where there was no configuration.
    """

    id: str
    time: datetime
    event: bytes
    profile: str
    rule: str
    observed_kind: "Kind"
    observed: str
    span: tuple[int, int]
    normal_form: str
    matched_scope: "Scope"
    entry: "Entry"
    generation: int
    values: dict[str, str] = {}
    actionable: tuple[tuple[str, str], ...] = ()
    origin: str = ""
    event_line: int | None = None
    variant: str = "itself"
    obfuscation: str = ""
    field: str = ""
    severity: int = 0
    severity_steps: tuple[tuple[str, int], ...] = ()
    warninglists: tuple[str, ...] = ()
    quarantined: bool = False
    expired: str = ""
    count: int = 1
    since: datetime | None = None
    near: str = ""
    far: str = ""
    action: str = ""
    in_force: str = ""
