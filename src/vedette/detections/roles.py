"""What a feed is for: to detect, to vouch that a value is bad, or to say that values are false positives."""

import re
from collections.abc import Mapping
from typing import Literal

Role = Literal["indicators", "internal", "false_positives"]

_BY_NAME: tuple[tuple[str, Role], ...] = (("internalti", "internal"), ("falsepositive", "false_positives"))
"""CyberTrace's reserved names, in whatever spelling its files have them."""


def role_of(feed: str, roles: Mapping[str, Role]) -> Role:
    """The role that a configuration gives to a feed, or else the one that its name has in CyberTrace."""
    if feed in roles:
        return roles[feed]
    plain = re.sub(r"[^a-z]", "", feed.casefold())
    return next((role for name, role in _BY_NAME if plain.startswith(name)), "indicators")
