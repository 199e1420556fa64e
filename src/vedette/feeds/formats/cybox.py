"""CybOX objects: what of an address, a URI, a file, a message is a value of a kind of ours, under which condition."""

import re
from collections.abc import Iterator
from typing import Any, Final

from vedette.feeds.formats.and_or import Condition, Part, Tree
from vedette.feeds.formats.xml_stream import Node
from vedette.indicators.kind import HASHES
from vedette.indicators.normal_form import guess_kind

COMMA: Final = "##comma##"
"""What stands between values where the feed names no delimiter of its own."""

ADDRESSES: Final = {
    "ipv4-addr": "ip",
    "ipv6-addr": "ip",
    "ipv4-net": "ip",
    "ipv6-net": "ip",
    "cidr": "ip",
    "e-mail": "email",
}
"""Categories of an Address object, and their kinds."""

HEADERS: Final = ("From", "Sender", "Reply_To")
"""Fields of a message whose addresses are the sender's."""

SOCKETS: Final = ("Source_Socket_Address", "Destination_Socket_Address")
"""The ends of a NetworkConnection."""

_AS_IT_IS: Final = frozenset({"equals", ""})
_LONGER: Final = frozenset({"contains", "startswith"})
_LITERAL = re.compile(r"\^?((?:[A-Za-z0-9_:/@-]|\\[./-])+)\$?")


def conditions_of(item: Node) -> Tree:
    """An Object: all that its properties say must hold at once."""
    properties = item.first("Properties")
    name = item.attributes.get("id", "")
    if properties is None:
        return Tree("AND", name, [Condition({"id": name}, why_none="objects without properties")])
    return Tree("AND", name, list(_of_properties(properties)))


def _of_properties(properties: Node) -> Iterator[Condition]:
    type_ = properties.attributes.get("xsi:type", "").rpartition(":")[2].removesuffix("ObjectType")
    match type_:
        case "Address":
            yield _of_address(properties)
        case "DomainName":
            yield _of_value(properties.first("Value"), type_, "domain")
        case "Hostname":
            yield _of_value(properties.first("Hostname_Value"), type_, "domain", "host")
        case "URI" | "Link":
            yield _of_uri(properties, type_)
        case "EmailMessage":
            yield from _of_message(properties)
        case "SocketAddress":
            yield _of_socket(properties)
        case "NetworkConnection":
            sockets = [
                socket for end in ("Source", "Destination") for socket in properties.all(f"{end}_Socket_Address")
            ]
            yield from map(_of_socket, sockets)
            yield from _others(properties, type_, {"Source_Socket_Address", "Destination_Socket_Address"})
        case _:
            hashes = [digest for holder in properties.all("Hashes") for digest in holder.all("Hash")]
            yield from map(_of_hash, hashes)
            yield from _others(properties, type_ or "unnamed", {"Hashes"})


def _others(properties: Node, type_: str, but: set[str]) -> Iterator[Condition]:
    """Properties that are no values of ours; an object of none at all is one of them itself."""
    others = [child for child in properties.children if child.name not in but]
    if not properties.children:
        yield Condition({"type": type_}, why_none=f"objects of the type `{type_[:60]}`")
    for child in others:
        yield Condition(_said(child, f"{type_}/{child.name}"), why_none=f"properties `{type_[:60]}/{child.name[:60]}`")


def _of_address(properties: Node) -> Condition:
    category = properties.attributes.get("category", "ipv4-addr")
    kind = ADDRESSES.get(category.lower())
    value = properties.first("Address_Value")
    if kind is None:
        return Condition(_said(value, "Address"), why_none=f"addresses of the category `{category[:40]}`")
    return _of_value(value, "Address", kind)


def _of_uri(properties: Node, type_: str) -> Condition:
    value = properties.first("Value")
    word = properties.attributes.get("type", "URL").lower()
    if word == "domain name":
        return _of_value(value, type_, "domain")
    if word != "url":
        return Condition(_said(value, type_), why_none=f"URIs of the type `{word[:40]}`")
    return _of_value(value, type_, "url")


def _of_message(properties: Node) -> Iterator[Condition]:
    header = properties.first("Header")
    for field in header.children if header is not None else ():
        address = field.first("Address_Value")
        if field.name in HEADERS and address is not None:
            yield _of_value(address, f"EmailMessage/{field.name}", "email")
        else:
            yield Condition(
                _said(field, f"EmailMessage/{field.name}"), why_none=f"properties `EmailMessage/{field.name[:60]}`"
            )
    yield from _others(properties, "EmailMessage", {"Header"})


def _of_socket(socket: Node) -> Condition:
    address = socket.first("IP_Address", "Address_Value")
    if address is None:
        return _of_value(socket.first("Hostname", "Hostname_Value"), "SocketAddress", "domain", "host")
    without = _of_value(address, "SocketAddress", "ip")
    port = socket.text_at("Port", "Port_Value")
    if not port or not without.parts:
        return without
    pairs = (f"[{one.value}]:{port}" if ":" in one.value else f"{one.value}:{port}" for one in without.parts)
    return Condition({**without.said, "port": port}, tuple(Part(pair, "ip_port") for pair in pairs))


def _of_hash(digest: Node) -> Condition:
    word = digest.text_at("Type").lower().replace("-", "")
    value = digest.first("Simple_Hash_Value")
    if value is None or (word not in HASHES and word not in {"", "other"}):
        return Condition(_said(value or digest, "Hash"), why_none=f"hashes of the type `{word[:40]}`")
    return _of_value(value, "Hash", word if word in HASHES else "hash")


def _of_value(value: Node | None, where: str, kind: str, scope: Any = None) -> Condition:
    """A value, or several with a delimiter between, any of which will do."""
    if value is None or not value.text.strip():
        return Condition({"in": where}, why_none=f"properties `{where[:60]}` without a value")
    said = _said(value, where)
    word = value.attributes.get("condition", "").lower()
    applied = value.attributes.get("apply_condition", "ANY").upper()
    delimiter = value.attributes.get("delimiter") or COMMA
    texts = [text.strip() for text in value.text.split(delimiter) if text.strip()]
    if applied == "NONE" or word.startswith("doesnot"):
        return Condition(said, why_none="negated conditions")
    if applied == "ALL" and len(texts) > 1:
        return Condition(said, why_none="lists of values that must all hold at once")
    if word == "fitspattern":
        literal = [_LITERAL.fullmatch(text) for text in texts]
        texts = [fits[1].replace("\\", "") for fits in literal if fits]
        if len(texts) < len(literal) or not texts:
            return Condition(said, why_none="regexes under `FitsPattern`")
    elif word not in _AS_IT_IS | _LONGER and not (word == "endswith" and kind == "domain"):
        return Condition(said, why_none=f"values under the condition `{word[:40]}`")
    parts = [_part(text, kind, scope, is_longer=word in _LONGER) for text in texts]
    if any(part is None for part in parts):
        return Condition(said, why_none=f"parts of a URL in `{where[:60]}`")
    return Condition(said, tuple(part for part in parts if part is not None))


def _part(text: str, kind: str, scope: Any, *, is_longer: bool) -> Part | None:
    if kind == "domain":
        return Part(text.lstrip("."), kind, scope)
    if kind == "url" and is_longer:
        return Part(text, "url", "prefix") if guess_kind(text) in {"url", "domain"} and "/" in text else None
    return Part(text, kind, scope)


def _said(node: Node | None, where: str) -> dict[str, Any]:
    """A value as the feed has it, with its condition."""
    if node is None:
        return {"in": where}
    said: dict[str, Any] = {"in": where, "content": node.text.strip()[:4096]}
    for key in ("condition", "apply_condition"):
        if key in node.attributes:
            said[key] = node.attributes[key][:40]
    return said
