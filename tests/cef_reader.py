"""A plain reader of CEF, written from the format's rules alone, to read back what templates write."""

import re

HEADER = ("version", "vendor", "product", "device_version", "signature", "name", "severity")


def read_cef(line: str) -> tuple[dict[str, str], dict[str, str]]:
    """The header's fields and the extension's pairs of a line that begins with `CEF:`."""
    assert line.startswith("CEF:")
    parts = re.split(r"(?<!\\)((?:\\\\)*)\|", line.removeprefix("CEF:"), maxsplit=7)
    fields = [text + slashes for text, slashes in zip(parts[0:14:2], parts[1:14:2], strict=True)]
    header = dict(zip(HEADER, (_unescaped(field) for field in fields), strict=True))
    return header, _pairs(parts[14])


def _pairs(extension: str) -> dict[str, str]:
    keys = list(re.finditer(r"(?:^| )(?P<key>\w+)=", extension, re.ASCII))
    ends = [found.start() for found in keys[1:]] + [len(extension)]
    pairs: dict[str, str] = {}
    for found, end in zip(keys, ends, strict=True):
        assert found["key"] not in pairs, f"{found['key']} stands twice"
        pairs[found["key"]] = _unescaped(extension[found.end() : end])
    return pairs


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), text)
