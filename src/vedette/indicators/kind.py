"""Kinds and scopes: what sort of value an indicator is, and how far it reaches."""

from typing import Literal, get_args

Kind = Literal["ipv4", "ipv6", "cidr", "domain", "url", "md5", "sha1", "sha256", "email", "sha512", "ip_port"]
Scope = Literal["exact", "subdomains", "host", "prefix", "mask", "network"]
Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]

KINDS: tuple[Kind, ...] = get_args(Kind)
SCOPES: tuple[Scope, ...] = get_args(Scope)
TLPS: tuple[Tlp, ...] = get_args(Tlp)

HASHES: tuple[Kind, ...] = ("md5", "sha1", "sha256", "sha512")

KIND_WORDS: tuple[str, ...] = (*KINDS, "ip", "hash")
"""What a feed's field may be declared as: a kind, or a family whose member is told by looking."""
