"""Profiles for tests, in the core's own shape."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from vedette._core import Framer, Frames

if TYPE_CHECKING:
    from vedette._core import Matcher, ProfileSpec, RuleSpec


class MakeMatcher(Protocol):
    """Makes a matcher of (kind, value) pairs and profiles."""

    def __call__(
        self,
        indicators: Sequence[tuple[str, ...]],
        *profiles: "ProfileSpec",
        match_limit: int = ...,
        threads: int = ...,
    ) -> "Matcher": ...


def rule(
    name: str,
    kind: str,
    regex: str | tuple[str, str] | None = None,
    *,
    extract: str = "all",
    concatenate: str | None = None,
) -> "RuleSpec":
    return (name, kind, extract, regex, concatenate)


def profile(
    *rules: "RuleSpec",
    name: str = "default",
    peers: Sequence[str] = (),
    hosts: Sequence[str] = (),
    event_regex: str | None = None,
    replaces: Sequence[tuple[str, str]] = (),
    ignores: Sequence[str] = (),
) -> "ProfileSpec":
    return (name, peers, hosts, event_regex, replaces, ignores, rules)


def frames(*events: bytes) -> Frames:
    return Framer().push(b"".join(event + b"\n" for event in events))


HEX = r"([\da-fA-F]{32,64})"
DST = r"dst\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)"
SRC = r"src\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)"
URL = (
    r"(?:\:\/\/)((?:\S+(?:\:\S*)?+@)?(?:(?:[a-z\x{00a1}-\x{ffff}0-9]-*)*[a-z\x{00a1}-\x{ffff}0-9]+)"
    r"(?:\.(?:[a-z\x{00a1}-\x{ffff}0-9]-*)*[a-z\x{00a1}-\x{ffff}0-9]+)*"
    r"(?:\.(?:[a-z\x{00a1}-\x{ffff}0-9]{2,}+))(?:\.*\:\d{2,5})?+(?:\.*\/[^\s\"<>]*+)?+)"
)
GUIDE = (
    rule("RE_HASH", "hash", HEX),
    rule("RE_IP", "ip", DST, extract="first"),
    rule("SRC_IP", "ip", SRC, extract="first"),
    rule("RE_URL", "url", URL),
    rule("Device", "context", r"[^\|]*\|[^\|]*\|([^\|]*)\|", extract="first"),
    rule("Id", "context", r"eventId\=(\d+)(?:$|\s)", extract="first"),
    rule("UserName", "context", r"suser\=(.*)(?:$|\s)", extract="first"),
)
"""The FortiSIEM guide's rules."""
