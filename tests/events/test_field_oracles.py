"""The walk over structured events, held against plain readings of single formats; and any bytes at all."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import fields as oracle
from shared_data import SHARED, needs_shared_data
from vedette import _core

HEAD = "CEF:0|V|P|1|1|N|5|"
WORDS = st.sampled_from(
    ["a", "src", "b c", "192.0.2.1", "x=", "k=v", " k=v", "\\=", "\\\\", "\\n", "\\", " ", "=", "é", "|"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{<[=|&"), max_size=12)
NAMES = st.text(st.sampled_from("abc_-. é"), min_size=1, max_size=6)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
LINES = (
    st.binary(max_size=60),
    st.sampled_from(
        [b"CEF:0|a|b|c|d|e|f|", b"LEEF:2.0|a|b|c|d|^|", b'{"a":', b"<a b='", b"k=v ", b'"', b"}", b"</a>", b"\\u"]
    ),
    st.sampled_from(
        [b"<134>Mar  4 10:00:01 gate app: ", b"<34>1 - a b c d ", b'[a@1 b="', b",1,2,3,4", b"\\", b"&#x41;"]
    ),
)


def scalars(event: bytes, own: str) -> list[tuple[str, str]]:
    """What the walk sees in one format, without the containers and without what is further in."""
    seen, passed_over = _core.fields_of(event)
    assert passed_over == 0
    return [
        (name, value.decode()) for name, _, _, value in seen if name.startswith(own) and value[:1] not in (b"{", b"[")
    ]


@given(st.lists(WORDS, max_size=14).map("".join))
@settings(max_examples=1500, deadline=None)
def test_a_cef_extension_is_read_as_a_plain_reading_reads_it(extension: str) -> None:
    seen, _ = _core.fields_of((HEAD + extension).encode())
    pairs = [(name, value.decode()) for name, _, _, value in seen if name.startswith("cef.") and ".kv." not in name]

    assert pairs[7:] == [(f"cef.{key}", value) for key, value in oracle.cef_extension(extension)]


@given(st.dictionaries(NAMES, DOCUMENTS, max_size=5), st.booleans())
@settings(max_examples=500, deadline=None)
def test_json_is_read_as_pythons_own_reader_reads_it(document: dict[str, object], ascii_only: bool) -> None:
    event = json.dumps(document, ensure_ascii=ascii_only).encode()

    assert dict(scalars(event, "json.$")) == {
        name: value for name, value in oracle.json_fields(document) if value[:1] not in ("{", "[")
    }


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> ElementTree.Element:
    """An element of a few names, with attributes, text and children."""
    texts = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="{[="), min_size=1, max_size=8)
    names = st.sampled_from(["Event", "Data", "x"])
    attributes = draw(st.dictionaries(st.sampled_from(["Name", "id"]), texts, max_size=2))
    element = ElementTree.Element(
        draw(names), {name: value.replace("&", "+").replace("<", "+") for name, value in attributes.items()}
    )
    element.text = draw(st.none() | texts)
    for _ in range(draw(st.integers(0, 3)) if depth else 0):
        child = draw(elements(depth - 1))
        child.tail = draw(st.none() | texts)
        element.append(child)
    return element


@given(elements())
@settings(max_examples=300, deadline=None)
def test_xml_is_read_as_pythons_own_reader_reads_it(element: ElementTree.Element) -> None:
    text = ElementTree.tostring(element, encoding="unicode", short_empty_elements=False)

    own = [(name, value) for name, value in scalars(text.encode(), "xml.") if ".kv." not in name and ".csv" not in name]
    assert own == oracle.xml_fields(text)


@given(st.lists(TEXTS.map(str.strip), min_size=6, max_size=9), st.booleans())
@settings(max_examples=300, deadline=None)
def test_columns_are_read_as_pythons_own_reader_reads_them(columns: list[str], all_quoted: bool) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL, lineterminator="").writerow(columns)

    seen, _ = _core.fields_of(written.getvalue().encode(), csv=True)

    if "csv.6" in [name for name, *_ in seen] and ";" not in written.getvalue():
        assert [value.decode() for name, _, _, value in seen if name.startswith("csv.")] == columns


@given(st.lists(st.one_of(*LINES), max_size=10).map(b"".join))
@settings(max_examples=2000, deadline=None)
def test_any_bytes_give_fields_within_the_event_and_a_value_no_longer_than_its_place(event: bytes) -> None:
    seen, _ = _core.fields_of(event)

    assert len(seen) <= 1024
    for name, start, end, value in seen:
        assert 0 <= start <= end <= len(event)
        assert len(value) <= end - start, name
        if not any(byte in event[start:end] for byte in b'\\&"'):
            assert value == event[start:end]


@needs_shared_data
def test_real_json_events_are_read_as_pythons_own_reader_reads_them() -> None:
    logs = sorted((SHARED / "real" / "logs").rglob("suricata*.log"))
    assert logs

    for line in (line for log in logs for line in log.read_bytes().splitlines()):
        document = json.loads(line, parse_float=lambda text: text, parse_int=lambda text: text)
        expected = {name: value for name, value in oracle.json_fields(document) if value[:1] not in ("{", "[")}
        inner = ".kv.", ".json.", ".xml.", ".syslog.", ".cef."
        own = [(name, value) for name, value in scalars(line, "json.$") if not any(part in name for part in inner)]
        assert dict(own) == expected
