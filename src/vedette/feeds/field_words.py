"""The words by which feeds name their fields, and the kinds of their values."""

import re
from typing import Final

from vedette.indicators.kind import HASHES

VALUE = "value"

ROLES: Final = {
    "indicator": VALUE,
    "indicator_value": VALUE,
    "ioc": VALUE,
    "ioc_value": VALUE,
    "value": VALUE,
    "observable": VALUE,
    "url": "url",
    "uri": "url",
    "domain": "domain",
    "domain_name": "domain",
    "fqdn": "domain",
    "host": "host",
    "hostname": "host",
    "ip": "ip",
    "ip_address": "ip",
    "ipaddress": "ip",
    "ipv4": "ip",
    "ipv6": "ip",
    "dst_ip": "ip",
    "dstip": "ip",
    "cidr": "ip",
    "ip_port": "ip_port",
    "md5": "md5",
    "md5_hash": "md5",
    "sha1": "sha1",
    "sha1_hash": "sha1",
    "sha256": "sha256",
    "sha256_hash": "sha256",
    "sha512": "sha512",
    "sha512_hash": "sha512",
    "hash": "hash",
    "email": "email",
    "email_address": "email",
    "type": "type",
    "ioc_type": "type",
    "indicator_type": "type",
    "kind": "type",
    "feed": "feed",
    "category": "category",
    "threat": "category",
    "malware": "category",
    "confidence": "confidence",
    "confidence_level": "confidence",
    "first_seen": "first_seen",
    "first_seen_utc": "first_seen",
    "firstseen": "first_seen",
    "date_added": "first_seen",
    "dateadded": "first_seen",
    "last_seen": "last_seen",
    "last_seen_utc": "last_seen",
    "lastseen": "last_seen",
    "valid_until": "valid_until",
    "tags": "tags",
    "tlp": "tlp",
    "path": "path",
}
"""What a field is for, by its name as `folded` gives it."""

VALUE_ROLES: Final = {
    VALUE: None,
    "url": "url",
    "domain": "domain",
    # A host may be a name or an address.
    "host": None,
    "ip": "ip",
    "ip_port": "ip_port",
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "sha512": "sha512",
    "hash": "hash",
    "email": "email",
}
"""The roles that hold indicators, and the kind of each; None is told by looking."""

KINDS: Final[dict[str, str]] = {
    "ip": "ip",
    "ipv4": "ip",
    "ipv6": "ip",
    "ipaddress": "ip",
    "ip_address": "ip",
    "ip_port": "ip_port",
    "ip_src_port": "ip_port",
    "ip_dst_port": "ip_port",
    "ip_src": "ip",
    "ip_dst": "ip",
    "ipv4_addr": "ip",
    "ipv6_addr": "ip",
    "address": "ip",
    "cidr": "cidr",
    "network": "cidr",
    "netblock": "cidr",
    "domain": "domain",
    "domain_name": "domain",
    "domainname": "domain",
    "hostname": "domain",
    "host": "domain",
    "fqdn": "domain",
    "url": "url",
    "uri": "url",
    "md5": "md5",
    "md5_hash": "md5",
    "sha1": "sha1",
    "sha_1": "sha1",
    "sha1_hash": "sha1",
    "sha256": "sha256",
    "sha_256": "sha256",
    "sha256_hash": "sha256",
    "sha512": "sha512",
    "sha_512": "sha512",
    "sha512_hash": "sha512",
    "hash": "hash",
    "filehash": "hash",
    "file_hash": "hash",
    "email": "email",
    "email_addr": "email",
    "email_address": "email",
    "email_src": "email",
    "email_sender": "email",
}
"""The kind that a feed's word for a type means, by the word as `folded` gives it."""

NOTHING: Final = frozenset({"", "-", "n/a", "na", "none", "null"})
"""How feeds write that a field holds nothing, in lower case."""

_APART = re.compile(r"[^0-9a-z]+")
_TAGS_APART = re.compile(r"[,;|]")
_TLPS: Final = {"white": "clear"}


def folded(word: str) -> str:
    """A field's name or type's word in lower case, with one `_` for whatever stands between letters and digits."""
    return _APART.sub("_", word.lower()).strip("_")


def role_of(name: str) -> str | None:
    """What a field of this name is for, or None."""
    return ROLES.get(folded(name))


def known_kind(word: str) -> str | None:
    """The kind that a feed's word means, or None: `SHA-256`, `ip:port`, `file_sha256`."""
    word = folded(word)
    last = word.rpartition("_")[2]
    return KINDS.get(word) or (last if last in HASHES else None)


def kind_of_word(word: str) -> str | None:
    """The kind that a feed's word means; None where it gave none.

    Raises:
        ValueError: The word means no kind of ours.
    """
    kind = known_kind(word)
    if kind is None and word.strip().lower() not in NOTHING:
        raise ValueError(f"no kind goes by the type {word.strip()!r}")
    return kind


def said_scope(word: str) -> str | None:
    """How a row says the scope that its record has a word for; None where the record has none."""
    word = word.strip()
    return None if word.lower() in NOTHING else f"said {word.encode('utf-8', 'backslashreplace').decode()}"


def tags_of(text: str) -> tuple[str, ...]:
    """The tags in one text, apart by commas, semicolons or bars."""
    tags = (tag.strip() for tag in _TAGS_APART.split(text))
    return tuple(dict.fromkeys(tag for tag in tags if tag.lower() not in NOTHING))


def confidence_of(text: str) -> int | None:
    """A confidence of 0 to 100, or None for what is none."""
    text = text.strip().removesuffix("%")
    if not (text.isascii() and text.isdigit() and len(text) <= len("100")):
        return None
    return min(int(text), 100)


def tlp_of(text: str) -> str | None:
    """A TLP marking in our words, or None."""
    word = text.strip().lower().removeprefix("tlp:").strip()
    word = _TLPS.get(word, word)
    return word if word in {"clear", "green", "amber", "amber+strict", "red"} else None
