"""An entry: one feed's word on one value, as the index holds it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from vedette.indicators.kind import Kind, Scope, Tlp


@dataclass(frozen=True)
class Entry:
    """One feed's word on one value.

    Args:
        indicator: The feed's own text.
        context_json: The feed's record as it gave it, JSON; empty where it gave none.
    """

    kind: "Kind"
    indicator: str
    normal_form: str
    scope: "Scope"
    feed: str
    category: str
    confidence: int
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    valid_until: datetime | None = None
    tags: tuple[str, ...] = ()
    tlp: "Tlp | None" = None
    context_json: bytes = b""

    @cached_property
    def context(self) -> dict[str, Any]:
        """The feed's record as an object; empty where the feed gave none."""
        if not self.context_json:
            return {}
        try:
            record = msgspec.json.decode(self.context_json)
        except msgspec.MsgspecError:
            # Numbers beyond a float's range, say: JSON by its grammar, and still no reason to lose the detection.
            return {"value": self.context_json.decode("utf-8", "backslashreplace")}
        return record if isinstance(record, dict) else {"value": record}
