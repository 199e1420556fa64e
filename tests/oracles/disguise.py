"""Disguises put on and taken off: how values are hidden in texts, in the words of `docs/auto.md`."""

import re
from collections.abc import Callable, Iterator

from oracles import extraction

Disguise = Callable[[bytes], bytes]
"""From one byte to what stands for it."""

NAMED = {b".": b"period", b":": b"colon", b"/": b"sol", b"@": b"commat", b"-": b"hyphen", b"_": b"lowbar"}
BRACKETED = {b".": (b".", b"dot"), b":": (b":",), b"/": (b"/",), b"@": (b"@", b"at")}
QUOTED = b".:/=@_-?&%#"


def percent(byte: bytes) -> bytes:
    return b"%%%02X" % ord(byte)


def percent_twice(byte: bytes) -> bytes:
    return b"%%25%02x" % ord(byte)


def old_unicode(byte: bytes) -> bytes:
    return b"%%u%04x" % ord(byte)


def hexadecimal(byte: bytes) -> bytes:
    return b"\\x%02x" % ord(byte)


def octal(byte: bytes) -> bytes:
    return b"\\%03o" % ord(byte)


def unicode(byte: bytes) -> bytes:
    return b"\\u%04X" % ord(byte)


def braced_unicode(byte: bytes) -> bytes:
    return b"\\u{%x}" % ord(byte)


def decimal_entity(byte: bytes) -> bytes:
    return b"&#%d;" % ord(byte)


def hexadecimal_entity(byte: bytes) -> bytes:
    return b"&#x%02X;" % ord(byte)


def named_entity(byte: bytes) -> bytes:
    return b"&%s;" % NAMED[byte] if byte in NAMED else decimal_entity(byte)


def quoted_printable(byte: bytes) -> bytes:
    return b"=%02X" % ord(byte) if byte in QUOTED else byte


def brackets(byte: bytes) -> bytes:
    return b"[%s]" % BRACKETED[byte][0] if byte in BRACKETED else byte


def worded(byte: bytes) -> bytes:
    return b"(%s)" % BRACKETED[byte][-1] if byte in BRACKETED else byte


def full_stop(byte: bytes) -> bytes:
    return "。".encode() if byte == b"." else byte


NAMES: dict[Disguise, str] = {
    percent: "percent-encoded",
    percent_twice: "percent-encoded",
    old_unicode: "unicode-escaped",
    hexadecimal: "backslash-escaped",
    octal: "backslash-escaped",
    unicode: "unicode-escaped",
    braced_unicode: "unicode-escaped",
    decimal_entity: "html entity",
    hexadecimal_entity: "html entity",
    named_entity: "html entity",
    quoted_printable: "quoted-printable",
    brackets: "defanged",
    worded: "defanged",
    full_stop: "ideographic full stop",
}

_BRACKETS = {b".": b".", b"dot": b".", b":": b":", b"://": b"://", b"/": b"/", b"//": b"//", b"@": b"@", b"at": b"@"}
_ENTITIES = {
    **{name: byte for byte, name in NAMED.items()},
    b"amp": b"&",
    b"apos": b"'",
    b"bsol": b"\\",
    b"dash": b"-",
    b"equals": b"=",
    b"gt": b">",
    b"lt": b"<",
    b"lbrack": b"[",
    b"lsqb": b"[",
    b"rsqb": b"]",
    b"nbsp": b"\xc2\xa0",
    b"num": b"#",
    b"percnt": b"%",
    b"quest": b"?",
    b"quot": b'"',
    b"semi": b";",
}


def _shown(number: int) -> bytes:
    """A character, a control character as a blank."""
    character = chr(number)
    return b" " if number < 32 or 0x7F <= number < 0xA0 else character.encode("utf-8", "replace")


def _shown_byte(digits: bytes, base: int) -> bytes:
    number = int(digits, base) & 0xFF
    return b" " if number < 32 or number == 0x7F else bytes([number])


_HEX = rb"[0-9a-fA-F]"
_BRACKETED = rb"(?:\[([.:/@]|dot|at|//|://)\]|\(([.:/@]|dot|at|//|://)\)|\{([.:/@]|dot|at|//|://)\})"
_READINGS: dict[str, tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]]] = {
    "percent": (
        re.compile(rb"%[uU](" + _HEX + rb"{4})|%(" + _HEX + rb"{2})"),
        lambda found: _shown(int(found[1], 16)) if found[1] else _shown_byte(found[2], 16),
    ),
    "backslash": (
        re.compile(
            rb"\\[xX]("
            + _HEX
            + rb"{2})|\\([0-3][0-7]{2})|\\u("
            + _HEX
            + rb"{4})|\\U("
            + _HEX
            + rb"{8})|\\[uU]\{("
            + _HEX
            + rb"{1,7})\}|\\[nrt]|\\([!-/:-@\[-`{-~])"
        ),
        lambda found: _backslash(found),
    ),
    "entity": (
        re.compile(rb"&#[xX](" + _HEX + rb"{1,8});|&#([0-9]{1,8});|&([a-z]{2,8});"),
        lambda found: _entity(found),
    ),
    "quoted-printable": (
        re.compile(rb"=(2E|3A|2F|3D|40|5F|2D|3F|26|25|23)|=\r?\n"),
        lambda found: bytes([int(found[1], 16)]) if found[1] else b"",
    ),
    "brackets": (
        re.compile(rb"(?i) ?" + _BRACKETED + rb" ?"),
        lambda found: _BRACKETS[(found[1] or found[2] or found[3]).lower()],
    ),
    # A blank beside a bracket may also part two values.
    "brackets without blanks": (
        re.compile(rb"(?i)(?<! )" + _BRACKETED + rb"(?! )"),
        lambda found: _BRACKETS[(found[1] or found[2] or found[3]).lower()],
    ),
    "parameters": (re.compile(rb"&"), lambda found: b" "),
    "whole number": (
        re.compile(rb"(?<![0-9A-Za-z_.-])[0-9][0-9A-Za-z]*(?:\.[0-9A-Za-z]+){3}(?![0-9A-Za-z])"),
        lambda found: _address(found),
    ),
    "short number": (
        re.compile(rb"(?<![0-9A-Za-z_.-])[0-9][0-9A-Za-z]*(?:\.[0-9A-Za-z]+){0,2}(?![0-9A-Za-z])"),
        lambda found: _address(found),
    ),
    "full stop": (re.compile(b"|".join(dot.encode() for dot in ("\u3002", "\uff0e", "\uff61"))), lambda found: b"."),
}


def _backslash(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return _shown_byte(found[1], 16)
    if found[2]:
        return _shown_byte(found[2], 8)
    character = found[3] or found[4] or found[5]
    if character:
        number = int(character, 16)
        return _shown(number) if number < 0x110000 else found[0]
    return found[6] or b" "


def _entity(found: re.Match[bytes]) -> bytes:
    if found[3]:
        return _ENTITIES.get(found[3], found[0])
    number = int(found[1], 16) if found[1] else int(found[2])
    return _shown(number) if number < 0x110000 else found[0]


def readings(text: bytes, depth: int = 6) -> Iterator[bytes]:
    """Every text that taking off disguises makes of one, form by form, over and over."""
    known, latest = {text}, {text}
    for _ in range(depth):
        undone = {pattern.sub(plain, one) for one in latest for pattern, plain in _READINGS.values()}
        latest = undone - known
        known |= latest
    yield from known


def readings_by_form(text: bytes, depth: int = 2) -> Iterator[tuple[str, bytes]]:
    """What becomes of a text if one form is taken off wherever it stands, and again; keys are not heeded."""
    for form in ("percent", "backslash", "entity", "quoted-printable", "brackets", "full stop", "whole number"):
        pattern, plain = _READINGS[form]
        reading = text
        for _ in range(depth):
            before, reading = reading, pattern.sub(plain, reading)
            if before == reading:
                break
            yield form, reading


def says(text: bytes, kind: str, normal_form: bytes) -> bool:
    """Whether some reading of a text holds this value."""
    return any(
        (one[0], one[3]) == (kind, normal_form) for reading in readings(text) for one in extraction.observables(reading)
    )


def _address(found: re.Match[bytes]) -> bytes:
    address, names = extraction.address_writing(found[0])
    quad = b".".join(b"%d" % (address >> shift & 255) for shift in (24, 16, 8, 0))
    return quad if names and 0x01000000 <= address < 0xE0000000 else found[0]
