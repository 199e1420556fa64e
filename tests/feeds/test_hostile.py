"""Feeds of any bytes at all: a report or an error in words, never anything else."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from feed_rows import Collector, read_text
from vedette.errors import FeedError

SAMPLES = [
    b'type,value,feed\nip,192.0.2.1,one\nurl,"http://a.example.com/?a=1,2",one\n',
    b'# "first_seen_utc","ioc_value","ioc_type","tags"\n"2024-01-02 03:04:05", "192.0.2.1:443", "ip:port", "a,b"\n',
    b'[{"type": 1, "mask": "*.example.com", "files": [{"MD5": "00"}]}, {"ip": "192.0.2.1", "ip_geo": "de"}]',
    b'{"ip": "192.0.2.1"}\n{"ip": "192.0.2.2", "tags": ["x"], "confidence": 7}\n',
    b"192.0.2.1\t10\nbad.example.com # spam\n\xff\xfe\n2001:db8::/32\n",
    (
        b'{"response": [{"Event": {"info": "a", "Tag": [{"name": "tlp:red"}], "Attribute": [{"type": "filename|md5",'
        b' "value": "a|00", "to_ids": true}, {"type": "domain|ip", "value": "a.example.com|192.0.2.1"}],'
        b' "Object": [{"name": "file",'
        b' "Attribute": [{"type": "ip-dst|port", "value": "192.0.2.1|80"}]}]}}]}'
    ),
    (
        b'<?xml version="1.0"?><ioc id="x"><definition><Indicator operator="OR"><Indicator operator="AND" id="t">'
        b'<IndicatorItem condition="is"><Context search="DnsEntryItem/Host"/><Content>a.example.com</Content>'
        b'</IndicatorItem><IndicatorItem condition="is"><Context search="FileItem/Md5sum"/><Content>00</Content>'
        b"</IndicatorItem></Indicator></Indicator></definition></ioc>"
    ),
    (
        b'<s:STIX_Package xmlns:s="s" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Observable id="a"><Object>'
        b'<Properties xsi:type="A:AddressObjectType"><Address_Value condition="Equals">192.0.2.1##comma##192.0.2.2'
        b"</Address_Value></Properties></Object></Observable><Indicator><Type>T</Type><Composite_Indicator_Expression"
        b' operator="AND"><Indicator><Observable idref="a"/></Indicator></Composite_Indicator_Expression></Indicator>'
        b"</s:STIX_Package>"
    ),
    b'<!-- c --><l><a id="1"><ip>192.0.2.1</ip><url><![CDATA[http://a.example.com/?a&b]]></url></a><a/></l>',
]
PACKINGS: list[Callable[[bytes], bytes]] = [
    bytes,
    gzip.compress,
    bz2.compress,
    lzma.compress,
    zstandard.ZstdCompressor().compress,
]
FORMATS = st.sampled_from(["auto", "plain", "csv", "json", "jsonl", "kaspersky", "misp", "xml", "openioc", "stix1"])


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample, packed or not, with a few bytes changed, taken out or put in."""
    content = bytearray(draw(st.sampled_from(PACKINGS))(draw(st.sampled_from(SAMPLES))))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(content)


@settings(max_examples=300, deadline=None)
@given(damaged() | st.binary(max_size=200), FORMATS)
def test_any_bytes_are_read_or_turned_away_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, format_: str
) -> None:
    with suppress(FeedError):
        collector, report = read_text(tmp_path_factory.mktemp("any"), content, format=format_)
        assert isinstance(collector, Collector)
        assert report.indicators == len(collector.rows) > 0
        assert report.rejected >= len(report.rejects)
