"""Cutting JSON out of a stream, against a reader that holds it all."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.feeds.formats.json_stream import elements

LIMIT = 1024 * 1024
SCALARS = st.none() | st.booleans() | st.integers() | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=15,
)


class Drips(io.BytesIO):
    """Gives a few bytes at a time, so that every place is a chunk's end once."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read(self, _: int | None = -1, /) -> bytes:
        return super().read(self._size)


@given(st.lists(VALUES, max_size=6), st.integers(1, 9), st.sampled_from([None, 1]), st.booleans())
def test_the_elements_of_an_array_are_those_that_a_parser_finds(
    values: list[Any], size: int, indent: int | None, escaped: bool
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=escaped).encode("utf-8", "surrogatepass")

    cut = list(elements(Drips(text, size), LIMIT, in_array=True))

    assert [json.loads(element.decode("utf-8", "surrogatepass")) for element in cut] == values


@given(st.lists(st.dictionaries(st.text(max_size=4), VALUES, max_size=4), max_size=5), st.integers(1, 9))
def test_objects_one_behind_the_other_are_cut_apart(objects: list[dict[str, Any]], size: int) -> None:
    text = " ".join(map(json.dumps, objects)).encode()

    cut = list(elements(Drips(text, size), LIMIT, in_array=False))

    assert [json.loads(element) for element in cut] == objects


@pytest.mark.parametrize("text", [b"[", b'[{"a":1}', b'[{"a"', b'["abc', b'[{"a":1},', b"[[]"])
def test_an_array_that_is_cut_short_says_so(text: bytes) -> None:
    with pytest.raises(ValueError, match="ends in the middle"):
        list(elements(io.BytesIO(text), LIMIT, in_array=True))


@pytest.mark.parametrize("text", [b"[1] x", b"[1][2]", b"[1]]", b"x [1]"])
def test_what_stands_outside_of_the_array_is_told(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"stands outside|that none opened"):
        list(elements(io.BytesIO(text), LIMIT, in_array=True))


def test_a_record_beyond_the_limit_is_told_and_not_held() -> None:
    text = b'["' + b"x" * 4_000_000 + b'"]'

    with pytest.raises(ValueError, match="a record of more than 1,048,576 bytes"):
        list(elements(io.BytesIO(text), LIMIT, in_array=True))
