"""Detections for tests of what handles them."""

from datetime import UTC, datetime

from msgspec.structs import replace

from vedette.detections.detection import Detection
from vedette.index.entry import Entry

ENTRY = Entry(
    kind="domain",
    indicator="Gate.Botnet.example",
    normal_form="gate.botnet.example",
    scope="subdomains",
    feed="botnets",
    category="KL_BotnetCnC_URL",
    confidence=90,
    first_seen=datetime(2020, 1, 2, tzinfo=UTC),
    tags=("c2",),
    tlp="amber",
    context_json=b'{"threat":"Backdoor"}',
)
DETECTION = Detection(
    id="0" * 32,
    time=datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC),
    event=b"request=http://sub.gate.botnet.example/ suser=alice",
    profile="default",
    rule="RE_URL",
    observed_kind="url",
    observed="http://sub.gate.botnet.example/",
    span=(8, 39),
    normal_form="sub.gate.botnet.example/",
    matched_scope="subdomains",
    entry=ENTRY,
    generation=7,
    values={"RE_URL": "http://sub.gate.botnet.example/", "UserName": "alice"},
    actionable=(("cs3", "85"),),
    origin="192.0.2.7",
    severity=8,
    severity_steps=(("confidence 90", 9), ("action blocked", -1)),
    warninglists=("Shared hosts",),
)


def detection(number: int) -> Detection:
    """A detection whose id is this number, as 32 digits."""
    return replace(DETECTION, id=f"{number:032}")


def detections(count: int, start: int = 0) -> list[Detection]:
    """Detections numbered on from `start`."""
    return [detection(start + number) for number in range(count)]
