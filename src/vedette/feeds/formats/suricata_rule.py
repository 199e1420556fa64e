"""A rule of Suricata or Snort, taken apart: its header, its options, and the contents that it asks for."""

import re
from dataclasses import dataclass, field
from typing import Any

_PIECE_OF_HEADER = re.compile(r"[\[\]]|\s+|[^\s\[\]]+")
_ARROWS = ("->", "<>", "<-", "=>")
_OPTION = re.compile(r'\s*([\w.-]+)\s*(?::((?:"(?:[^"\\]|\\.)*"|[^;"\\]|\\.)*))?;')
_QUOTED = re.compile(r'\s*(!)?\s*"((?:[^"\\]|\\.)*)"(.*)', re.DOTALL)
_HEX = re.compile(r"\|([0-9A-Fa-f\s]*)\|")
_ESCAPED = re.compile(r"\\(.)")

BUFFERS = {
    "dns.query": "name",
    "dns_query": "name",
    "tls.sni": "name",
    "tls_sni": "name",
    "ssl_state.sni": "name",
    "http.host": "name",
    "http.host.raw": "name",
    "http_host": "name",
    "http_raw_host": "name",
    "http.uri": "path",
    "http.uri.raw": "path",
    "http_uri": "path",
    "http_raw_uri": "path",
    "http.method": "method",
    "http_method": "method",
    "tls.cert_fingerprint": "sha1",
    "tls_cert_fingerprint": "sha1",
}
"""What a content in a buffer is; of any other buffer it is a condition and no value."""

_HARMLESS = frozenset(
    {"bsize", "classtype", "deprecated", "depth", "distance", "dotprefix", "endswith", "fast_pattern", "flow", "gid"}
    | {"isdataat", "metadata", "msg", "nocase", "offset", "priority", "rawbytes", "reference", "rem", "rev", "sid"}
    | {"startswith", "target", "threshold", "to_lowercase", "urilen", "within"}
)
_SAID_ONCE = ("msg", "classtype", "sid", "rev", "priority")
_SAID_OFTEN = ("reference", "metadata")


@dataclass(slots=True)
class Content:
    """One content of a rule, with what is said of it."""

    text: str
    buffer: str | None
    negated: bool
    about: dict[str, str] = field(default_factory=dict)

    def is_whole_at(self, start: bool) -> bool:
        """Whether what it is looked for in begins, or else ends, with it."""
        size = str(len(self.text))
        if self.about.get("bsize") == size:
            return True
        if start:
            return "startswith" in self.about or self.about.get("depth") == size
        return "endswith" in self.about or self.about.get("isdataat", "").replace(" ", "").startswith("!1,relative")


@dataclass(slots=True)
class Rule:
    """One rule.

    Attributes:
        ends: (addresses, ports) at both ends, as written.
        conditions: What else it asks for; with any of these no value of it is bad by itself.
        context: What it says of itself.
    """

    action: str
    ends: tuple[tuple[str, str], tuple[str, str]]
    contents: list[Content]
    conditions: list[str]
    context: dict[str, Any]


def rule_of(line: str) -> Rule:
    """The parts of one rule.

    Raises:
        ValueError: It is none.
    """
    header, begins, options = line.partition("(")
    words = _words(header)
    if not begins or not options.endswith(")") or len(words) != 7 or words[4] not in _ARROWS:
        raise ValueError(f"{line[:80]!r} is no rule")
    action, protocol, source, source_ports, _, target, target_ports = words
    options = options[:-1].rstrip()
    rule = Rule(action, ((source, source_ports), (target, target_ports)), [], [], {"action": action})
    rule.context["protocol"] = protocol
    buffer: str | None = None
    at, end = 0, len(options)
    while at < end:
        option = _OPTION.match(options, at)
        if option is None:
            raise ValueError(f"no option of a rule: {options[at : at + 80].strip()!r}")
        at = option.end()
        buffer = _take(rule, option[1], (option[2] or "").strip(), buffer)
    return rule


def _words(header: str) -> list[str]:
    """The words of a header; blanks within the brackets of a list do not part them."""
    if "[" not in header:
        return header.split()
    words, depth = list[str](), 0
    for piece in _PIECE_OF_HEADER.findall(header):
        depth += (piece == "[") - (piece == "]")
        if not piece.isspace():
            words.append(piece)
        elif depth <= 0:
            words.append(" ")
    return "".join(words).split()


def _take(rule: Rule, key: str, value: str, buffer: str | None) -> str | None:
    """Note one option; returns the buffer that contents behind it are looked for in."""
    last = rule.contents[-1] if rule.contents else None
    if key in ("content", "uricontent"):
        rule.contents.append(_content(value, "http.uri" if key == "uricontent" else buffer))
    elif key in BUFFERS:
        # Older rules name the buffer behind the content, newer ones before it.
        if last is not None and last.buffer is None and buffer is None:
            last.buffer = key
            return None
        return key
    elif key == "http_header" and value.lower().replace(" ", "") == "fieldhost":
        return "http_host"
    elif key in _SAID_ONCE:
        rule.context[key] = value[1:-1] if key == "msg" else value
        if key == "sid":
            rule.context[key] = value.split()[0] if value else ""
    elif key in _SAID_OFTEN:
        rule.context.setdefault(key, []).append(value)
    elif key not in _HARMLESS:
        rule.conditions.append(key)
    if last is not None and key in ("bsize", "depth", "endswith", "isdataat", "startswith"):
        last.about.setdefault(key, value)
    return buffer


def _content(value: str, buffer: str | None) -> Content:
    quoted = _QUOTED.fullmatch(value)
    if quoted is None:
        raise ValueError(f"a content without quotes: {value[:80]!r}")
    content = Content(_unescaped(quoted[2]), buffer, bool(quoted[1]))
    # Snort 3 says behind commas what is said of a content.
    for word in filter(None, map(str.strip, quoted[3].split(","))):
        key, _, of_it = word.partition(" ")
        content.about[key] = of_it.strip()
    return content


def _unescaped(text: str) -> str:
    """`|2e|` is a byte in hex; a backslash stands before a character that is meant itself."""
    if "|" in text:
        text = _HEX.sub(lambda found: bytes.fromhex(found[1]).decode("latin-1"), text)
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
