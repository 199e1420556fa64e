"""Detections made by hand, for tests of what is done with them."""

import json
from datetime import UTC, datetime
from typing import Any

from vedette.detections.detection import Detection
from vedette.detections.severity import severity_of
from vedette.index.entry import Entry

NOON = datetime(2020, 3, 24, 12, 0, 5, tzinfo=UTC)


def made_entry(context: dict[str, Any] | None = None, **changes: Any) -> Entry:
    """An entry for 192.0.2.1 with these changes."""
    values: dict[str, Any] = {
        "kind": "ipv4",
        "indicator": "192.0.2.1",
        "normal_form": "192.0.2.1",
        "scope": "exact",
        "feed": "demo",
        "category": "KL_IP_Reputation",
        "confidence": 100,
        "context_json": json.dumps(context).encode() if context else b"",
    }
    return Entry(**{**values, **changes})


def made_detection(entry: Entry | None = None, **changes: Any) -> Detection:
    """A detection of 192.0.2.1 with these changes."""
    values: dict[str, Any] = {
        "id": "0123456789abcdef",
        "time": NOON,
        "event": b"dst=192.0.2.1 ",
        "profile": "default",
        "rule": "RE_IP",
        "observed_kind": "ipv4",
        "observed": "192.0.2.1",
        "span": (4, 13),
        "normal_form": "192.0.2.1",
        "matched_scope": "exact",
        "entry": entry or made_entry(),
        "generation": 1,
        "severity": severity_of((entry or made_entry()).confidence),
    }
    return Detection(**{**values, **changes})
