"""Objects are cut out of whatever a STIX document is written as; what is broken costs itself or what is behind it."""

import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed_rows import read_text
from feeds.made_stix import bundle, bundle_text, indicator, stix_object
from vedette.feeds.document import Document
from vedette.feeds.formats import stix2_stream
from vedette.feeds.formats.stix2_stream import looks_stix2, stix_objects
from vedette.feeds.rejects import Rejects

FIRST, SECOND, THIRD = (indicator(f"[domain-name:value = '{name}.example']") for name in ("a", "b", "c"))
REFERENCES = [{"source_name": "x", "url": f"https://x.example/{number}"} for number in range(3)]


def objects_of(text: str | bytes) -> tuple[list[Any], Rejects]:
    raw = text if isinstance(text, bytes) else text.encode()
    rejects = Rejects()
    document = Document.of("made", io.BufferedReader(io.BytesIO(raw)))
    found = [json.loads(one) for _, one in stix_objects(document, rejects.at("made", "record"))]
    return found, rejects


@pytest.mark.parametrize(
    "text",
    [
        bundle_text(FIRST, SECOND, THIRD),
        bundle_text(FIRST, SECOND, THIRD, indent=4),
        json.dumps({"objects": [FIRST, SECOND, THIRD], "type": "bundle"}),
        json.dumps({"more": True, "next": "17", "objects": [FIRST, SECOND, THIRD]}),
        json.dumps({"objects": [FIRST, SECOND, THIRD], "more": False, "x": "]}"}),
        json.dumps({"type": "bundle", "custom": {"a": [1]}, "objects": [FIRST, SECOND, THIRD]}),
        json.dumps([FIRST, SECOND, THIRD]),
        json.dumps([bundle(FIRST, SECOND), bundle(THIRD)]),
        "\n".join(map(json.dumps, (FIRST, SECOND, THIRD))),
        "\n".join(map(json.dumps, (bundle(FIRST), bundle(SECOND, THIRD)))),
        bundle_text(FIRST) + bundle_text(SECOND, THIRD),
        bundle_text(FIRST, SECOND, indent=1) + "\n" + json.dumps(bundle(THIRD)),
        json.dumps(FIRST, indent=1) + json.dumps(SECOND, indent=1) + json.dumps(THIRD, indent=1),
    ],
)
def test_objects_are_found_in_every_wrapping(text: str) -> None:
    assert looks_stix2(text.encode())

    found, rejects = objects_of(text)

    assert found == [FIRST, SECOND, THIRD]
    assert rejects.count == 0


def test_a_single_object_and_an_empty_bundle_are_read() -> None:
    assert objects_of(json.dumps(FIRST))[0] == [FIRST]
    assert objects_of(bundle_text())[0] == []
    assert objects_of('{"more": false, "objects": []}')[0] == []


def test_observed_data_of_2_0_holds_objects_and_is_no_bundle() -> None:
    seen = stix_object("observed-data", "o", objects={"0": {"type": "file", "name": "a"}})

    assert objects_of(bundle_text(seen, FIRST))[0] == [seen, FIRST]
    assert objects_of(json.dumps([seen, FIRST]))[0] == [seen, FIRST]


@pytest.mark.parametrize(
    "text",
    [
        '{"data": [{"ioc": "192.0.2.1"}]}',
        '[{"mask": "evil.example", "type": 1}]',
        '{"Event": {"id": "5"}}',
        '{"objects": [{"ioc": "192.0.2.1"}]}',
        '[{"id": "17--a", "type": "url", "value": "http://evil.example/"}]',
    ],
)
def test_other_json_is_left_to_other_formats(text: str) -> None:
    assert not looks_stix2(text.encode())


def test_what_was_cut_short_is_taken_up_to_the_cut() -> None:
    text = bundle_text(FIRST, SECOND, THIRD)

    found, rejects = objects_of(text[:-100])

    assert found == [FIRST, SECOND]
    assert [reject.place for reject in rejects.kept] == [3]
    assert "ends in the middle" in rejects.kept[0].reason


def test_a_broken_object_costs_itself_alone(tmp_path: Path) -> None:
    text = bundle_text(FIRST, SECOND, THIRD).replace('"pattern_type": "stix"', '"pattern_type": stix', 1)

    collector, report = read_text(tmp_path, text)

    assert [value for _, value in collector.pairs()] == ["b.example", "c.example"]
    assert [reject.place for reject in report.rejects] == [1]


def test_a_broken_line_costs_itself_alone(tmp_path: Path) -> None:
    lines = [json.dumps(FIRST), '{"type": "indicator", ', json.dumps(THIRD)]

    collector, report = read_text(tmp_path, "\n".join(lines))

    assert [value for _, value in collector.pairs()] == ["a.example", "c.example"]
    assert [reject.place for reject in report.rejects] == [2]


def test_what_stands_behind_a_bundle_is_told() -> None:
    found, rejects = objects_of(bundle_text(FIRST) + " and more")

    assert found == [FIRST]
    assert rejects.count == 1


def test_nesting_without_end_is_turned_away(tmp_path: Path) -> None:
    deep = "[" * 1_000_000 + "]" * 1_000_000
    text = bundle_text(FIRST)[:-2] + ', {"type": "indicator", "x": ' + deep + "}, " + json.dumps(SECOND) + "]}"

    collector, report = read_text(tmp_path, text, format="stix2")

    assert [value for _, value in collector.pairs()] == ["a.example", "b.example"]
    assert report.rejected == 1


made = st.lists(
    st.builds(
        lambda text, references, phases: stix_object(
            "indicator",
            text,
            name=text,
            external_references=REFERENCES[:references],
            kill_chain_phases=[{"x": [{"y": text}, {"z": []}]}] * phases,
        ),
        st.text(max_size=30) | st.sampled_from(["},{", '"},{"', "]}", '\\"', "],"]),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    max_size=30,
)


@given(made, st.sampled_from([None, 0, 3]), st.integers(40, 3000), st.booleans())
def test_pieces_of_whatever_size_give_the_objects_that_json_gives(
    objects: list[Any], indent: int | None, piece_bytes: int, twice: bool
) -> None:
    text = json.dumps(bundle(*objects), indent=indent) * (1 + twice)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stix2_stream, "PIECE_BYTES", piece_bytes)
        found, rejects = objects_of(text)

    assert found == objects * (1 + twice)
    assert rejects.count == 0


@given(made, st.data())
def test_a_document_cut_anywhere_gives_a_beginning_of_its_objects(objects: list[Any], data: st.DataObject) -> None:
    text = bundle_text(*objects)
    cut = data.draw(st.integers(text.index("["), len(text) - 1))

    found, _ = objects_of(text[:cut])

    assert found == objects[: len(found)]


def test_records_are_numbered_throughout() -> None:
    rejects = Rejects()
    raw = (bundle_text(FIRST, SECOND) + "\n" + bundle_text(THIRD)).encode()
    document = Document.of("made", io.BufferedReader(io.BytesIO(raw)))

    numbers = [number for number, _ in stix_objects(document, rejects.at("made", "record"))]

    assert all(after == before + 1 for before, after in pairwise(numbers))
