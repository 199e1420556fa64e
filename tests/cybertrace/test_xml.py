import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.cybertrace.xml import is_xml, parse_xml
from vedette.errors import ConfigurationError

BOMB = b"""<?xml version="1.0"?>
<!-- innocent -->
<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Configuration x="&b;">&b;</Configuration>"""


def refusal(data: bytes) -> str:
    with pytest.raises(ConfigurationError) as raised:
        parse_xml(data, "kl.conf")
    return str(raised.value)


def test_a_doctype_is_refused_with_its_line_before_its_entities_unfold() -> None:
    assert refusal(BOMB).startswith("kl.conf:3: declares a DOCTYPE")
    assert "DOCTYPE" in refusal(BOMB.decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16"))


def test_a_file_of_the_machine_cannot_be_drawn_in() -> None:
    outside = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Configuration/>'

    assert refusal(outside).startswith("kl.conf:1: declares a DOCTYPE")


def test_broken_xml_names_its_line() -> None:
    said = refusal(b"<Configuration>\n<InputSettings>\n</OutputSettings>\n</Configuration>")

    assert said.startswith("kl.conf:3: is not XML: ")
    assert "InputSettings" in said


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<configuration/>", "names are case-sensitive"),
        (b"<Settings/>", "this is the feed utility's file"),
        (b"", "is not XML"),
        (b"<Configuration>" + b"<a>" * 5000, "is not XML"),
    ],
)
def test_another_file_is_refused_and_says_why(data: bytes, why: str) -> None:
    assert why in refusal(data)


@pytest.mark.parametrize(
    ("data", "suffix", "xml"),
    [(b"\n <a/>", ".yaml", True), (b"\xef\xbb\xbf<a/>", "", True), (b"a: 1", ".yaml", False), (b"", ".conf", True)],
)
def test_the_file_is_told_by_how_it_begins_or_by_its_name(data: bytes, suffix: str, xml: bool) -> None:
    assert is_xml(data, suffix) == xml


@given(st.binary(max_size=80) | st.text(st.sampled_from("<>/?!-[]CDATADOCTYPE &;\"'=a\n"), max_size=60).map(str.encode))
def test_no_bytes_do_more_than_raise_a_configuration_error(data: bytes) -> None:
    with pytest.raises(ConfigurationError):
        parse_xml(data, "kl.conf")
