"""Kinds are told by looking where a feed does not say, and defanged text is understood."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oracles import normal_form as oracle
from vedette import _core

KINDS = [
    ("d41d8cd98f00b204e9800998ecf8427e", "md5"),
    ("DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "sha1"),
    ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sha256"),
    ("192.0.2.1", "ipv4"),
    ("192[.]0[.]2[.]1", "ipv4"),
    ("192.0.2.1/32", "ipv4"),
    ("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" + "0" * 64, "sha512"),
    ("192.0.2.1:8080", "ip_port"),
    ("192[.]0[.]2[.]1[:]8080", "ip_port"),
    ("192.0.2.1|8080", "ip_port"),
    ("192.0.2.1:0", "ipv4"),  # No port has this number: none was meant.
    ("2001:db8::1|443", "ip_port"),
    ("2001:db8::1:443", "ipv6"),
    ("192.0.2.0/24", "cidr"),
    ("192.0.2.0/255.255.255.0", "cidr"),
    ("192.0.2.0/33", None),
    ("[[[:]]:]", None),  # Defanged twice over: undone once, it is no address.
    ("192.0.2.1/gate.php", "url"),
    ("2001:db8::1", "ipv6"),
    ("[2001:db8::1]:443", "ip_port"),
    ("2001:db8::/128", "ipv6"),
    ("2001:db8::/32", "cidr"),
    ("evil.com", "domain"),
    ("*.evil.com", "domain"),
    (".evil.com", "domain"),
    ("evil[.]com", "domain"),
    ("evil.com:443", "domain"),
    ("hidden.onion", "domain"),
    ("xn--e1aybc.example", "domain"),
    ("evil.com/path", "url"),
    ("evil.com:443/path", "url"),
    ("*.evil.com/*", "url"),
    ("http://evil/path", "url"),
    ("hxxps[:]//evil[.]example/", "url"),
    ("[2001:db8::1]/path", "url"),
    ("mallory@evil.com", "email"),
    ("mallory[at]evil[dot]com", "email"),
    ("mailto:mallory@evil.com", "email"),
    ("evil", None),
    ("evil.example", "domain"),
    ("c2.evil.test", "domain"),
    ("mallory@evil.example", "email"),
    ("evil.example/gate.php", "url"),
    ("report.exe", None),
    ("mallory@evil", None),
    ("C:/Windows/evil.com", None),
    ("evil:///path", None),
    ("a b.com", None),
    ("", None),
]
REFANGED = [
    ("hXXp://evil.com", b"http://evil.com"),
    ("hxxps[://]evil(.)com[/]a", b"https://evil.com/a"),
    ("h**p[:]//evil{dot}com", b"http://evil.com"),
    ("seen at hxxp://evil[.]com today", b"seen at http://evil.com today"),
    ("a[@]b[.]com, a (at) b", b"a@b.com, a @ b"),
    ("http://[::1]/(x)", b"http://[::1]/(x)"),
    ("hxxp evil dot com, xhxxp://", b"hxxp evil dot com, xhxxp://"),
    ("evil[.)com [", b"evil[.)com ["),
]


@pytest.mark.parametrize(("value", "kind"), KINDS)
def test_a_kind_is_told_by_looking(value: str, kind: str | None) -> None:
    assert _core.guess_kind(value) == kind


@pytest.mark.parametrize(("value", "plain"), REFANGED)
def test_defanging_is_undone_and_other_text_stays(value: str, plain: bytes) -> None:
    assert _core.refang(value) == plain


@given(st.text(st.sampled_from("hHxX*tTpPsS:/[](){}.@dota "), max_size=40))
def test_the_core_and_the_plain_oracle_undo_the_same(value: str) -> None:
    assert _core.refang(value) == oracle.refang(value.encode())


PIECES = [
    "192.0.2.1",
    "2001:db8::1",
    "evil.com",
    "a",
    ".",
    "*.",
    "/",
    "24",
    ":80",
    "@",
    "http://",
    "[.]",
    "[",
    "]",
    "f" * 32,
]


@example(b"[[[:]]:]")
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=5).map("".join).map(str.encode), st.binary(max_size=40)))
def test_what_has_a_kind_has_a_normal_form_of_that_kind(value: bytes) -> None:
    kind = _core.guess_kind(value)

    assert kind is None or _core.normalise(kind, value)
