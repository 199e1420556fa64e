"""What `auto` sees plainly in any text, held against a plain reading with Python's `re`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import extraction
from shared_data import SHARED, needs_shared_data
from vedette import _core

MD5 = b"d41d8cd98f00b204e9800998ecf8427e"

VALUES = [
    *b"192.0.2.1 198.51.100.255 1.2.3.4.5 256.1.1.1 01.2.3.4 10.0.19045.1 0.0.0.0".split(),
    *b"192.0.2.1:443 [2001:db8::1]:80 2001:db8::1.53 ::ffff:192.0.2.1:443 64:ff9b::c000:201 2002:c000:201::".split(),
    *b"http://3221225985/ h**ps://0xc0.513/ hXtp://[::ffff:c000:201]/ http://0300.0.2.1:80".split(),
    *b"2001:db8::1 ::1 :: 1:2:3:4:5:6:7:8 ::ffff:192.0.2.1 12:34:56 00:11:22:33:44:55 std::a".split(),
    *b"evil.com WWW.Example.ORG a.b.c.co.uk file.exe x_y-z.net xn--e1aybc.xn--p1ai a.b 1.com".split(),
    *"münchen.de тест.рф 访问evil.com失败 “evil.com” 例え。jp".encode().split(),
    *rb"http:// https://evil.com/a hxxp://a.org:8080 http:\/\/b.net\/x ftp://u:p@c.com/?q=1#f http://[::1]/x".split(),
    *b"me@evil.com a.b+c@x.org @evil.com x@localhost a@b.com@c.net john.me@".split(),
    *(MD5, MD5 * 2, MD5 * 4, MD5 * 5, MD5 + b"01234567", MD5[:31], MD5 + b"g", MD5.upper()),
]
PUNCTUATION = b" \n\r\t\"'<>|`,;\\^()[]{}=:/.-_@%+&?#!*\x00\x7f"
DELIMITERS = [bytes([byte]) for byte in PUNCTUATION] + [b"\\=", b"\\/", b"://", b"::"]
WORDS = st.from_regex(rb"[0-9a-f:.]{1,9}", fullmatch=True)
JUNK = st.one_of(st.binary(max_size=6), st.text(max_size=4).map(str.encode), WORDS)
TOKENS = st.one_of(st.sampled_from(VALUES), st.sampled_from(DELIMITERS))

texts = st.lists(st.one_of(TOKENS, TOKENS, TOKENS, JUNK), max_size=24).map(b"".join)


def assert_same(text: bytes) -> None:
    seen = _core.observables(text, disguised=False)
    assert sorted(seen) == extraction.observables(text)
    assert [start for _, start, *_ in seen] == sorted(start for _, start, *_ in seen)


@given(texts)
@settings(max_examples=1500, deadline=None)
def test_auto_sees_what_a_plain_reading_sees(text: bytes) -> None:
    assert_same(text)


@given(st.sampled_from(VALUES), st.integers(0, 200), texts)
@settings(max_examples=300, deadline=None)
def test_auto_sees_the_same_wherever_a_value_stands_in_its_chunk(value: bytes, before: int, after: bytes) -> None:
    assert_same(b" " * before + value + after)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"MD5=" + MD5 + b",x", [("md5", MD5)]),
        (b'{"url":"http://a.com/b","src":"192.0.2.1"}', [("url", b"a.com/b"), ("ipv4", b"192.0.2.1")]),
        (b"http:\\/\\/a.com\\/b\\=c", [("url", b"a.com/b=c")]),
        (b"mail from <Me@Evil.COM>", [("email", b"me@evil.com")]),
        (b"visit evil.com.", [("domain", b"evil.com")]),
        (b"outside:2001:DB8::1/443", [("ipv6", b"2001:db8::1")]),
        (b"std::vector at 12:34:56 on 00:11:22:33:44:55 version 1.2.3.4.5", []),
    ],
)
def test_a_value_is_seen_in_its_normal_form(text: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert [(kind, normal_form) for kind, _, _, normal_form, _ in _core.observables(text)] == expected


@pytest.mark.slow
@needs_shared_data
def test_auto_sees_what_a_plain_reading_sees_in_every_real_log() -> None:
    logs = sorted((SHARED / "real" / "logs").rglob("*.log"))
    assert logs

    for log in logs:
        for line in log.read_bytes().split(b"\n"):
            assert_same(line)
