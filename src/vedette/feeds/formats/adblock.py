"""Adblock lists, as browsers' blockers and AdGuard Home read them: `||name^`."""

import re
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from vedette.feeds.formats.lines import LineFormat
from vedette.feeds.rejects import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vedette.feeds.formats.lines import Reading
    from vedette.indicators.kind import Scope

_OPTIONS = re.compile(r"(.*?[^$])\$([~a-z0-9_-]+(?:=[^,]*)?(?:,[~a-z0-9_-]+(?:=.*)?)*)", re.IGNORECASE)
_HOST = re.compile(r"\[[0-9a-f:.]+\](?::\d+)?|[^\s/^|*?#@:]+(?::\d+)?", re.IGNORECASE)
_NAME = re.compile(r"(?:[\w-]+\.)+[a-z][\w-]*", re.IGNORECASE)
_ADDRESS = re.compile(r"[\d.]+(?::\d+)?|\[.*")
_SUBDOMAINS: Final = "subdomains"
_HOST_ALONE: Final = "host"
_OPENINGS = ("||", "@@||", "##", "|http")
_ON_PAGES = re.compile(r"#@?(?:[?$%]{1,2}|\$\?)?#|\$@?\$")
_ELSEWHERE = frozenset({"app", "client", "ctag", "denyallow", "domain", "from", "to"})
_CHANGING = frozenset(
    {"cookie", "csp", "dnsrewrite", "hls", "inline-font", "inline-script", "jsonprune", "permissions", "redirect"}
    | {"redirect-rule", "removeheader", "removeparam", "replace", "rewrite", "uritransform", "urlskip", "urltransform"}
)


class AdblockFormat(LineFormat):
    """Network rules that name a host: `||name^` is the name with all below it, a path behind it a prefix or a mask.

    Exceptions (`@@`), rules on what pages show (`##`), rules for some sites only, and patterns of no single host are
    left out.
    """

    comments: ClassVar[tuple[str, ...]] = ("!", "# ", "[Adblock", "[uBlock", "[AdGuard")

    def readings(self, line: str) -> "Iterable[Reading]":
        """What one rule blocks."""
        if line.startswith("||") and line.endswith("^"):
            host = line[2:-1]
            if _NAME.fullmatch(host):
                return ((host, "domain", "subdomains", None),)
        if line.startswith("@@"):
            raise LeftOut("exceptions")
        if _ON_PAGES.search(line):
            raise LeftOut("rules on what pages show")
        if line.startswith("#"):
            raise LeftOut("comments")
        apart = _OPTIONS.fullmatch(line)
        if apart is None:
            return tuple(_readings(line, None))
        _check(apart[2])
        return tuple(_readings(apart[1], msgspec.json.encode({"rule": line})))


def _check(options: str) -> None:
    names = {option.split("=", 1)[0].lstrip("~").lower() for option in options.split(",")}
    if "badfilter" in names:
        raise LeftOut("rules that take another back")
    if not _ELSEWHERE.isdisjoint(names):
        raise LeftOut("rules for some sites only")
    if not _CHANGING.isdisjoint(names):
        raise LeftOut("rules that change what is loaded")


def _readings(pattern: str, context: bytes | None) -> "Iterator[Reading]":
    scope: Scope
    if _NAME.fullmatch(pattern) or _ADDRESS.fullmatch(pattern):
        yield _of_host(pattern, "subdomains", context)
        return
    if pattern.startswith("||"):
        rest, scope = pattern[2:], _SUBDOMAINS
    elif pattern.lower().startswith(("|http://", "|https://")):
        rest, scope = pattern.split("//", 1)[1], _HOST_ALONE
    else:
        raise LeftOut("patterns of no single host")
    rest = rest.removeprefix("*.")
    host = _HOST.match(rest)
    if host is None or host[0].endswith("."):
        raise ValueError(f"no host in the rule {pattern[:80]!r}")
    path = rest[host.end() :]
    if path in ("", "^", "/", "^*", "/*", "^|", "/^"):
        yield _of_host(host[0], scope, context)
    else:
        yield (*_of_path(host[0], path, pattern), context)


def _of_host(host: str, scope: "Scope", context: bytes | None) -> "Reading":
    if _ADDRESS.fullmatch(host):
        return host[1:-1] if host.endswith("]") else host, "ip", None, context
    return host, "domain", scope, context


def _of_path(host: str, path: str, pattern: str) -> "tuple[str, str, Scope]":
    """A `^` at the end is the end of a segment, a `|` the end of the URL; without either anything may follow."""
    if path.startswith("^*/"):
        path = f"/*{path[2:]}"
    is_segment, is_end = path.endswith("^"), path.endswith("|")
    path = path[:-1] if is_segment or is_end else path
    if "^" in path or not path.startswith(("/", "?")) or (is_segment and "*" in path):
        raise ValueError(f"no mask says the same as the rule {pattern[:80]!r}")
    if is_segment:
        return host + path, "url", "prefix"
    if is_end:
        return host + path, "url", "mask" if "*" in path else "exact"
    return f"{host}{path.rstrip('*')}*", "url", "mask"


def looks_like_adblock(lines: list[str]) -> bool:
    """Whether most lines are rules of hosts, exceptions or rules on what pages show."""
    return 2 * sum(line.startswith(_OPENINGS) for line in lines) > len(lines)


def is_adblock(line: str) -> bool:
    """Whether a line is a rule, or a name or address alone, which such a list may have, too."""
    return line.startswith(_OPENINGS) or _NAME.fullmatch(line) is not None or _ADDRESS.fullmatch(line) is not None
