"""What `auto` sees in disguise: every value in every disguise, and nothing that no reading of the text holds."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import disguise, extraction
from oracles.disguise import NAMES, Disguise
from shared_data import SHARED, needs_shared_data
from vedette import _core
from vedette.config.settings import Profile, Rule
from vedette.events.rules import compile_profiles

VALUES = [
    ("domain", b"evil.com", b"evil.com"),
    ("domain", b"a-b.evil_c.co.uk", b"a-b.evil_c.co.uk"),
    ("ipv4", b"192.0.2.1", b"192.0.2.1"),
    ("ip_port", b"192.0.2.1:443", b"192.0.2.1:443"),
    ("email", b"mallory@evil.com", b"mallory@evil.com"),
    ("url", b"http://evil.com/a.php", b"evil.com/a.php"),
    ("url", b"https://evil.com:8443/x", b"evil.com/x"),
]
BEFORE = [b"", b" ", b"see ", b'x="', b"(", b"<", b"a, ", b"\n", b"x\xff "]
AFTER = [b"", b" ", b" now", b'"', b")", b">", b", b", b"\n", b" \xff"]
PUNCTUATION = b".:/@"
PERCENT = (disguise.percent, disguise.percent_twice, disguise.old_unicode)


def disguised(value: bytes, disguise: Disguise, places: list[int]) -> bytes:
    """The value with the bytes at these places in disguise."""
    return b"".join(disguise(value[at : at + 1]) if at in places else value[at : at + 1] for at in range(len(value)))


@st.composite
def hidden(draw: st.DrawFn) -> tuple[tuple[str, bytes, bytes], Disguise, bytes]:
    """A value, a disguise, and the value in it: some of its marks at least, and perhaps letters."""
    value = draw(st.sampled_from(VALUES))
    put_on = draw(st.sampled_from(list(NAMES)))
    marks = [at for at in range(len(value[1])) if put_on(value[1][at : at + 1]) != value[1][at : at + 1]]
    marks = [at for at in marks if value[1][at] in PUNCTUATION]
    if put_on in PERCENT and value[0] == "url":
        # What is escaped in a URL's path belongs to it.
        marks = [at for at in marks if at < value[1].index(b"/", 8)]
    some = draw(st.lists(st.sampled_from(marks), min_size=1, unique=True)) if marks else []
    first = min(some, default=0)
    letters = draw(st.lists(st.integers(0, first), max_size=3))
    return value, put_on, disguised(value[1], put_on, some + letters)


@given(hidden(), st.sampled_from(BEFORE), st.sampled_from(AFTER))
@settings(max_examples=600, deadline=None)
def test_a_value_in_any_disguise_is_seen_where_it_stands(
    hidden: tuple[tuple[str, bytes, bytes], Disguise, bytes], before: bytes, after: bytes
) -> None:
    (kind, plain, normal_form), put_on, text = hidden
    if text == plain:
        return

    seen = _core.observables(before + text + after)

    expected = (kind, len(before), len(before) + len(text), normal_form, NAMES[put_on])
    assert expected in seen


MARKS = [disguise(bytes([byte])) for disguise in NAMES for byte in b".:/@-_aZ 7%&\\"]
TOKENS = st.one_of(
    st.sampled_from([value for _, value, _ in VALUES]),
    st.sampled_from(MARKS),
    st.sampled_from([bytes([byte]) for byte in b" \n\"'<>,;=()[]{}/.:@%&\\#?"]),
    st.sampled_from([b"com", b"evil", b"src=", b'"dst_ip":', b"3221225985", b"0xC0000201", b"192.513", b"http://"]),
    st.sampled_from([b"0xC0.0x00.0x02.0x01", b"0300.0000.0002.0001", b"hxxp", b"[dot]", b"&amp;", b"=\n", b"\\n"]),
    st.binary(max_size=3),
)


@given(st.lists(TOKENS, max_size=12).map(b"".join))
@settings(max_examples=500, deadline=None)
def test_nothing_is_seen_that_no_reading_of_the_text_holds(text: bytes) -> None:
    plain = _core.observables(text, disguised=False)

    seen = _core.observables(text)

    starts = [start for _, start, *_ in seen]
    assert starts == sorted(starts)
    for one in set(seen) - set(plain):
        kind, start, end, normal_form, obfuscation = one
        assert 0 <= start < end <= len(text)
        assert obfuscation
        assert disguise.says(text, kind, normal_form)


@given(st.lists(TOKENS, max_size=12).map(b"".join))
@settings(max_examples=500, deadline=None)
def test_what_is_seen_plainly_is_seen_still_or_read_as_part_of_more(text: bytes) -> None:
    seen = _core.observables(text)

    for plain in set(_core.observables(text, disguised=False)) - set(seen):
        _, start, end, *_ = plain
        assert any(other[1] < start and end <= other[2] for other in seen)


@pytest.mark.parametrize(
    "text",
    [
        b"http://evil.com/a%20b%2Ec",
        b"http:\\/\\/evil.com\\/a\\=b",
        b"GET /index.php?x=%41%20b HTTP/1.1",
        b"C:\\users\\new\\temp\\report.x",
        b"arr[:] f(.) {dot}",
        b"a=2E0F b=3D c=40.5",
        b"3221225985 id=3221225985 v=192.513 0xC0000201",
    ],
)
def test_ordinary_escapes_are_no_disguise(text: bytes) -> None:
    assert _core.observables(text) == _core.observables(text, disguised=False)


def belongs_to_a_plain_url(text: bytes, form: str, one: extraction.Seen, seen: set[extraction.Seen]) -> bool:
    """`http://a.example/b%20c` is one URL, and the reference ends it at the blank."""
    host = one[3].split(b"/")[0]
    plain = [other for other in seen if other[0] == "url" and not other[4] and other[3].split(b"/")[0] == host]
    return form == "percent" and one[0] == "url" and any(b"%" in text[other[1] : other[2]] for other in plain)


def ends_at_the_next_parameter(text: bytes, form: str, one: extraction.Seen, seen: set[extraction.Seen]) -> bool:
    """`?u=http%3A%2F%2Fa.example%2Fb&c=d`: the reference reads on over the `&`."""
    read = [other for other in seen if other[0] == "url" and "percent-encoded" in other[4]]
    return (
        form == "percent" and one[0] == "url" and any(one[3].startswith(other[3]) and b"&" in one[3] for other in read)
    )


def is_filled_up_with_zeros(text: bytes, form: str, one: extraction.Seen, seen: set[extraction.Seen]) -> bool:
    """`10.00.000.00`, `5.0.0.0000`: octal has four digits in two parts or more."""
    words = re.findall(rb"[0-9A-Za-z.]+", text)
    zeros = [
        word
        for word in words
        if b"octal address" in b", ".join(n.encode() for n in extraction.address_writing(word)[1])
    ]
    return form == "whole number" and any(len(re.findall(rb"\b0[0-7]{3}", word)) < 2 for word in zeros)


def is_the_value_of_a_key(text: bytes, form: str, one: extraction.Seen, seen: set[extraction.Seen]) -> bool:
    """`?id=25428794`: the reference reads `=25` as quoted-printable, auto only where a name or scheme comes of it."""
    return (
        form == "quoted-printable" and re.search(rb"[A-Za-z_]\\?=(?:2[35-9A-F]|3[ADF]|40|5F)[0-9A-F]", text) is not None
    )


REASONS = (is_the_value_of_a_key, belongs_to_a_plain_url, ends_at_the_next_parameter, is_filled_up_with_zeros)


@pytest.mark.slow
@needs_shared_data
def test_what_a_generous_reading_of_every_real_log_sees_beyond_auto_has_a_reason() -> None:
    unexplained = []
    for log in sorted((SHARED / "real" / "logs").rglob("*.log")):
        for line in log.read_bytes().split(b"\n"):
            seen = {*_core.observables(line), *_core.observables(line, disguised=False)}
            known = {(one[0], one[3]) for one in seen}
            for form, reading in disguise.readings_by_form(line):
                for one in extraction.observables(reading):
                    explained = any(reason(line, form, one, seen) for reason in REASONS)
                    if (one[0], one[3]) not in known and not explained:
                        unexplained.append((form, one, line))

    assert unexplained == []


@pytest.mark.slow
@needs_shared_data
def test_in_every_real_log_nothing_is_seen_that_no_reading_holds() -> None:
    for log in sorted((SHARED / "real" / "logs").rglob("*.log")):
        for line in log.read_bytes().split(b"\n"):
            plain = set(_core.observables(line, disguised=False))
            for kind, _, _, normal_form, _ in set(_core.observables(line)) - plain:
                assert disguise.says(line, kind, normal_form)


def test_base64_is_read_where_a_rule_asks_for_it() -> None:
    with pytest.raises(ValueError, match="profile `p`, rule `r`: only a rule of type `auto` reads base64"):
        compile_profiles({"p": Profile(rules={"r": Rule(type="url", regex="(.*)", base64=True)})})

    rules = compile_profiles({"default": Profile(rules={"r": Rule(type="auto", base64=True)})})

    assert rules.names(0) == ("r",)
