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
]
PACKINGS: list[Callable[[bytes], bytes]] = [
    bytes,
    gzip.compress,
    bz2.compress,
    lzma.compress,
    zstandard.ZstdCompressor().compress,
]
FORMATS = st.sampled_from(["auto", "plain", "csv", "json", "jsonl", "kaspersky"])


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
