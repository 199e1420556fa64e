"""STIX objects made for tests."""

import json
import uuid
from typing import Any

_SPACE = uuid.UUID("9a3c7a5e-6f0d-4f3c-8f55-2d0c8e7f1b10")
MOMENT = "2026-03-01T12:00:00.000Z"


def stix_id(type_: str, name: str) -> str:
    """The same id for the same name, so that objects can refer to one another."""
    return f"{type_}--{uuid.uuid5(_SPACE, name)}"


def stix_object(type_: str, called: str, /, **more: Any) -> dict[str, Any]:
    """An object whose id is made of its type and what it is called."""
    return {
        "type": type_,
        "spec_version": "2.1",
        "id": stix_id(type_, called),
        "created": MOMENT,
        "modified": MOMENT,
        **more,
    }


def indicator(pattern: str, called: str = "", /, **more: Any) -> dict[str, Any]:
    """An indicator with this pattern."""
    return stix_object(
        "indicator", called or pattern, **{"pattern": pattern, "pattern_type": "stix", "valid_from": MOMENT, **more}
    )


def relationship(own: dict[str, Any], kind: str, other: dict[str, Any], /, **more: Any) -> dict[str, Any]:
    """What joins two objects."""
    called = own["id"] + kind + other["id"]
    return stix_object(
        "relationship", called, relationship_type=kind, source_ref=own["id"], target_ref=other["id"], **more
    )


def bundle(*objects: dict[str, Any]) -> dict[str, Any]:
    """A bundle of these."""
    return {"type": "bundle", "id": stix_id("bundle", "made"), "objects": list(objects)}


def bundle_text(*objects: dict[str, Any], indent: int | None = None) -> str:
    """The same as JSON."""
    return json.dumps(bundle(*objects), indent=indent)
