"""Both sides compare values by their normal form: what has one, and which."""

import csv
import gzip
from collections import Counter

import pytest
from hypothesis import example, given, reject
from hypothesis import strategies as st

from oracles import normal_form as oracle
from shared_data import SHARED, needs_shared_data
from vedette import _core

FORMS = [
    ("ipv4", "192.0.2.1", b"192.0.2.1"),
    ("ipv4", " 192.0.2.1/32\n", b"192.0.2.1"),
    ("ipv4", "192.0.2.1:8080", b"192.0.2.1"),
    ("ipv4", "::ffff:192.0.2.1", b"192.0.2.1"),
    ("ipv4", "192[.]0(.)2{dot}1", b"192.0.2.1"),
    ("ipv6", "2001:0DB8:0:0:1:0:0:1", b"2001:db8::1:0:0:1"),
    ("ipv6", "[2001:db8::1]:443", b"2001:db8::1"),
    ("ipv6", "2001:db8::1/128", b"2001:db8::1"),
    ("ipv6", "::ffff:c000:201", b"::ffff:192.0.2.1"),
    ("cidr", "192.0.2.77/24", b"192.0.2.0/24"),
    ("cidr", "192.0.2.77/255.255.255.0", b"192.0.2.0/24"),
    ("cidr", "192.0.2.77/32", b"192.0.2.77/32"),
    ("cidr", "192.0.2.77/0", b"0.0.0.0/0"),
    ("cidr", "2001:db8:ffff::1/33", b"2001:db8:8000::/33"),
    ("domain", "..Evil.EXAMPLE.", b"evil.example"),
    ("domain", "*.evil.example", b"evil.example"),
    ("domain", "www.evil.example", b"www.evil.example"),
    ("domain", "evil[.]example", b"evil.example"),
    ("domain", "evil.example:443", b"evil.example"),
    ("domain", "_dmarc.evil.example", b"_dmarc.evil.example"),
    ("domain", "\u0442\u0435\u0441\u0442.\u0440\u0444", b"xn--e1aybc.xn--p1ai"),
    ("domain", "BÜCHER。example", b"xn--bcher-kva.example"),
    ("domain", "XN--BCHER-KVA.example", b"xn--bcher-kva.example"),
    ("md5", "D41D8CD98F00B204E9800998ECF8427E", b"d41d8cd98f00b204e9800998ecf8427e"),
    ("hash", "D41D8CD98F00B204E9800998ECF8427E", b"d41d8cd98f00b204e9800998ecf8427e"),
    ("sha512", "AB" * 64, b"ab" * 64),
    ("ip_port", "192.0.2.1:0443", b"192.0.2.1:443"),
    ("ip_port", "192[.]0[.]2[.]1[:]443", b"192.0.2.1:443"),
    ("ip_port", "192.0.2.1|443", b"192.0.2.1:443"),
    ("ip_port", "[2001:DB8::1]:443", b"[2001:db8::1]:443"),
    ("ip_port", "2001:db8::1|443", b"[2001:db8::1]:443"),
    ("ip_port", "[::ffff:192.0.2.1]:443", b"192.0.2.1:443"),
    ("ip_port", "[2001:db8::1]|443", b"[2001:db8::1]:443"),
    ("ip", "192.0.2.1:443", b"192.0.2.1:443"),
    ("ip", "192.0.2.0/24", b"192.0.2.0/24"),
    ("email", "Mallory@Evil.Example", b"mallory@evil.example"),
    ("email", "mailto:mallory[at]evil[.]example?subject=hi", b"mallory@evil.example"),
]

REFUSED = [
    ("ipv4", "192.0.2.01"),
    ("ipv4", "192.0.2.256"),
    ("ipv4", "192.0.2"),
    ("ipv4", "192.0.2.1/24"),
    ("ipv4", "2001:db8::1"),
    ("ipv4", "192.0.2.1:99999"),
    ("ipv6", "fe80::1%eth0"),
    ("ipv6", "192.0.2.1"),
    ("cidr", "192.0.2.1"),
    ("cidr", "192.0.2.0/33"),
    ("cidr", "192.0.2.0/255.0.255.0"),
    ("domain", ""),
    ("domain", "..."),
    ("domain", "192.0.2.1"),
    ("domain", "a..example"),
    ("domain", "a b.example"),
    ("domain", "e*.example"),
    ("domain", "x" * 64 + ".example"),
    ("domain", "x." * 127 + "example"),
    ("md5", "d41d8cd98f00b204e9800998ecf8427"),
    ("md5", "g41d8cd98f00b204e9800998ecf8427e"),
    ("sha1", "d41d8cd98f00b204e9800998ecf8427e"),
    ("hash", "d41d8cd98f00b204e9800998ecf8427e00"),
    ("ip", "evil.example"),
    ("sha512", "ab" * 32),
    ("ip_port", "192.0.2.1"),
    ("ip_port", "192.0.2.1:0"),
    ("ip_port", "192.0.2.1:65536"),
    ("ip_port", "192.0.2.1:443/x"),
    ("ip_port", "evil.example:443"),
    ("ip_port", "2001:db8::1:443"),
    ("ip_port", "[2001:db8::1]:80|443"),
    ("email", "mallory"),
    ("email", "@evil.example"),
    ("email", "a b@evil.example"),
]


@pytest.mark.parametrize(("kind", "value", "form"), FORMS)
def test_a_value_has_one_normal_form_however_it_is_written(kind: str, value: str, form: bytes) -> None:
    assert _core.normalise(kind, value) == form
    assert _core.normalise(kind, value.encode()) == form


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_a_value_of_another_kind_is_refused_and_the_message_shows_it(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match="`") as refusal:
        _core.normalise(kind, value)

    assert value[:60] in str(refusal.value)


def test_an_unknown_kind_is_refused_with_the_kinds_that_there_are() -> None:
    with pytest.raises(ValueError, match="`category`; there are: ipv4, ipv6, cidr"):
        _core.normalise("category", "x")


def form_or_none(kind: str, value: bytes) -> bytes | None:
    try:
        return _core.normalise(kind, value)
    except ValueError:
        return None


OF_KIND = {
    "ipv4": [
        "192",
        "0",
        "255",
        "256",
        "01",
        ".",
        ".",
        ".",
        ".",
        "/32",
        "/24",
        ":80",
        ":99999",
        "[.]",
        " ",
        "::ffff:192.0.2.1",
    ],
    "ipv6": ["2001", "db8", "0", "00", "F", "12345", ":", ":", ":", "::", "[", "]", "/128", "%1", ":80", "192.0.2.1"],
    "cidr": [
        "192.0.2.77",
        "10.0.0.0",
        "2001:db8::1",
        "::ffff:1.2.3.4",
        "/",
        "/",
        "0",
        "1",
        "24",
        "33",
        "129",
        "255.240.0.0",
    ],
    "domain": [
        "evil",
        "Example",
        "com",
        ".",
        ".",
        "..",
        "*.",
        "_",
        "-",
        "1",
        ":443",
        "[.]",
        "(dot)",
        "x" * 63,
        "xn--a",
        " ",
    ],
    "email": [
        "mailto:",
        "MAILTO:",
        "Mallory",
        "@",
        "@",
        "[at]",
        "evil",
        ".",
        "com",
        "+",
        " ",
        "?",
        "É",
        "x" * 60,
        "(",
        "<",
    ],
    "md5": ["d41d8cd9", "D41D8CD9", "0123abcd", "FFFFFFFF", "g", " "],
    "sha1": ["da39a3ee", "5E6B4B0D", "3255bfef", "95601890", "afd80709", "0"],
    "sha512": ["e3b0c44298fc1c14" * 4, "9AFBF4C8996FB924" * 4, "0" * 128, "g", " "],
    "ip_port": [
        "192.0.2.1",
        "192.0.2",
        "2001:db8::1",
        "::ffff:192.0.2.1",
        "[",
        "]",
        ":",
        "|",
        "0",
        "443",
        "65535",
        "65536",
        "[.]",
        "[:]",
    ],
    "sha256": ["e3b0c44298fc1c14", "9AFBF4C8996FB924", "27ae41e4649b934c", "a495991b7852b855", "\n"],
}
VALUES = st.sampled_from(sorted(OF_KIND)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(st.sampled_from(OF_KIND[kind]), max_size=9).map("".join))
)


@given(VALUES)
@example(("ipv6", "2001:0:0:1:0:0:0:1"))
@example(("ipv6", "::1.2.3.4"))
def test_the_core_and_the_plain_oracle_agree_on_every_kind(kind_and_value: tuple[str, str]) -> None:
    kind, value = kind_and_value
    try:
        expected = oracle.normal_form(kind, value.encode())
    except ValueError:
        expected = None
    except oracle.ForeignNameError:
        reject()

    assert form_or_none(kind, value.encode()) == expected


@given(VALUES)
def test_a_normal_form_is_its_own_normal_form(kind_and_value: tuple[str, str]) -> None:
    kind, value = kind_and_value
    form = form_or_none(kind, value.encode())

    assert form is None or form_or_none(kind, form) == form


@pytest.mark.slow
@needs_shared_data
def test_every_indicator_of_the_public_feeds_has_a_normal_form_and_is_known_by_its_looks() -> None:
    path = SHARED / "bench" / "indicators.csv.gz"
    surprises: Counter[tuple[str, str | None]] = Counter()

    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for kind, value, _ in list(csv.reader(file))[1:]:
            _core.normalise(kind, value)
            looks = _core.guess_kind(value)
            surprises[kind, looks] += looks != ("ipv4" if kind == "ip" else kind)

    assert surprises.total() == 0
    assert len(surprises) == 8
