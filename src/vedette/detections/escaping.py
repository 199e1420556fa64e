r"""Escapes hostile text, so that it stays within its line, its CEF field and its value.

Python's own idea of a line break is the widest one that a receiver could have, so it is ours. Lone surrogates, which
no encoding can carry, are written as `\udc80`.
"""

import re

from vedette import _core

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
_LINE_BREAKS = (0x00, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029)
"""NUL is one of them: RFC 6587 lets it end a message."""
_NO_KEY = re.compile(r"[^A-Za-z0-9_]")


_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}

_BLANKS = dict.fromkeys(map(chr, _CONTROLS), " ")

LINE = _core.Escape({chr(point): repr(chr(point))[1:-1] for point in _LINE_BREAKS})
line = LINE.escape
r"""Free text: line breaks are written as `\n`, `\r`, `\x00` and the like; all else stays as it is."""

HEADER = _core.Escape({**_BLANKS, "\\": "\\\\", "|": "\\|"})
header = HEADER.escape
r"""A field of a CEF header: `\` and `|` escaped, control characters become blanks."""

EXTENSION = _core.Escape({**_BLANKS, "\\": "\\\\", "=": "\\=", "\n": "\\n", "\r": "\\r"})
extension = EXTENSION.escape
r"""A value of a CEF extension: `\`, `=`, LF and CR escaped, other control characters become blanks."""

JSON = _core.Escape(
    {
        **{chr(point): f"\\u{point:04x}" for point in (*range(0x20), 0x85, 0x2028, 0x2029)},
        **_SHORT,
        "\\": "\\\\",
        '"': '\\"',
    }
)
r"""A string of JSON: `\`, `"` and control characters as RFC 8259 asks, and Unicode's own line breaks too."""

blanks = _core.Escape(dict.fromkeys(map(chr, _LINE_BREAKS), " ")).escape
"""Text of the user's own making within CEF: line breaks become blanks, all else stays as it is."""


def key(text: str) -> str:
    """A key of a CEF extension: letters, digits and `_`; anything else becomes `_`."""
    return _NO_KEY.sub("_", text)
