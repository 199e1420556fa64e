"""Normal forms, slowly and plainly: what the core's have to equal.

Each function takes and gives bytes, or raises ValueError for what has no normal form of that kind.
"""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote_to_bytes

_SCHEMES = Path(__file__).resolve().parents[2] / "core" / "data" / "url_schemes.txt"
SCHEMES = frozenset(_SCHEMES.read_bytes().split())

_BLANKS = b" \t\n\r\f"
_MEANINGS = {b"dot": b".", b"at": b"@"}
_DEFANGED = re.compile(
    rb"(?<![0-9a-z])h(?!tt)[tx*]{2}p(s?)(?=[:\[({])"
    rb"|\[(\.|dot|:|://|/|//|@|at)\]|\((\.|dot|:|://|/|//|@|at)\)|\{(\.|dot|:|://|/|//|@|at)\}",
    re.IGNORECASE,
)


class ForeignNameError(Exception):
    """A name is not ASCII, and Python has no UTS 46 of its own."""


def normal_form(kind: str, value: bytes) -> bytes:
    """The normal form of a value of this kind."""
    value = value.strip(_BLANKS)
    if kind == "url":
        return url(value)
    return _FORMS[kind](refang(value).strip(_BLANKS))


def refang(value: bytes) -> bytes:
    """Defanging undone, in one pass."""
    return _DEFANGED.sub(_plain, value)


def _plain(found: re.Match[bytes]) -> bytes:
    word = found[2] or found[3] or found[4]
    if word is None:
        return b"http" + found[1].lower()
    return _MEANINGS.get(word.lower(), word)


def ipv4(value: bytes) -> bytes:
    """A strict dotted quad, `/32` or a port behind it; or one mapped into IPv6."""
    if value.startswith(b":") or value.count(b":") > 1:
        mapped = ipaddress.IPv6Address(_ipv6_text(value).decode()).ipv4_mapped
        if mapped is None:
            raise ValueError(value)
        return str(mapped).encode()
    return str(ipaddress.IPv4Address(_without_port(value.removesuffix(b"/32")).decode("ascii"))).encode()


def ipv6(value: bytes) -> bytes:
    """RFC 5952, with the dotted quad of a mapped address that Python writes from 3.13 on."""
    value = value.removesuffix(b"/128")
    bracketed = re.fullmatch(rb"\[([^\]]*)\](?::(\d{1,5}))?", value)
    if bracketed:
        if int(bracketed[2] or 0) > 65535:
            raise ValueError(value)
        value = bracketed[1]
    return _ipv6_text(value)


def _ipv6_text(value: bytes) -> bytes:
    if b"%" in value or b"/" in value:
        raise ValueError(value)
    address = ipaddress.IPv6Address(value.decode("ascii"))
    mapped = address.ipv4_mapped
    return (f"::ffff:{mapped}" if mapped else str(address)).encode()


def cidr(value: bytes) -> bytes:
    """A network with its host bits zero."""
    address, slash, length = value.partition(b"/")
    if not slash:
        raise ValueError(value)
    if b":" in address:
        if not _is_prefix(length):
            raise ValueError(value)
        network = ipaddress.ip_network((_ipv6_text(address).decode(), int(length)), strict=False)
        return _ipv6_text(str(network.network_address).encode()) + b"/" + length
    if _is_prefix(length):
        return str(ipaddress.IPv4Network((address.decode("ascii"), int(length)), strict=False)).encode()
    mask = int(ipaddress.IPv4Address(length.decode("ascii")))
    ones = f"{mask:032b}".rstrip("0")
    if "0" in ones:
        raise ValueError(value)
    return cidr(address + b"/%d" % len(ones))


def _is_prefix(length: bytes) -> bool:
    return re.fullmatch(rb"0|[1-9]\d{0,2}", length) is not None


def domain(value: bytes) -> bytes:
    """A name in lower case; `*.` before it and a port behind it go."""
    if value.startswith(b"*."):
        value = value[1:]
    return _name(_without_port(value))


def _name(value: bytes) -> bytes:
    if not value.isascii():
        raise ForeignNameError(value)
    name = value.strip(b".").lower()
    labels = name.split(b".")
    if not re.fullmatch(rb"[a-z0-9._-]{1,253}", name) or not all(1 <= len(label) <= 63 for label in labels):
        raise ValueError(value)
    if labels[-1].isdigit():
        raise ValueError(value)
    return name


def _without_port(value: bytes) -> bytes:
    head, colon, port = value.rpartition(b":")
    return head if colon and re.fullmatch(rb"\d{1,5}", port) and int(port) <= 65535 else value


def digest(digits: int) -> Callable[[bytes], bytes]:
    """The form of a hash of so many digits."""

    def form(value: bytes) -> bytes:
        if not re.fullmatch(rb"[0-9a-fA-F]{%d}" % digits, value):
            raise ValueError(value)
        return value.lower()

    return form


def email(value: bytes) -> bytes:
    """Lower case all of it; `mailto:` goes, with what follows a `?`."""
    if value[:7].lower() == b"mailto:":
        value = value[7:].split(b"?")[0]
    local_part, at, name = value.rpartition(b"@")
    if not at or not re.fullmatch(rb"[^\x00-\x20\x7f@<>()\[\],;:\\\"]+", local_part) or len(_lower(local_part)) > 64:
        raise ValueError(value)
    return _lower(local_part) + b"@" + _name(name)


def ip_port(value: bytes) -> bytes:
    """An address and a port apart by `:` (then IPv6 in brackets) or by `|`."""
    found = re.fullmatch(rb"(.*)([:|])(\d{1,5})", value, re.DOTALL)
    if not found or not 1 <= int(found[3]) <= 65535:
        raise ValueError(value)
    address, separator, port = found.groups()
    if re.fullmatch(rb"[\d.]+", address):
        return ipv4(address) + b":%d" % int(port)
    inside = re.fullmatch(rb"\[(.*)\]", address, re.DOTALL)
    if not inside and separator == b":":
        raise ValueError(value)
    text = _ipv6_text(inside[1] if inside else address)
    mapped = ipaddress.IPv6Address(text.decode()).ipv4_mapped
    return (str(mapped).encode() if mapped else b"[" + text + b"]") + b":%d" % int(port)


_FORMS: dict[str, Callable[[bytes], bytes]] = {
    "ipv4": ipv4,
    "ipv6": ipv6,
    "cidr": cidr,
    "domain": domain,
    "md5": digest(32),
    "sha1": digest(40),
    "sha256": digest(64),
    "sha512": digest(128),
    "email": email,
    "ip_port": ip_port,
}


def url(value: bytes) -> bytes:
    """Host, path and query, each by its own function below."""
    authority, path, query, head_length = _cut(value)
    first = _DEFANGED.search(value)
    if first and first.start() < head_length:
        authority, path, query, _ = _cut(refang(value).strip(_BLANKS))
    host, undo = _host(authority)
    if re.search(rb"[\x00-\x1f\x7f]", path + query):
        raise ValueError(value)
    undo = undo and _escapes_are_good(path)
    end = _query(query, undo, path)
    tail = re.sub(rb"/+", b"/", _path(path, undo) + end)
    return host + (tail if end else re.sub(rb"/[.?]\Z", b"", tail))


def _cut(value: bytes) -> tuple[bytes, bytes, bytes, int]:
    plain = value.split(b"#")[0]
    scheme, colon, rest = plain.partition(b":")
    if not colon or scheme.lower() not in SCHEMES:
        rest = plain
    rest = rest.lstrip(b"/\\")
    authority = re.match(rb"[^/\\?]*", rest)[0]  # type: ignore[index]  # An empty match is a match.
    path, _, query = rest[len(authority) :].partition(b"?")
    return authority, path, query, len(plain) - len(rest) + len(authority)


def _host(authority: bytes) -> tuple[bytes, bool]:
    host = authority.rpartition(b"@")[2]
    bracketed = re.fullmatch(rb"\[([^\]]*)\](:\d*)?", host)
    if bracketed:
        return b"[" + _ipv6_text(bracketed[1]) + b"]", True
    if host.startswith(b"["):
        raise ValueError(host)
    if host.count(b":") > 1:
        return b"[" + _ipv6_text(host) + b"]", True
    host, _, port = host.partition(b":")
    if not re.fullmatch(rb"\d*", port) or re.search(rb"[\x00-\x20\x7f(\[\\^`{|}]", host):
        raise ValueError(host)
    if re.search(rb"[\x80-\xff]|%[89a-fA-F][0-9a-fA-F]", host):
        raise ForeignNameError(host)
    undo = all(escape == b"%25" for escape in re.findall(rb"%.{0,2}", host, re.DOTALL))
    name = host.replace(b"%25", b"%") if undo else host
    name = re.sub(rb"\.+", b".", name.lower()).strip(b".").removeprefix(b"www.")
    if not name:
        raise ValueError(host)
    return _loose_ipv4(name) or name, undo


def _loose_ipv4(name: bytes) -> bytes | None:
    parts = name.split(b".")
    patterns = (rb"0x([0-9a-f]+)", 16), (rb"0([0-7]+)", 8), (rb"(0|[1-9]\d*)", 10)
    numbers = [
        next((int(found[1], base) for pattern, base in patterns if (found := re.fullmatch(pattern, part))), None)
        for part in parts
    ]
    address = 0
    for number, room in zip(numbers, [1] * (len(parts) - 1) + [5 - len(parts)], strict=True):
        if number is None or room < 1 or number >= 256**room:
            return None
        address = address * 256**room + number
    return str(ipaddress.IPv4Address(address)).encode()


def _path(path: bytes, undo: bool) -> bytes:
    path = path.replace(b"\\", b"/")
    if undo and re.search(rb"[^a-zA-Z0-9._~!$&'()*+,;=:@/\[\]%-]", path):
        # What should have been escaped makes the vendor's program undo the escapes first.
        path, undo = unquote_to_bytes(path), False
    kept: list[bytes] = []
    for segment in path.split(b"/"):
        if segment == b"..":
            kept = kept[:-1]
        elif segment not in (b"", b"."):
            kept.append(segment)
    inner = b"/".join(kept)
    inner = _lower(unquote_to_bytes(inner) if undo else inner)
    return b"" if inner in (b"", b"*") else b"/" + inner


def _query(query: bytes, undo: bool, path: bytes) -> bytes:
    if undo:
        query = query.replace(b"%00", b"")
        query = unquote_to_bytes(query) if _escapes_are_good(query) else query.replace(b"+", b"%2b")
    query = re.sub(rb"(/\.)+\Z", b"", re.sub(rb"/+", b"/", query))
    if not query:
        return b""
    last = re.search(rb"%[0-9a-fA-F]{2}\Z|.\Z", path.replace(b"\\", b"/"), re.DOTALL)
    ends_in_slash = last is not None and (unquote_to_bytes(last[0]) if undo else last[0][-1:]) in (b"/", b".")
    return (b"/?" if ends_in_slash else b"?") + _lower(query)


def _escapes_are_good(text: bytes) -> bool:
    return re.search(rb"%(?![0-9a-fA-F]{2})", text) is None


def _lower(text: bytes) -> bytes:
    letters = (
        "\N{REPLACEMENT CHARACTER}" if "\ud800" <= letter <= "\udfff" else letter.lower()[0]
        for letter in text.decode("utf-8", "surrogateescape")
    )
    return "".join(letters).encode()
