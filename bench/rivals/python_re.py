"""The rival: what a capable engineer writes in an afternoon, Python's `re` and a `set` of bytes.

It does less than Vedette: no networks, no parent domains beyond one step, no masks, no normal form of URLs but
lower case without scheme, no spans, no context. All of that flatters it.
"""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

GUIDE = {
    "RE_HASH": re.compile(rb"([\da-fA-F]{32,64})"),
    "RE_IP": re.compile(rb"dst\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)"),
    "SRC_IP": re.compile(rb"src\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)"),
    "RE_URL": re.compile(
        rb"(?:\:\/\/)((?:\S+(?:\:\S*)?+@)?(?:(?:[a-z\xa1-\xff0-9]-*)*[a-z\xa1-\xff0-9]+)"
        rb"(?:\.(?:[a-z\xa1-\xff0-9]-*)*[a-z\xa1-\xff0-9]+)*(?:\.(?:[a-z\xa1-\xff0-9]{2,}+))"
        rb"(?:\.*\:\d{2,5})?+(?:\.*\/[^\s\"<>]*+)?+)"
    ),
}

ALTERNATION = re.compile(
    rb"\b(?:(?P<url>[a-z]{3,6}://[^\s\"'<>|]+)"
    rb"|(?P<hash>(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})\b)"
    rb"|(?P<ip>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b)"
    rb"|(?P<ipv6>(?:[0-9a-fA-F]{1,4}:){2,7}[0-9a-fA-F:]+)"
    rb"|(?P<domain>(?:[A-Za-z0-9_-]++[.@])+[A-Za-z]{2,}\b))"
)

TUNED = re.compile(
    rb"\b(?:(?P<ip>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b)"
    rb"|(?P<url>[a-z]{3,6}://[^\s\"'<>|]++)"
    rb"|(?P<domain>(?:[A-Za-z0-9_-]++[.@])++[A-Za-z]{2,}\b)"
    rb"|(?P<hash>[0-9a-fA-F]{32,64}\b)"
    rb"|(?P<ipv6>(?:[0-9a-fA-F]{1,4}:){2,7}[0-9a-fA-F:]++))"
)


def read_set(indicators: Path) -> set[bytes]:
    """Every indicator of the CSV as bytes: lower case, without a scheme."""
    values = set()
    with gzip.open(indicators, "rb") as lines:
        next(lines)
        for line in lines:
            value = line.split(b",", 1)[1].rsplit(b",", 1)[0].strip(b'"').lower()
            values.add(value.split(b"://", 1)[-1].rstrip(b"/"))
    return values


def guide(lines: Iterable[bytes], indicators: set[bytes]) -> int:
    """The four indicator rules of the FortiSIEM guide over each event; returns how many values were known."""
    found = 0
    hashes, destination, source, urls = GUIDE.values()
    for line in lines:
        for value in hashes.findall(line):
            found += value.lower() in indicators
        for rule in (destination, source):
            match = rule.search(line)
            if match and match.group(1) in indicators:
                found += 1
        for value in urls.findall(line):
            found += value.lower().rstrip(b"/") in indicators
    return found


def auto(lines: Iterable[bytes], indicators: set[bytes], alternation: re.Pattern[bytes] = ALTERNATION) -> int:
    """One alternation for every kind over each event; returns how many values were known."""
    found = 0
    finditer = alternation.finditer
    for line in lines:
        for match in finditer(line):
            value = match.group().lower()
            if match.lastgroup == "url":
                value = value.split(b"://", 1)[1].rstrip(b"/")
                found += value in indicators or value.split(b"/", 1)[0] in indicators
            elif match.lastgroup == "domain":
                name = value.rsplit(b"@", 1)[-1]
                found += value in indicators or name in indicators or name.split(b".", 1)[-1] in indicators
            else:
                found += value in indicators
    return found
