"""What `auto` sees plainly in a text: the words of `docs/auto.md`, slowly, with Python's `re`."""

import ipaddress
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from vedette._core import normalise

Seen = tuple[str, int, int, bytes, str]

_TOP_LEVEL_DOMAINS = Path(__file__).resolve().parents[2] / "core" / "data" / "top_level_domains.txt"

_HASH = re.compile(
    rb"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9A-Za-z])"
)
_HASH_KINDS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rb"(?<![0-9])(?<![0-9]\.)" + _OCTET + rb"(?:\." + _OCTET + rb"){3}(?!\.?[0-9])")
_PORT = re.compile(rb":[0-9]{1,5}(?![0-9A-Za-z])")
_BRACKETED_PORT = re.compile(rb"\]:[0-9]{1,5}(?![0-9A-Za-z])")
_COLONED = re.compile(rb"[0-9A-Za-z.:]+")
_LABEL = rb"[0-9A-Za-z_\x80-\xff-]"
_NAME = re.compile(_LABEL + rb"+(?:\." + _LABEL + rb"+)+")
_LOCAL = re.compile(rb"[A-Za-z0-9._%+-]*")
_LOCAL_BEFORE = re.compile(rb"[A-Za-z0-9._%+-]{1,64}\Z")
_SCHEME = re.compile(rb"[A-Za-z]{1,16}:(?://|\\/\\/)")
_BRACKETED = re.compile(rb"\[[0-9A-Za-z:.]{0,63}\]")
_UNTIL_END = re.compile(rb"(?:[^\x00-\x20\x7f\"'<>|`,;\\^()\[\]{}]|\\[/=])*")
_PATH = re.compile(rb"(?::[0-9]{1,5})?\\?/")
_FULL_STOPS = ["\u3002".encode(), "\uff0e".encode(), "\uff61".encode()]
_ORDER = ["defanged", "ideographic full stop", "integer address", "hex address", "octal address", "short address"]
_ORDER += ["ipv4 in ipv6"]
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
            candidates += _pair(text, candidate)
    seen = [one for one in (_normalised(text, *candidate) for candidate in candidates) if one]
    inside = [_ipv4_in(one) for one in seen if one[0] == "ipv6"]
    told = [one for one in inside if one]
    repeated = [(start, end, form) for _, start, end, form, _ in told]
    return sorted(
        told
        + [
            one
            for one in seen
            if not any(s < one[1] < e and ("ipv4", form) == (one[0], one[3]) for s, e, form in repeated)
        ]
    )


def _ipv4_in(seen: Seen) -> Seen | None:
    """The address that an IPv6 address holds: mapped, compatible, translated, NAT64, 6to4."""
    _, start, end, normal_form, _ = seen
    address = ipaddress.IPv6Address(normal_form.decode())
    number = int(address)
    held = address.ipv4_mapped or address.sixtofour
    if held is None and number >> 32 in (0x0064FF9B << 64, 0, 0xFFFF_0000) and number > 0xFFFF:
        held = ipaddress.IPv4Address(number & 0xFFFF_FFFF)
    return ("ipv4", start, end, str(held).encode(), "ipv4 in ipv6") if held else None


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


def _pair(text: bytes, candidate: tuple[str, int, int]) -> Iterator[tuple[str, int, int]]:
    kind, start, end = candidate
    if kind == "ipv4" and (port := _PORT.match(text, end)):
        yield "ip_port", start, port.end()
    if kind == "ipv6" and text[start - 1 : start] == b"[" and (port := _BRACKETED_PORT.match(text, end)):
        yield "ip_port", start - 1, port.end()


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
    for address in (word[start:], re.sub(rb"[.:][0-9]{1,5}\Z", b"", word[start:])):
        if re.search(rb"[0-9a-fA-F]", address) and _is_ipv6(address):
            yield "ipv6", offset + start, offset + start + len(address)
            return


def _is_ipv6(address: bytes) -> bool:
    try:
        ipaddress.IPv6Address(address.decode("ascii"))
    except ValueError:
        return False
    return True


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
    value, obfuscation = text[start:end], ""
    if kind == "url":
        obfuscation = _url_obfuscation(text, start, end)
        start -= len(_masked(text, start))
        scheme = _SCHEME.match(value)
        value = b"http://" + _ESCAPE.sub(rb"\1", value[scheme.end() :] if scheme else value)
    try:
        normal_form = normalise(kind, value)
    except ValueError:
        return None
    if kind in ("domain", "email") and _final_label(normal_form) not in _top_level_domains():
        return None
    if kind == "domain" and _is_file(text, start, end):
        return None
    return kind, start, end, normal_form, obfuscation


_FILE_ENDS = b"ai am app bar cab cat cc cl inc la md mk ml mov ms pl pm ps pub py rs sc sh so tf zip".split()
_FILE = re.compile(rb"(?:~?/(?!/)|\.\.?/(?!/))(?:.*/)?|(?:~?/(?!/)|\.\.?/(?!/)).*\\", re.DOTALL)
_DRIVE = re.compile(rb"[A-Za-z]:\\(?:.*[\\/])?", re.DOTALL)


def _is_file(text: bytes, start: int, end: int) -> bool:
    """The last name of a path, of two labels, with an end that files have."""
    name, _, label = text[start:end].lower().partition(b".")
    path = re.split(rb"[\x00-\x20\"'<>|`,;=()\[\]{}]", text[max(0, start - 1024) : start])[-1]
    if b"." in label or text[end : end + 1] in (b"/", b"\\", b":") or not name:
        return False
    drive = _DRIVE.fullmatch(path) is not None
    return drive if label == b"com" else label in _FILE_ENDS and (drive or _FILE.fullmatch(path) is not None)


def _masked(text: bytes, start: int) -> bytes:
    """What stands before the letters of a scheme in `h**p`."""
    masked = re.search(rb"(?i)(?:h[*t]\*|h\*)\Z", text[max(0, start - 3) : start])
    return masked[0] if masked else b""


def _url_obfuscation(text: bytes, start: int, end: int) -> str:
    scheme = _SCHEME.match(text, start)
    head = _masked(text, start) + (scheme[0] if scheme else b"")
    defanged = re.match(rb"(?i)h([xt*][xt*])ps?:", head)
    names = ["defanged"] if defanged and defanged[1].lower() != b"tt" else []
    host = re.split(rb"[/?#\\]", text[scheme.end() if scheme else start : end])[0].rsplit(b"@")[-1]
    if host.startswith(b"["):
        address = host[1:].split(b"]")[0].decode("ascii", "replace")
        names += ["ipv4 in ipv6"] if _is_ipv6(address.encode()) and _ipv4_in(("", 0, 0, address.encode(), "")) else []
    else:
        names += address_writing(host.split(b":")[0])[1]
    names += ["ideographic full stop"] * any(stop in host for stop in _FULL_STOPS)
    return ", ".join(sorted(names, key=_ORDER.index))


def address_writing(word: bytes) -> tuple[int, list[str]]:
    """The address that a word writes as browsers read it, and the names of its writing; none for a dotted quad."""
    parts = word.lower().split(b".")
    hexes = [re.fullmatch(rb"0x[0-9a-f]+", part) is not None for part in parts]
    octals = [re.fullmatch(rb"0[0-7]+", part) is not None for part in parts]
    plain = [re.fullmatch(rb"0|[1-9][0-9]*", part) is not None for part in parts]
    if len(parts) > 4 or len(word) > 48 or not all(map(any, zip(hexes, octals, plain, strict=True))):
        return 0, []
    bases = [16 if is_hex else 8 if is_octal else 10 for is_hex, is_octal in zip(hexes, octals, strict=True)]
    numbers = [int(part, base) for part, base in zip(parts, bases, strict=True)]
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(parts)):
        return 0, []
    address = sum(number << 8 * (3 - place) for place, number in enumerate(numbers[:-1])) + numbers[-1]
    names = ["hex address"] * any(hexes) + ["octal address"] * any(octals)
    if len(parts) == 1 and not names:
        names = ["integer address"]
    return address, names + ["short address"] * (len(parts) in (2, 3))
