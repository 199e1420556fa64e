"""What the core reads of a plain list is what Python reads of it, row by row and reject by reject."""

import io
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import pytest
from hypothesis import strategies as st

from vedette import _core
from vedette.config.settings import Feed
from vedette.feeds.document import Document
from vedette.feeds.facts import Facts
from vedette.feeds.formats.format import PreparedBatch
from vedette.feeds.formats.plain import PlainFormat
from vedette.feeds.rejects import Rejects
from vedette.index.index import Index


class InPython(PlainFormat):
    """The oracle."""

    in_core_from_bytes: ClassVar[int] = 1 << 60


class InCore(PlainFormat):
    in_core_from_bytes: ClassVar[int] = 0


VALUES = st.sampled_from(
    ["192.0.2.1", "192.0.2.9", "0.0.0.0", "::1", "a.example", "http://b.example/#x", "#", " #", "\t#", ";", "//", "-"]
)
BETWEEN = st.sampled_from(
    [" ", "\t", "\r", "\u2003", "\x1f", "\x85", "ü.example", "\udcff", '"', "\\", "10", " - ", "\x01", "no kind"]
)
LINES = st.lists(st.lists(VALUES | BETWEEN, max_size=6).map("".join), max_size=12)


def read(format_: type[PlainFormat], text: bytes, comment: str, path: Path) -> tuple[Any, ...]:
    feed = Feed(path=Path("list.txt"), comment=comment)
    builder, rejects = _core.IndexBuilder(str(path)), Rejects()
    refuse = rejects.at("list.txt", "line")
    document = Document.of("list.txt", io.BufferedReader(io.BytesIO(text)))
    records = taken = in_core = 0
    for batch in format_(feed).batches(document, Facts(builder, "feed", feed), refuse):
        given = batch.give(builder)
        records += batch.records
        taken += given.taken
        in_core += isinstance(batch, PreparedBatch)
        for place, reason in given.refusals:
            refuse(place, reason)
    builder.finish()
    entries = [repr(entry) for entry in Index.open(path).entries()]
    path.unlink()
    return records, taken, sorted(map(str, rejects.kept)), rejects.left_out, entries, in_core


@hypothesis.given(LINES, st.sampled_from(["#", "", "!", "10"]))
def test_the_core_and_python_read_the_same_of_any_list(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], comment: str
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    text = "\n".join(lines).encode("utf-8", "surrogateescape")

    *by_core, in_core = read(InCore, text, comment, folder / "core.vdx")
    *by_python, in_python = read(InPython, text, comment, folder / "python.vdx")

    assert by_core == by_python
    assert (in_core > 0, in_python) == (bool(text), 0)
