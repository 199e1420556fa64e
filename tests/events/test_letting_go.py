"""Values that rules take are let go by the filter, before they have a normal form: none that an entry knows is."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from event_profiles import frames, profile, rule
from vedette._core import Index, IndexBuilder, Matcher, Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

MD5 = "776735a8ca96db15b422879da599f474"
KNOWN = [
    *(
        ("ipv4", "192.0.2.1", None),
        ("cidr", "198.51.100.0/24", None),
        ("ipv6", "2001:db8::1", None),
        ("md5", MD5, None),
    ),
    *(("domain", "bad.example", None), ("domain", "www.worse.example", None), ("domain", "evil.example", "subdomains")),
    *(("domain", "xn--e1afmkfd.example", None), ("url", "http://bad.http:80/", None), ("url", "http://evil/", None)),
    *(
        ("url", "http://far.example/x", None),
        ("url", "http://192.0.2.7/a", None),
        ("url", "http://www.www.example/", None),
    ),
]
MASKS = [("url", "http://*.masked.example/x*", "mask")]
PAIRS = [("ip_port", "192.0.2.9:8080", None), ("ip_port", "203.0.113.7:80", "host")]

BEGINNINGS = (
    "http://",
    "https://",
    "HTTP://",
    "hxxp://",
    "h**p://",
    "htxp:",
    "ftp:",
    "hxxp:",
    "//",
    "/",
    "\\",
    "evil:",
)
HOSTS = (
    *(
        "bad.example",
        "worse.example",
        "WWW.",
        "www.",
        "a.evil.example",
        "evil",
        "far.example",
        "пример.example",
        "bad.hxxp",
    ),
    *(
        "192.0.2.1",
        "192.0.2.7",
        "198.51.100.9",
        "192.0.2.9",
        "203.0.113.7",
        "0xc0.0.0x2.1",
        "3221225985",
        "[2001:db8::1]",
    ),
    *(
        "a.masked.example",
        "[.]example",
        "b_d.evil.example",
        "x..evil.example",
        ".",
        "1.evil.example",
        "0xe.evil.example",
    ),
)
ENDINGS = (":80", ":8080", ":", ":x", "/x", "/", "?x", "#x", "\\x", "@", "u:p@", " ", "\t", "%2e", "/[.]", "/\x01", "")
PIECES = (*BEGINNINGS, *HOSTS, *ENDINGS, MD5, MD5[:31], MD5.upper())
VALUES = st.one_of(
    st.builds(
        lambda *parts: "".join(parts), *(st.sampled_from(("", *some)) for some in (BEGINNINGS, HOSTS, HOSTS, ENDINGS))
    ),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join),
)
TYPES = {"url": "url", "domain": "domain", "ip": "ipv4", "email": "email", "ip_port": "ip_port", "md5": "md5"}
"""The type of each rule, and the kind that its value is asked for as."""


@pytest.fixture(scope="module", params=[KNOWN, KNOWN + PAIRS, KNOWN + MASKS], ids=["plain", "pairs", "masks"])
def known(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, Matcher]:
    rows: Sequence[tuple[str, str, str | None]] = request.param
    path = tmp_path_factory.mktemp("index") / "index.vdx"
    builder = IndexBuilder(str(path))
    facts = builder.facts("test", "test")
    assert builder.add([(*row, facts, None, None, None, None) for row in rows]) == []
    builder.finish()
    index = Index(str(path))
    return index, Matcher(index, Rules([profile(*(rule(kind, kind, r"(?s)=(.+)") for kind in TYPES))], 10_000), 1)


@given(value=VALUES)
@example("http://x.hxxp:80/")
@example("hxxp://bad.hxxp:80/")
@example("http://www.www.example")
def test_every_value_that_an_entry_knows_is_reported(known: tuple[Index, Matcher], value: str) -> None:
    index, matcher = known
    asked = [name for name in TYPES if (name != "md5" or len(value) == len(MD5)) and (name != "ip" or ":" not in value)]

    matches = matcher.match(frames(b"=" + value.encode()))

    found = {(row[2], row[9], row[10]) for row in matches.rows if row[2] in asked}
    assert found == {(name, *one) for name in asked for one in looked_up(index, TYPES[name], value)}


def looked_up(index: Index, kind: str, value: str) -> "list[tuple[int, str]]":
    try:
        return index.look_up(kind, value)
    except ValueError:
        return []
