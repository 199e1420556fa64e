"""The index answers as the oracle does, whatever is in it and whatever is asked."""

import ipaddress
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import index as oracle
from oracles.index import Known
from vedette import _core

FEEDS = ("first", "second")
labels = st.sampled_from(("a", "b", "www", "evil", "xn--e1aybc"))
domains = st.builds(
    lambda front, end: ".".join((*front, end)),
    st.lists(labels, min_size=1, max_size=4),
    st.sampled_from(("example", "org")),
)
ipv4s = st.builds(lambda n: str(ipaddress.IPv4Address(0xC0000200 + n * 37 % 1024)), st.integers(0, 1023))
ipv6s = st.builds(lambda n: str(ipaddress.IPv6Address((0x20010DB8 << 96) + (n % 8 << 62) + n)), st.integers(0, 63))
mapped = ipv4s.map("::ffff:{}".format)
networks = st.one_of(
    st.builds(lambda ip, n: f"{ip}/{96 + n}", mapped, st.integers(0, 32)),
    st.builds(lambda ip, n: str(ipaddress.ip_network(f"{ip}/{n}", strict=False)), ipv4s, st.integers(0, 32)),
    st.builds(lambda ip, n: str(ipaddress.ip_network(f"{ip}/{n}", strict=False)), ipv6s, st.integers(0, 128)),
)
hosts = st.one_of(domains, ipv4s, ipv6s.map("[{}]".format), mapped.map("[{}]".format))
segments = st.sampled_from(("/x", "/y", "/xx", "/gate.php"))
paths = st.lists(segments, max_size=4).map("".join)
queries = st.sampled_from(("", "", "?q", "?q=/x", "?x?y"))
urls = st.one_of(
    st.tuples(st.sampled_from(("", "http://")), hosts, st.sampled_from(("", ":80")), paths, queries),
    st.tuples(st.just("http://www."), domains, paths, queries),
).map("".join)
pairs = st.builds("{}:{}".format, st.one_of(ipv4s, ipv6s.map("[{}]".format)), st.sampled_from((80, 443)))
emails = domains.map("x@{}".format)
hashes = st.integers(0, 5).map("{:032x}".format)
narrow = st.sampled_from(("/x/*", "/*/gate.php", "/x*y", "?q*", "/*x*", "/x"))
masks = st.one_of(
    st.tuples(
        st.sampled_from(("", "*", "*.")),
        domains.filter(lambda name: not name.startswith("www.")),
        st.one_of(narrow, st.sampled_from(("", "/*"))),
    ),
    # Of a whole top-level domain only some paths.
    st.tuples(st.sampled_from(("*", "*.")), st.sampled_from(("example", "e")), narrow),
).map("".join)

observables = st.one_of(
    st.tuples(st.just("ipv4"), ipv4s),
    st.tuples(st.just("ipv6"), ipv6s),
    st.tuples(st.just("ipv6"), mapped),
    st.tuples(st.just("cidr"), networks),
    st.tuples(st.just("domain"), domains),
    st.tuples(st.just("url"), urls),
    st.tuples(st.just("email"), emails),
    st.tuples(st.just("md5"), hashes),
    st.tuples(st.just("ip_port"), pairs),
)
indicators = st.one_of(
    observables.map(lambda each: (*each, None)),
    st.tuples(st.just("domain"), domains, st.sampled_from(("exact", "subdomains", "host"))),
    st.tuples(st.just("url"), urls, st.just("prefix")),
    st.tuples(st.just("ip_port"), pairs, st.just("host")),
    st.tuples(st.just("url"), masks, st.just("mask")),
)


def build(path: Path, rows: list[tuple[str, str, str | None, int]], memory_bytes: int) -> _core.Index:
    builder = _core.IndexBuilder(str(path), memory_bytes)
    facts = [builder.facts(feed, "c2") for feed in FEEDS]
    given = [(kind, value, scope, facts[feed], None, None, None, None) for kind, value, scope, feed in rows]
    assert builder.add(given) == []
    builder.finish()
    return _core.Index(str(path))


def known(kind: str, value: str, scope: str | None, feed: int) -> Known:
    default = {"domain": "subdomains", "cidr": "network"}.get(kind, "exact")
    normal_form = value if scope == "mask" else _core.normalise(kind, value).decode()
    if kind in ("ipv6", "cidr") and normal_form.startswith("::ffff:") and "." in normal_form:
        normal_form = ipv4_of(normal_form)
        kind = "ipv4" if kind == "ipv6" else kind
    return Known(kind, normal_form, scope or default, FEEDS[feed], value)


def ipv4_of(mapped: str) -> str:
    """The address, or network, that stands in the last 32 bits."""
    address, slash, length = mapped.removeprefix("::ffff:").partition("/")
    return f"{address}/{int(length) - 96}" if slash else address


def answer(index: _core.Index, kind: str, value: str) -> list[Known]:
    found = []
    for number, scope in index.look_up(kind, value):
        raw = index.entry(number)
        assert raw[3] == scope
        found.append(Known(raw[0], raw[2].decode(), scope, raw[4], raw[1].decode()))
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(indicators, st.integers(0, 1)), max_size=40),
    st.lists(observables, min_size=1, max_size=20),
    st.sampled_from((100, 2000, 1 << 20)),
)
def test_every_question_is_answered_as_the_oracle_answers_it(
    given_rows: list[tuple[tuple[str, str, str | None], int]], asked: list[tuple[str, str]], memory_bytes: int
) -> None:
    rows = [(*indicator, feed) for indicator, feed in given_rows]
    entries = [known(*row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        index = build(Path(folder, "index.vdx"), rows, memory_bytes)

        for kind, value in [*asked, *((kind, value) for kind, value, scope, _ in rows if scope != "mask")]:
            normal_form = _core.normalise(kind, value).decode()
            tiers = oracle.look_up(entries, kind, normal_form, www=had_www(value), port=port_of(value))
            found = answer(index, kind, value)
            for tier in tiers:
                part, found = found[: len(tier)], found[len(tier) :]
                assert sorted(part, key=repr) == sorted(tier, key=repr)
            assert found == []


def had_www(url: str) -> bool:
    return url.removeprefix("http://").startswith("www.")


def port_of(url: str) -> str:
    return "80" if re.search(r":80(?=[/?]|$)", url) else ""


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(indicators, st.integers(0, 1)), max_size=30))
def test_everything_put_in_is_listed_once(given_rows: list[tuple[tuple[str, str, str | None], int]]) -> None:
    rows = [(*indicator, feed) for indicator, feed in given_rows]
    with tempfile.TemporaryDirectory() as folder:
        index = build(Path(folder, "index.vdx"), rows, 1 << 20)
        listed: list[tuple[int, _core.RawEntry]] = []
        while page := index.entries(listed[-1][0] if listed else 0, 3):
            listed.extend(page)

    found = [Known(raw[0], raw[2].decode(), raw[3], raw[4], raw[1].decode()) for _, raw in listed]
    assert sorted(found, key=repr) == sorted(dict.fromkeys(known(*row) for row in rows), key=repr)
    assert index.stats()["entries"] == len(found)
    assert sum(index.feeds().values()) == len(found)


def row(kind: str | None, value: str | bytes, scope: str | None = None) -> "_core.Row":
    return (kind, value, scope, 0, None, None, None, None)


def test_kinds_are_told_by_looking_where_the_feed_does_not_say(tmp_path: Path) -> None:
    builder = _core.IndexBuilder(str(tmp_path / "index.vdx"))
    builder.facts("feed", "c2")
    rows = [
        row(None, "hxxp://evil[.]com/x"),
        row(None, "*.evil.com"),
        row("ip", "192.0.2.0/24"),
        row("ip", "2001:db8::1"),
        row("hash", "D41D8CD98F00B204E9800998ECF8427E"),
        row("domain", b".bad.example"),
    ]

    assert builder.add(rows) == []
    builder.finish()

    listed = _core.Index(str(tmp_path / "index.vdx")).entries()
    assert sorted((raw[0], raw[2], raw[3]) for _, raw in listed) == [
        ("cidr", b"192.0.2.0/24", "network"),
        ("domain", b"bad.example", "subdomains"),
        ("domain", b"evil.com", "subdomains"),
        ("ipv6", b"2001:db8::1", "exact"),
        ("md5", b"d41d8cd98f00b204e9800998ecf8427e", "exact"),
        ("url", b"evil.com/x", "exact"),
    ]


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (row("ioc", "a.example"), "there is no kind 'ioc'; there are: ipv4, .*, ip, hash"),
        (row("domain", "a.example", "wide"), 'there is no scope "wide"; there are: exact, .*'),
        (row("md5", "a.example"), "hex"),
        (row(None, "no kind at all"), "looks like none"),
        (row("domain", "github.io"), "`github.io` is a public suffix or a shared host"),
        (row("domain", "\ud800.example"), "surrogate"),
        (row("domain", "a" * 70_000), "70000 bytes; at most 65536"),
        (("domain", "a.example", None, 99, None, None, None, None), "no facts have the number 99"),
    ],
)
def test_a_row_that_is_refused_says_why_and_the_others_are_in(tmp_path: Path, refused: "_core.Row", why: str) -> None:
    builder = _core.IndexBuilder(str(tmp_path / "index.vdx"))
    builder.facts("feed", "c2")

    refusals = builder.add([row("domain", "a.example"), refused, row("domain", "b.example")])

    assert [position for position, _ in refusals] == [1]
    assert re.search(why, refusals[0][1])
    assert builder.finish()["entries"] == 2


def test_rows_of_one_record_share_a_context_and_others_keep_their_own(tmp_path: Path) -> None:
    builder = _core.IndexBuilder(str(tmp_path / "index.vdx"))
    builder.facts("feed", "c2")
    contexts = (b'{"id":1}', b'{"id":1}', None, b'{"id":2}')
    builder.add([("domain", f"{n}.example", None, 0, None, None, None, json) for n, json in enumerate(contexts)])
    builder.finish()

    index = _core.Index(str(tmp_path / "index.vdx"))
    found = {raw[2]: raw[12] for _, raw in index.entries()}

    assert found == {b"0.example": contexts[0], b"1.example": contexts[1], b"2.example": b"", b"3.example": contexts[3]}
    assert (tmp_path / "index.vdx").read_bytes().count(b'{"id":1}') == 1
