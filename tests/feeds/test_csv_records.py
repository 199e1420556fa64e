"""Cutting CSV into records, against Python's own writer and reader."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.feeds.document import BLOCK_BYTES, Block, Document
from vedette.feeds.formats.csv_records import Dialect, csv_records
from vedette.feeds.rejects import Rejects

CELLS = st.text(st.sampled_from('ab1 ",;\n#ü'), max_size=8)
RECORDS = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=30)


def blocks_of(text: str, characters: int) -> Iterator[Block]:
    """Whole lines of about so many characters."""
    first, start = 1, 0
    while start < len(text):
        end = text.find("\n", start + characters) + 1 or len(text)
        yield Block(first, text[start:end], clean=True)
        first += text[start:end].count("\n")
        start = end


def cut(blocks: Iterator[Block], dialect: Dialect) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    rejects = Rejects()
    found: list[tuple[int, list[str]]] = []
    for table in csv_records(blocks, dialect, rejects.at("lines", "line")):
        found += zip(table.lines, map(list, table.records()), strict=True)
    return found, [(reject.place, reject.reason) for reject in rejects.kept]


@given(RECORDS, st.sampled_from(",;\t|"), st.integers(0, 40), st.sampled_from(["\n", "\r\n"]))
def test_what_a_writer_wrote_is_read_again_whatever_the_blocks(
    records: list[list[str]], delimiter: str, characters: int, end: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(records)

    found, refused = cut(blocks_of(text.getvalue(), characters), Dialect(delimiter, ""))

    assert [record for _, record in found] == records
    assert refused == []


@given(st.lists(st.text(st.sampled_from("ab1 ,\t"), max_size=12), max_size=30), st.integers(0, 40))
def test_lines_without_quotes_give_what_the_plain_reader_gives(lines: list[str], characters: int) -> None:
    text = "\n".join(lines)

    found, _ = cut(blocks_of(text, characters), Dialect(",", ""))

    plain = zip(lines, csv.reader(lines, skipinitialspace=True), strict=True)
    assert found == [(number, record) for number, (line, record) in enumerate(plain, 1) if line.strip()]


@given(st.lists(st.sampled_from(["a,b", '"a","b"', "# a,b", "", '"a\nb",c', '# "x']), max_size=30), st.integers(0, 40))
def test_each_record_has_the_number_of_the_line_on_which_it_begins(lines: list[str], characters: int) -> None:
    text = "\n".join(lines)

    found, refused = cut(blocks_of(text, characters), Dialect(",", "#"))

    begins = 1
    expected = []
    for line in lines:
        if line and not line.startswith("#"):
            expected.append(begins)
        begins += 1 + line.count("\n")
    assert [number for number, _ in found] == expected
    assert refused == []


@pytest.mark.parametrize("behind", [0, 10, 100_000])
def test_a_quote_that_is_never_closed_costs_one_line(behind: int) -> None:
    text = 'a,b\nc,"d\n' + "e,f\n" * behind

    found, refused = cut(blocks_of(text, 4096), Dialect(",", ""))

    assert found == [(1, ["a", "b"]), *((number, ["e", "f"]) for number in range(3, 3 + behind))]
    assert [place for place, _ in refused] == [2]


@given(st.lists(st.integers(0, 3 * BLOCK_BYTES // 2), min_size=1, max_size=5), st.booleans())
def test_blocks_hold_whole_lines_and_all_of_them(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], ended: bool
) -> None:
    path = Path(tmp_path_factory.mktemp("blocks")) / "lines"
    path.write_text("\n".join("x" * length for length in lengths) + "\n" * ended)

    with path.open("rb") as stream:
        blocks = list(Document.of("lines", stream).blocks(Rejects().at("lines", "line")))

    assert "".join(block.text for block in blocks) == path.read_text()
    assert all(block.text.endswith("\n") for block in blocks[:-1])
    assert [block.first for block in blocks] == [
        1 + sum(block.text.count("\n") for block in blocks[:position]) for position in range(len(blocks))
    ]
