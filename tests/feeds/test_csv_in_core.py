"""What the core reads of a table is what Python reads of it, row by row and reject by reject."""

import io
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import pytest
from hypothesis import strategies as st

from vedette import _core
from vedette.config.settings import Feed
from vedette.feeds import document as documents
from vedette.feeds.document import Document
from vedette.feeds.facts import Facts
from vedette.feeds.formats.csv import CsvFormat
from vedette.feeds.formats.format import PreparedBatch
from vedette.feeds.rejects import Rejects
from vedette.index.index import Index


class InPython(CsvFormat):
    """The oracle."""

    in_core: ClassVar[bool] = False


VALUES = st.sampled_from(
    [
        "192.0.2.1",
        "a.example",
        "http://b.example/x",
        "198.51.100.0/24",
        "n/a",
        "",
        "no",
        '"',
        "ü.ex",
        "\u2003c.example\x1f",
    ]
)
WORDS = [
    "ip",
    "domain",
    "url",
    "weird",
    "exact",
    " Host",
    "network",
    "2024-02-29 10:00:00",
    "1700000000",
    "a,b",
    'say "x"',
    "two\nlines",
    "80",
]
CELLS = st.one_of(VALUES, st.sampled_from(WORDS), st.text(st.sampled_from('ab1. ,"#\t\r\x01\\/ü'), max_size=8))
HEADERS = st.sampled_from(
    [
        ("type", "value", "feed"),
        ("value", "type", "confidence", "tags"),
        ("first_seen", "ip", "url", "note"),
        ("domain", "valid_until", "tlp", "category", "5"),
        ("url", "path", "x"),
        ("value", "scope", "type"),
    ]
)
WRITINGS = st.sampled_from(["raw", "quoted", "crlf"])


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table that reads well at first; what comes behind the records that are looked at is of any sort."""
    header, delimiter = draw(HEADERS), draw(st.sampled_from(",;\t|"))
    usual = {"type": "domain", "value": "v.example", "ip": "192.0.2.9", "domain": "d.example", "url": "u.example/x"}
    lines = [delimiter.join(header)] + [delimiter.join(usual.get(name, "") for name in header)] * 101
    for cells in draw(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=30)):
        writing = draw(WRITINGS)
        if writing == "raw":
            lines.append(delimiter.join(cells))
        else:
            quoted = delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)
            lines.append(quoted + ("\r" if writing == "crlf" else ""))
    text = "\n".join(lines).encode()
    if draw(st.booleans()):
        text = text.replace("ü".encode(), b"\xff")
    return text


def read(format_: type[CsvFormat], text: bytes, path: Path) -> tuple[Any, ...]:
    feed = Feed(path=Path("table.csv"), scope_field="scope" if b"scope" in text[:20] else None)
    builder, rejects, refused = _core.IndexBuilder(str(path)), list[tuple[int, str]](), Rejects()
    refuse = refused.at("table.csv", "line")
    document = Document.of("table.csv", io.BufferedReader(io.BytesIO(text)))
    records = taken = in_core = 0
    for batch in format_(feed).batches(document, Facts(builder, "feed", feed), refuse):
        given = batch.give(builder)
        records += batch.records
        taken += given.taken
        rejects += given.refusals
        in_core += isinstance(batch, PreparedBatch)
    rejects += [(reject.place, reject.reason) for reject in refused.kept]
    builder.finish()
    entries = [repr(entry) for entry in Index.open(path).entries()]
    path.unlink()
    return records, taken, sorted(rejects), entries, in_core


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BLOCK_BYTES", 200)


@hypothesis.given(tables())
def test_the_core_and_python_read_the_same_of_any_table(tmp_path_factory: pytest.TempPathFactory, text: bytes) -> None:
    folder = tmp_path_factory.mktemp("tables")

    *by_core, _ = read(CsvFormat, text, folder / "core.vdx")
    *by_python, in_core = read(InPython, text, folder / "python.vdx")

    assert in_core == 0
    assert by_core == by_python
