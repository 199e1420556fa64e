import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.escaping import escaped
from vedette._core import Escape
from vedette.detections.escaping import blanks, extension, header, line

HOSTILE = st.text(st.sampled_from("a|=\\\n\r\t \0\x7f\x85\u2028\udc80é€𝄞") | st.characters(), max_size=40)


@given(HOSTILE, st.dictionaries(st.characters(exclude_categories=["Cs"]), st.text("x\\ é"), min_size=1, max_size=8))
def test_the_core_replaces_what_the_oracle_replaces(text: str, replacements: dict[str, str]) -> None:
    assert Escape(replacements).escape(text) == escaped(text, replacements)


@given(HOSTILE)
def test_nothing_that_breaks_a_line_is_left(text: str) -> None:
    for escape in (line, header, extension, blanks):
        assert len(escape(text).splitlines()) <= 1
        assert "\0" not in escape(text)


def test_an_escape_that_replaces_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one character"):
        Escape({})
