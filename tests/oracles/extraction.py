"""What `auto` sees in a text: the plain words of `docs/auto.md`, slowly, with Python's `re`."""

import ipaddress
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from vedette._core import normalise

Seen = tuple[str, int, int, bytes]

_TOP_LEVEL_DOMAINS = Path(__file__).resolve().parents[2] / "core" / "data" / "top_level_domains.txt"

_HASH = re.compile(rb"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9A-Za-z])")
_HASH_KINDS = {32: "md5", 40: "sha1", 64: "sha256"}
_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rb"(?<![0-9])(?<![0-9]\.)" + _OCTET + rb"(?:\." + _OCTET + rb"){3}(?!\.?[0-9])")
_COLONED = re.compile(rb"[0-9A-Za-z.:]+")
_LABEL = rb"[0-9A-Za-z_\x80-\xff-]"
_NAME = re.compile(_LABEL + rb"+(?:\." + _LABEL + rb"+)+")
_LOCAL = re.compile(rb"[A-Za-z0-9._%+-]*")
_LOCAL_BEFORE = re.compile(rb"[A-Za-z0-9._%+-]{1,64}\Z")
_SCHEME = re.compile(rb"[A-Za-z]{1,16}:(?://|\\/\\/)")
_BRACKETED = re.compile(rb"\[[0-9A-Za-z:.]{0,63}\]")
_UNTIL_END = re.compile(rb"(?:[^\x00-\x20\x7f\"'<>|`,;\\^()\[\]{}]|\\[/=])*")
_PATH = re.compile(rb"(?::[0-9]{1,5})?\\?/")
_ESCAPE = re.compile(rb"\\([/=|\\])")
_UNMARKED = re.compile(
    "[^\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u200b\u200e-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3020"
    "\ud800-\udfff\ue000-\uf8ff\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufff0-\uffff]+"
)


def observables(text: bytes) -> list[Seen]:
    """Everything that has a normal form, sorted."""
    urls = list(_urls(text))
    covered = [False] * len(text)
    for _, colon, _, end in urls:
        covered[colon:end] = [True] * (end - colon)
    candidates = [("url", start, trimmed) for start, _, trimmed, _ in urls]
    for candidate in _bare(text):
        if not covered[candidate[1]]:
            candidates.append(candidate)
            candidates += _host_and_path(text, candidate)
    return sorted(seen for seen in (_normalised(text, *candidate) for candidate in candidates) if seen)


def _urls(text: bytes) -> Iterator[tuple[int, int, int, int]]:
    for scheme in _SCHEME.finditer(text):
        body = scheme.end()
        host = _BRACKETED.match(text, body)
        end = _end(text, host.end() if host else body)
        trimmed = body + len(text[body:end].rstrip(b".:!?*"))
        if trimmed > body:
            yield scheme.start(), text.index(b":", scheme.start()), trimmed, end


def _end(text: bytes, start: int) -> int:
    match = _UNTIL_END.match(text, start)
    assert match
    return match.end()


def _host_and_path(text: bytes, candidate: tuple[str, int, int]) -> Iterator[tuple[str, int, int]]:
    kind, start, end = candidate
    path = _PATH.match(text, end) if kind in ("domain", "ipv4") else None
    if path:
        until = _end(text, path.end())
        yield "url", start, path.end() + len(text[path.end() : until].rstrip(b".:!?*"))


def _bare(text: bytes) -> Iterator[tuple[str, int, int]]:
    for match in _HASH.finditer(text):
        yield _HASH_KINDS[len(match[0])], match.start(), match.end()
    for match in _COLONED.finditer(text):
        yield from _ipv6(match[0], match.start())
    for match in _NAME.finditer(text):
        for start, end, plain in _pieces(match[0], match.start()):
            if not plain or not _final_label(text[start:end]).isdigit():
                yield from _domain(text, start, end)
            if plain:
                yield from (("ipv4", start + at.start(), start + at.end()) for at in _IPV4.finditer(text[start:end]))


def _ipv6(word: bytes, offset: int) -> Iterator[tuple[str, int, int]]:
    while word.endswith(b".") or (word.endswith(b":") and not word.endswith(b"::")):
        word = word[:-1]
    start = 0
    while b":" in word[start:]:
        part = word[start:].split(b":")[0]
        if re.fullmatch(rb"[0-9a-fA-F]{0,4}", part):
            break
        start += len(part) + 1
    try:
        ipaddress.IPv6Address(word[start:].decode("ascii"))
    except ValueError:
        return
    if re.search(rb"[0-9a-fA-F]", word[start:]):
        yield "ipv6", offset + start, offset + len(word)


def _pieces(name: bytes, offset: int) -> Iterator[tuple[int, int, bool]]:
    """The names in a run of labels, and whether each is plain ASCII."""
    if name.isascii():
        yield offset, offset + len(name), True
        return
    decoded = name.decode("utf-8", "surrogateescape")
    for piece in _UNMARKED.finditer(decoded):
        whole = piece[0].encode()
        stripped = whole.strip(b".")
        before = decoded[: piece.start()].encode("utf-8", "surrogateescape")
        start = offset + len(before) + len(whole) - len(whole.lstrip(b"."))
        if b"." not in stripped:
            continue
        if not stripped.isascii():
            yield start, start + len(stripped), False
        for plain in re.finditer(rb"[\x00-\x7f]+", stripped):
            inner = plain[0].strip(b".")
            lead = len(plain[0]) - len(plain[0].lstrip(b"."))
            if b"." in inner:
                yield start + plain.start() + lead, start + plain.start() + lead + len(inner), True


def _domain(text: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    local = _LOCAL_BEFORE.search(text[max(0, start - 65) : start - 1]) if text[start - 1 : start] == b"@" else None
    local_start = start - 1 - len(local[0]) if local and start else None
    start += len(text[start:end]) - len(text[start:end].lstrip(b"-"))
    end -= len(text[start:end]) - len(text[start:end].rstrip(b"-"))
    name = text[start:end]
    if b"." not in name or not _may_end(_final_label(name)):
        return
    if local_start is not None:
        yield "email", local_start, end
    elif not _is_in_local_part(text, start, end):
        yield "domain", start, end


def _is_in_local_part(text: bytes, start: int, end: int) -> bool:
    local = _LOCAL.match(text, end)
    assert local
    at = local.end()
    before = _LOCAL_BEFORE.search(text[max(0, at - 64) : at])
    if text[at : at + 1] != b"@" or not before or at - len(before[0]) > start:
        return False
    domain = _NAME.match(text, at + 1)
    name = domain[0].rstrip(b"-") if domain else b""
    return name.isascii() and b"." in name and _may_end(_final_label(name))


def _final_label(name: bytes) -> bytes:
    return name.rsplit(b".", 1)[-1]


def _may_end(label: bytes) -> bool:
    return len(label) <= 63 and (not label.isascii() or label.lower() in _top_level_domains())


@cache
def _top_level_domains() -> frozenset[bytes]:
    return frozenset(_TOP_LEVEL_DOMAINS.read_bytes().split())


def _normalised(text: bytes, kind: str, start: int, end: int) -> Seen | None:
    value = text[start:end]
    if kind == "url":
        scheme = _SCHEME.match(value)
        value = b"http://" + _ESCAPE.sub(rb"\1", value[scheme.end() :] if scheme else value)
    try:
        normal_form = normalise(kind, value)
    except ValueError:
        return None
    if kind in ("domain", "email") and _final_label(normal_form) not in _top_level_domains():
        return None
    return kind, start, end, normal_form
