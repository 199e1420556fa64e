"""URLs are compared in the form that Kaspersky's feeds are written in, and masks are globs over that form."""

import json

import pytest
from hypothesis import assume, example, given, reject
from hypothesis import strategies as st

from indicators.url_differences import DIFFERENCES
from oracles import normal_form as oracle
from shared_data import SHARED, needs_shared_data
from vedette import _core

FORMS = [
    ("https://www.example.com:443/?q=hello%20world#fragment", "example.com/?q=hello world"),
    ("http://example.com:80", "example.com"),
    ("http://www.example.com/../a/b/../c/./d.html", "example.com/a/c/d.html"),
    ("http://171978763", "10.64.48.11"),
    ("http://0xa.0x40.0x30.0xb/", "10.64.48.11"),
    ("http://0112.0175.0117.0150/", "74.125.79.104"),
    ("http://30.31.8225", "30.31.32.33"),
    ("http://github.com@520966948", "31.13.83.36"),
    ("http://1.2.3.256/", "1.2.3.256"),
    ("http://[2001:0000:11AA:0:0:0:1234:0]/", "[2001:0:11aa::1234:0]"),
    ("http://[2001:db8::1]:8080/a", "[2001:db8::1]/a"),
    ("http://\u0442\u0435\u0441\u0442.\u0440\u0444", "xn--e1aybc.xn--p1ai"),
    ("http://..Evil...Example../", "evil.example"),
    ("http://www.www.evil.example/", "www.evil.example"),
    ("http:\\/\\/evil.example\\/a\\/b", "evil.example/a/b"),
    ("http://evil.example\\a//b/", "evil.example/a/b"),
    ("http://evil.example/a%2525", "evil.example/a%25"),
    ("http://evil.example/100%/%41?%41", "evil.example/100%/%41?%41"),
    ("http://evil.example/a?x=1+1%00&y=100%&z=%41", "evil.example/a?x=1%2b1&y=100%&z=%41"),
    ("http://evil.example/a?x=1+1&z=%41", "evil.example/a?x=1+1&z=a"),
    ("http://evil.example/a%F0%9D", "evil.example/a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"),
    ("http://evil.example/a/%2e%2e/b", "evil.example/a/../b"),
    ("http://evil.example/a /%2e%2e/b", "evil.example/b"),
    ("http://evil.example/%5C?x", "evil.example/\\?x"),
    ("http://evil.example/\\?x", "evil.example/?x"),
    ("http://evil.example/a/%3f", "evil.example/a"),
    ("http://evil.example/a?b/.", "evil.example/a?b"),
    ("http://evil.example/a/?/.", "evil.example/a"),
    ("http://evil.example/a/?", "evil.example/a"),
    ("http://evil.example/a?", "evil.example/a"),
    ("http://evil.example/a/?x", "evil.example/a/?x"),
    ("http://evil.example?x", "evil.example?x"),
    ("http://evil.example/*", "evil.example"),
    ("HXXPS[:]//evil[.]example/a[.]php", "evil.example/a.php"),
    ("http://evil.example/(dot)/a[.]php", "evil.example/(dot)/a[.]php"),
    ("http://[::1]/a[.]php", "[::1]/a[.]php"),
    ("  //evil.example/É\t", "evil.example/é"),
]
REFUSED = [
    "",
    "http://",
    "http:///?x",
    "http://a b/",
    "http://evil.example:x/",
    "http://[evil.example]/",
    "http://[::1",
]

MASKS = [
    ("*.Evil.Example/Path/*", "*.evil.example/path/*"),
    ("*evil.example", "*evil.example"),
    ("http://www.evil.example:80/*", "evil.example/*"),
    ("evil.example/*/x/../y?id=*", "evil.example/*/y?id=*"),
    ("*.\u0442\u0435\u0441\u0442.\u0440\u0444/*", "*.xn--e1aybc.xn--p1ai/*"),
    ("*[.]evil[.]example/*", "*.evil.example/*"),
]
REFUSED_MASKS = ["*", "*.", "*/a", "evil.*/a", "ev*l.example", "evil.example/%2a"]


@pytest.mark.parametrize(("value", "form"), FORMS)
def test_a_url_has_one_normal_form_however_it_is_written(value: str, form: str) -> None:
    assert _core.normalise("url", value).decode() == form


@pytest.mark.parametrize("value", REFUSED)
def test_what_has_no_host_is_no_url(value: str) -> None:
    with pytest.raises(ValueError, match="`"):
        _core.normalise("url", value)


@pytest.mark.parametrize(("value", "form"), MASKS)
def test_a_mask_keeps_its_stars_in_a_normal_form(value: str, form: str) -> None:
    assert _core.normalise_mask(value).decode() == form


@pytest.mark.parametrize("value", REFUSED_MASKS)
def test_a_mask_that_names_no_host_or_hides_a_star_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="`"):
        _core.normalise_mask(value)


def vendors_cases() -> list[tuple[str, str | None]]:
    path = SHARED / "real" / "cases" / "kaspersky_normalize_url_oracle.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [(row["input"], row["normalized"] if row["ok"] else None) for row in rows]


def form_or_none(value: str) -> str | None:
    try:
        return _core.normalise("url", value.encode()).decode("utf-8", "backslashreplace")
    except ValueError:
        return None


@needs_shared_data
def test_our_form_is_the_vendors_but_for_the_differences_that_we_explain() -> None:
    differences = {value: form_or_none(value) for value, vendors in vendors_cases() if form_or_none(value) != vendors}

    explained = {value: form for table in DIFFERENCES.values() for value, form in table.items()}
    assert differences == explained


PIECES = {
    "scheme": ["", "http://", "HTTPS://", "hxxp://", "h**p[:]//", "ftp:", "//", "http:\\/\\/", "evil:", "[://]"],
    "user": ["", "", "user@", "a:b@", "@", "%41@"],
    "host": ["www.", "a", "Evil", ".", "..", "example", "xn--a", "_", "-", "%25", "%41", "[.]", "(dot)", "*", " ", "~"],
    "address": ["0x7f", "017", "08", "1", "256", "65535", "4294967295", ".", ".", ".", "[::1]", "[0:0::FFFF:1.2.3.4]"],
    "port": ["", "", ":80", ":", ":x", ":99999", "[:]80"],
    "path": [
        "/",
        "//",
        "\\",
        ".",
        "..",
        "/../",
        "/./",
        "a",
        "B.",
        "%2e",
        "%2F",
        "%",
        "%zz",
        "%41",
        "%25",
        "%00",
        "%e9",
    ],
    "letters": ["/É", "/İ", "%c3%89", "[.]", "(at)", "/*", "+", "\xa0", " ", "\t", "\x7f"],
    "query": ["?", "?", "a=B", "%00", "%", "%41", "+", "/", "//", "/.", "É", "*", " "],
    "fragment": ["", "", "#", "#a/b?c", "#%"],
}


def some(piece: str, most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES[piece]), max_size=most).map("".join)


URLS = st.tuples(
    st.sampled_from(PIECES["scheme"]),
    st.sampled_from(PIECES["user"]),
    st.one_of(some("host", 6), some("address", 7)),
    st.sampled_from(PIECES["port"]),
    some("path", 8),
    some("letters", 3),
    some("query", 6),
    st.sampled_from(PIECES["fragment"]),
).map("".join)
BYTES = st.text(st.sampled_from("htpx:/\\?#@[]().%*0123afw -AZ"), max_size=30)


@given(st.one_of(URLS, BYTES))
@example("http://www.a/..//./b%2f?//%2f")
@example("www.a\\%2F")
def test_the_core_and_the_plain_oracle_agree_on_every_url(value: str) -> None:
    try:
        expected = oracle.normal_form("url", value.encode()).decode("utf-8", "backslashreplace")
    except ValueError:
        expected = None
    except oracle.ForeignNameError:
        reject()

    assert form_or_none(value) == expected


@given(st.one_of(URLS, BYTES))
@example("www.??/.")
@example("a.example?/./.")
def test_a_normal_form_is_its_own_normal_form_but_for_escapes_and_a_second_www_or_blank(value: str) -> None:
    assume("%" not in value)
    form = form_or_none(value)
    assume(form is not None and not form.startswith("www.") and form == form.rstrip(" "))

    assert form_or_none(form or "") == form
