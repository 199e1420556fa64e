"""Kinds and scopes: what sort of value an indicator is, and how far it reaches."""

from typing import Literal, get_args

Kind = Literal["ipv4", "ipv6", "cidr", "domain", "url", "md5", "sha1", "sha256", "email", "sha512", "ip_port"]
Scope = Literal["exact", "subdomains", "host", "prefix", "mask", "network"]
Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]

KINDS: tuple[Kind, ...] = get_args(Kind)
SCOPES: tuple[Scope, ...] = get_args(Scope)
TLPS: tuple[Tlp, ...] = get_args(Tlp)

SCOPES_OF: dict[Kind, tuple[Scope, ...]] = {
    **dict.fromkeys(KINDS, ("exact",)),
    "cidr": ("network",),
    "domain": ("subdomains", "exact", "host"),
    "url": ("exact", "prefix", "mask"),
    "ip_port": ("exact", "host"),
}
"""The scopes that each kind can have; the first is its default."""

HASHES: tuple[Kind, ...] = ("md5", "sha1", "sha256", "sha512")

KIND_WORDS: tuple[str, ...] = (*KINDS, "ip", "hash")
"""What a feed's field may be declared as: a kind, or a family whose member is told by looking."""


def scopes_of(word: str) -> frozenset[Scope]:
    """The scopes that what a word of `KIND_WORDS` stands for can have."""
    members: tuple[str, ...] = {"ip": ("ipv4", "ipv6", "cidr", "ip_port"), "hash": HASHES}.get(word, (word,))
    return frozenset(scope for kind in KINDS if kind in members for scope in SCOPES_OF[kind])
