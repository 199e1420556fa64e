"""OpenIOC's terms: what a condition looks at, and what of that is a kind of ours."""

from typing import Final

from vedette.feeds.formats.and_or import Condition, Part
from vedette.feeds.formats.xml_stream import Node
from vedette.indicators.normal_form import guess_kind

TERMS: Final[dict[str, str]] = {
    "portitem/remoteip": "ip",
    "dnsentryitem/host": "domain",
    "dnsentryitem/recordname": "domain",
    "dnsentryitem/recorddata/host": "domain",
    "dnsentryitem/recorddata/ipv4address": "ip",
    "network/dns": "domain",
    "network/uri": "url",
    "urlhistoryitem/url": "url",
    "urlhistoryitem/hostname": "domain",
    "filedownloadhistoryitem/sourceurl": "url",
    "cookiehistoryitem/hostname": "domain",
    "email/from": "email",
    "email/replyto": "email",
    "email/receivedfromip": "ip",
    "email/receivedfromhost": "domain",
}
"""Terms by their path in lower case, and the kind of what stands there; hashes are told by their last word."""

HASH_WORDS: Final = {"md5sum": "md5", "sha1sum": "sha1", "sha256sum": "sha256", "sha512sum": "sha512"}
"""How the last word of a hash's term ends: `FileItem/Md5sum`, `ServiceItem/pathmd5sum`."""

CONDITIONS: Final = ("is", "contains", "starts-with")
"""Conditions that a value of ours can stand for."""


def condition_of(item: Node) -> Condition:
    """An IndicatorItem."""
    context = item.first("Context")
    term = context.attributes.get("search", "") if context is not None else ""
    word, value = item.attributes.get("condition", ""), item.text_at("Content")
    said = {"id": item.attributes.get("id", ""), "search": term, "condition": word, "content": value[:4096]}
    if item.attributes.get("negate", "").lower() in {"true", "1"} or word.endswith("not"):
        return Condition({**said, "negate": "true"}, why_none="negated conditions")
    kind = kind_of_term(term)
    if kind is None:
        return Condition(said, why_none=f"conditions on `{term[:100]}`")
    if word not in CONDITIONS:
        return Condition(said, why_none=f"conditions of the sort `{word[:40]}`")
    part = _part(value, kind, is_whole=word == "is")
    return Condition(said, (part,)) if part else Condition(said, why_none=f"parts of a URL in `{term[:100]}`")


def kind_of_term(term: str) -> str | None:
    """The kind of what a term's values are; None where it is none of ours."""
    path = term.strip().lower()
    last = path.rpartition("/")[2]
    return TERMS.get(path) or next((kind for word, kind in HASH_WORDS.items() if last.endswith(word)), None)


def _part(value: str, kind: str, *, is_whole: bool) -> Part | None:
    if kind == "domain" and guess_kind(value) in {"ipv4", "ipv6"}:
        return Part(value, "ip")
    if kind == "domain":
        return Part(value, kind, "host" if is_whole else "subdomains")
    if kind != "url":
        return Part(value, kind)
    match guess_kind(value):
        case "url":
            return Part(value, "url", "exact" if is_whole else "prefix")
        case "domain":
            return Part(value, "domain", "subdomains")
        case "ipv4" | "ipv6":
            return Part(value, "ip")
        case _:
            return None
