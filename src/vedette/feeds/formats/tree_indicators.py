"""What the branches of a tree of conditions give to the index."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from vedette.feeds.formats.and_or import MOST_BESIDE, Branch
from vedette.feeds.rejects import LeftOut
from vedette.indicators.indicator import Indicator
from vedette.indicators.kind import scopes_of

if TYPE_CHECKING:
    from vedette.config.settings import Feed
    from vedette.indicators.kind import Tlp

PARTLY_USED = "partly-used"
"""The tag of an indicator that stands for an AND tree of which it is one condition."""


@dataclass(frozen=True, slots=True)
class About:
    """What a document says about all the conditions of a tree.

    Args:
        context: Goes with each of its indicators.
    """

    context: dict[str, Any]
    category: str | None = None
    tags: tuple[str, ...] = ()
    tlp: "Tlp | None" = None
    confidence: int | None = None
    valid_until: datetime | None = None


def indicators_of(branch: Branch, about: About, feed: "Feed") -> Iterator[Indicator]:
    """The values that stand for a branch.

    Raises:
        LeftOut: Nothing in it is of a kind of ours.
        ValueError: No one value stands for it.
    """
    if branch.fault:
        raise ValueError(branch.fault)
    if not branch.conditions:
        several = len(branch.left_out) > 1
        raise LeftOut("AND trees of nothing that is of a kind of ours" if several else branch.left_out[0].why_none)
    tags = (PARTLY_USED, *about.tags) if branch.is_partly_used else about.tags
    for condition in branch.conditions:
        context = msgspec.json.encode({**about.context, "item": condition.said, **_beside(branch)})
        for part in condition.parts:
            yield Indicator(
                part.value,
                part.kind,
                feed.scope if feed.scope and feed.scope in scopes_of(part.kind) else part.scope,
                category=feed.category or about.category,
                confidence=about.confidence,
                valid_until=about.valid_until,
                tags=tags,
                tlp=about.tlp,
                context=context,
            )


def _beside(branch: Branch) -> dict[str, Any]:
    """What must hold as well, and is not asked."""
    if not branch.beside:
        return {}
    more = len(branch.beside) - MOST_BESIDE
    also = [beside.said for beside in branch.beside[:MOST_BESIDE]]
    return {"and": {"id": branch.id, "also": also} | ({"more": more} if more > 0 else {})}
