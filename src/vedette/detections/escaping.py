"""Escapes hostile text, so that it stays within its line, its CEF field and its value.

Python's own idea of a line break is the widest one that a receiver could have, so it is ours.
"""

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
_LINE_BREAKS = (0x00, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029)
"""NUL is one of them: RFC 6587 lets it end a message."""

_LINE = {point: repr(chr(point))[1:-1] for point in _LINE_BREAKS}
_BLANKS: dict[int, str] = dict.fromkeys(_CONTROLS, " ")
_HEADER = {**_BLANKS, ord("\\"): "\\\\", ord("|"): "\\|"}
_EXTENSION = {**_BLANKS, ord("\\"): "\\\\", ord("="): "\\=", ord("\n"): "\\n", ord("\r"): "\\r"}


def line(text: str) -> str:
    r"""Free text: line breaks are written as `\n`, `\r`, `\x00` and the like; all else stays as it is."""
    return _characters(text).translate(_LINE)


def header(text: str) -> str:
    r"""A field of a CEF header: `\` and `|` escaped, control characters become blanks."""
    return _characters(text).translate(_HEADER)


def extension(text: str) -> str:
    r"""A value of a CEF extension: `\`, `=`, LF and CR escaped, other control characters become blanks."""
    return _characters(text).translate(_EXTENSION)


def key(text: str) -> str:
    """A key of a CEF extension: letters, digits and `_`; anything else becomes `_`."""
    return "".join(one if one.isascii() and (one.isalnum() or one == "_") else "_" for one in text)


def blanks(text: str) -> str:
    """Text of the user's own making within CEF: control characters become blanks, nothing is escaped."""
    return _characters(text).translate(_BLANKS)


def _characters(text: str) -> str:
    r"""The text with lone surrogates, which no encoding can carry, written as `\udc80`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
