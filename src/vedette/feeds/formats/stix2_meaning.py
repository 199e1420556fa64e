"""What a STIX pattern means as indicators: which of its parts are one each, and which only narrow or join others."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from vedette.indicators.kind import HASHES
from vedette.indicators.normal_form import guess_kind

if TYPE_CHECKING:
    from vedette.indicators.kind import Scope


class Comparison(NamedTuple):
    """One comparison.

    Args:
        path: The object path in one spelling: `file:hashes.sha256`, `network-traffic:protocols[*]`.
        operator: `=`, `IN`, `LIKE`, `ISSUBSET`, or any other, with `NOT ` before it where it is denied.
        values: What it is compared with, in our types; None where that is neither a text nor a whole number.
        text: The whole as the pattern has it.
    """

    path: str
    operator: str
    values: tuple[str | int | None, ...]
    text: str


class AnyOf(NamedTuple):
    """Parts of which one is enough."""

    parts: "tuple[Part, ...]"


class AllOf(NamedTuple):
    """Parts that all hold of one observation."""

    parts: "tuple[Part, ...]"


class Qualified(NamedTuple):
    """A part that only counts in a certain way: `REPEATS 5 TIMES`."""

    part: "Part"
    qualifier: str


class Joined(NamedTuple):
    """Several observations that only mean something together: AND, FOLLOWEDBY."""

    text: str


Part = Comparison | AnyOf | AllOf | Qualified | Joined


class Found(NamedTuple):
    """One indicator in a pattern; `is_end` of a connection, which a port beside it makes a pair."""

    value: str
    kind: str
    scope: "Scope | None" = None
    is_end: bool = False


class Reading(NamedTuple):
    """What a pattern, or part of one, gives, and the texts of what it does not."""

    found: tuple[Found, ...]
    left: tuple[str, ...] = ()


KINDS: Final = {
    "ipv4-addr:value": "ip",
    "ipv6-addr:value": "ip",
    "domain-name:value": "domain",
    "url:value": "url",
    "email-addr:value": "email",
    "email-message:from_ref.value": "email",
    "email-message:sender_ref.value": "email",
    **{
        f"{holder}.{algorithm}": algorithm
        for holder in ("file:hashes", "artifact:hashes", "file:content_ref.hashes")
        for algorithm in HASHES
    },
    **{f"process:{ref}.hashes.{algorithm}": algorithm for ref in ("binary_ref", "image_ref") for algorithm in HASHES},
}
"""The kinds of what stands at an object path. Recipients of mail are none: they are whom it was sent to."""

_END = "end"
_PORT = "port"
_ROLES: Final = {
    "network-traffic:dst_ref.value": _END,
    "network-traffic:src_ref.value": _END,
    "network-traffic:dst_port": _PORT,
}
_NARROWING: Final = frozenset(
    {
        "network-traffic:dst_port",
        "network-traffic:src_port",
        "network-traffic:protocols[*]",
        "domain-name:resolves_to_refs[*].value",
        "ipv4-addr:resolves_to_refs[*].value",
        "ipv4-addr:belongs_to_refs[*].number",
        "ipv6-addr:belongs_to_refs[*].number",
    }
)
"""Conditions that an address or name beside them is bad without."""

_SAID_BY_THE_VALUE: Final = frozenset({"network-traffic:dst_ref.type", "network-traffic:src_ref.type"})
_PAIRS = 10_000
_SUBDOMAINS = re.compile(r"%\.([^%_*]+)")
_URL_BELOW = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*+://)?+[^/%_*?#\\]+/[^%_*]*%")
_LONGEST_TEXT = 80


def meaning_of(part: Part) -> Reading:
    """The indicators in a pattern; a port on its own is none."""
    reading = _read(part)
    ports = tuple(f"a port on its own: {found.value}" for found in reading.found if found.kind == _PORT)
    found = tuple(found for found in reading.found if found.kind != _PORT)
    return Reading(found, reading.left + ports) if ports else reading


def _read(part: Part) -> Reading:
    match part:
        case Comparison():
            return _read_test(part)
        case AnyOf(parts):
            return _any_of(parts)
        case AllOf(parts):
            return _all_of(parts)
        case Qualified(inner, qualifier):
            reading = _read(inner)
            return Reading(reading.found, (*reading.left, qualifier))
        case Joined(text):
            return Reading((), (shortened(text),))


def _read_test(test: Comparison) -> Reading:
    kind = KINDS.get(test.path) or _ROLES.get(test.path)
    found = tuple(_found(kind, test)) if kind else ()
    return Reading(found) if found else Reading((), (shortened(test.text),))


def _found(kind: str, test: Comparison) -> Iterable[Found]:
    if kind == _PORT:
        whole = test.operator in {"=", "IN"} and all(isinstance(value, int) for value in test.values)
        return [Found(str(value), _PORT) for value in test.values] if whole else []
    texts = [value for value in test.values if isinstance(value, str)]
    if len(texts) < len(test.values):
        return []
    if kind == _END:
        ends = [_end(text) for text in texts] if test.operator in {"=", "IN"} else []
        return [] if None in ends else [end for end in ends if end]
    match test.operator:
        case "=" | "IN":
            return [Found(text, kind) for text in texts]
        case "ISSUBSET" if kind == "ip":
            return [Found(text, kind) for text in texts]
        case "LIKE":
            return _like(kind, texts[0])
        case _:
            return []


def _end(text: str) -> Found | None:
    """An end of a connection may be an address or a name; any other (a MAC) is none of ours."""
    told = guess_kind(text)
    if told in {"ipv4", "ipv6", "cidr"}:
        return Found(text, "ip", is_end=True)
    return Found(text, "domain", is_end=True) if told == "domain" else None


def _like(kind: str, text: str) -> list[Found]:
    """A `%` stands for any text, a `_` for any character: taken only where an indicator means exactly the same."""
    if "%" not in text and "_" not in text:
        return [Found(text, kind)]
    if kind == "url" and _URL_BELOW.fullmatch(text):
        return [Found(text[:-1] + "*", "url", "mask")]
    return []


def _any_of(parts: "tuple[Part, ...]") -> Reading:
    readings = [_read(part) for part in parts]
    found = tuple(dict.fromkeys(one for reading in readings for one in reading.found))
    left = tuple(text for reading in readings for text in reading.left)
    return _with_subdomains(parts, Reading(found, left)) if left else Reading(found)


def _with_subdomains(parts: "tuple[Part, ...]", reading: Reading) -> Reading:
    """`= 'evil.example'` or `LIKE '%.evil.example'`: together that is the name and all below it."""
    names = {found.value.lower() for found in reading.found if found.kind == "domain"}
    below = {
        shortened(part.text): part.values[0][2:].lower()
        for part in parts
        if isinstance(part, Comparison)
        and (part.path, part.operator) == ("domain-name:value", "LIKE")
        and isinstance(part.values[0], str)
        and _SUBDOMAINS.fullmatch(part.values[0])
    }
    widened = {name for name in below.values() if name in names}
    found = tuple(
        one._replace(scope="subdomains") if one.kind == "domain" and one.value.lower() in widened else one
        for one in reading.found
    )
    return Reading(found, tuple(text for text in reading.left if below.get(text) not in widened))


def _all_of(parts: "tuple[Part, ...]") -> Reading:
    """What is bad whatever the other conditions say; anything else means something only as a whole.

    That is a hash, a pair of address and port, a name or address with conditions that only narrow it.
    """
    told = [(part, _read(part)) for part in _flat(parts) if not _is_said_by_the_value(part)]
    if len(told) == 1:
        return told[0][1]
    chosen = _hashes(told) or _pair(told) or _narrowed(told)
    if chosen is None:
        return Reading((), (shortened(" AND ".join(text_of(part) for part, _ in told)),))
    return chosen


_Told = list[tuple[Part, Reading]]


def _hashes(told: _Told) -> Reading | None:
    strong = [reading for _, reading in told if reading.found and all(one.kind in HASHES for one in reading.found)]
    if not strong:
        return None
    kinds = [kind for reading in strong for kind in {one.kind for one in reading.found}]
    if len(set(kinds)) < len(kinds):
        # Two digests of one algorithm are never one file's.
        return None
    others = [shortened(text_of(part)) for part, reading in told if reading not in strong]
    left = [text for reading in strong for text in reading.left]
    return Reading(tuple(one for reading in strong for one in reading.found), (*left, *others))


def _pair(told: _Told) -> Reading | None:
    ends = [reading for _, reading in told if _is_all(reading, _END)]
    ports = [reading for _, reading in told if _is_all(reading, _PORT)]
    rest = [part for part, reading in told if reading not in ends and reading not in ports]
    if len(ends) != 1 or len(ports) != 1 or not all(_narrows(part) for part in rest):
        return None
    addresses = ends[0].found
    if len(addresses) * len(ports[0].found) > _PAIRS or any(_is_no_host(one) for one in addresses):
        return None
    pairs = tuple(Found(_paired(one.value, port.value), "ip_port") for one in addresses for port in ports[0].found)
    return Reading(pairs, tuple(shortened(text_of(part)) for part in rest))


def _is_no_host(end: Found) -> bool:
    return end.kind != "ip" or "/" in end.value


def _paired(address: str, port: str) -> str:
    return f"[{address.strip('[]')}]:{port}" if ":" in address else f"{address}:{port}"


def _narrowed(told: _Told) -> Reading | None:
    whole = [(part, reading) for part, reading in told if not _narrows(part)]
    if len(whole) != 1 or not whole[0][1].found:
        return None
    _, reading = whole[0]
    if any(one.kind not in {"ip", "domain", "url"} for one in reading.found):
        return None
    others = (shortened(text_of(part)) for part, _ in told if _narrows(part))
    return Reading(reading.found, (*reading.left, *others))


def _narrows(part: Part) -> bool:
    return isinstance(part, Comparison) and part.path in _NARROWING


def _is_all(reading: Reading, role: str) -> bool:
    if not reading.found or reading.left:
        return False
    return all(one.is_end if role == _END else one.kind == _PORT for one in reading.found)


def _is_said_by_the_value(part: Part) -> bool:
    return isinstance(part, Comparison) and part.path in _SAID_BY_THE_VALUE and part.operator in {"=", "IN"}


def _flat(parts: "tuple[Part, ...]") -> Iterable[Part]:
    for part in parts:
        if isinstance(part, AllOf):
            yield from _flat(part.parts)
        else:
            yield part


def text_of(part: Part) -> str:
    """A part in words, to be told."""
    match part:
        case Comparison() | Joined():
            return part.text
        case AnyOf(parts):
            return f"({' OR '.join(map(text_of, parts))})"
        case AllOf(parts):
            return " AND ".join(map(text_of, parts))
        case Qualified(inner, qualifier):
            return f"{text_of(inner)} {qualifier}"


def shortened(text: str) -> str:
    """A text short enough to be told."""
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
