from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.config.yaml import LIMIT_BYTES, parse_yaml, read_yaml
from vedette.errors import ConfigurationError


def refusal(data: bytes) -> str:
    with pytest.raises(ConfigurationError) as raised:
        parse_yaml(data, "v.yaml")
    assert len(raised.value.mistakes) == 1
    return str(raised.value)


def test_every_key_and_item_knows_its_line() -> None:
    draft = parse_yaml(b"threads: 2\nfeeds:\n  a:\n    tags:\n      - x\n      - y\n", "v.yaml")

    assert draft.data == {"threads": 2, "feeds": {"a": {"tags": ["x", "y"]}}}
    assert draft.lines.place(("feeds", "a", "tags", 1)).line == 6
    assert draft.lines.place(("feeds", "a", "path")).line == 3


def test_a_key_that_stands_twice_is_a_mistake_at_its_second_line() -> None:
    draft = parse_yaml(b"threads: 2\nthreads: 3\n", "v.yaml")

    assert [str(one) for one in draft.mistakes] == ["v.yaml:2: threads: stands twice; first on line 1"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("0x10", 16), ("010", 10), ("1.5", 1.5), ("true", True), ("yes", "yes"), ("~", None), ("''", "")],
)
def test_a_scalar_has_the_type_that_yaml_gives_it(text: str, value: object) -> None:
    assert parse_yaml(f"a: {text}".encode(), "v.yaml").data == {"a": value}


def test_a_date_stays_a_text() -> None:
    assert parse_yaml(b"a: 2020-01-01", "v.yaml").data == {"a": "2020-01-01"}


def test_broken_yaml_is_one_mistake_with_its_line() -> None:
    said = refusal(b"a: 1\nb: [1,\nc: 2\n")

    assert said.startswith("v.yaml:4: is not YAML: ")
    assert said.endswith("; it begins on line 2")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff", "v.yaml:1: is not UTF-8: byte 0xff"),
        (b"a: 1\nb: \x00", "v.yaml:2: is not YAML: it holds the character U+0000"),
        (b"- a", "v.yaml:1: holds no keys"),
        (b"a: *nobody", "v.yaml:1: is not YAML: found undefined alias"),
        (b"a: &a [*a]", "v.yaml:1: unfolds into more"),
        (b"a:\n" + b"[" * 100, "v.yaml:2: is nested more than 32 deep"),
    ],
)
def test_hostile_yaml_is_refused(data: bytes, said: str) -> None:
    assert refusal(data).startswith(said)


def test_a_tag_is_a_mistake_and_makes_nothing() -> None:
    draft = parse_yaml(b"a: !!python/object/apply:os.system [id]\nb: !secret x", "v.yaml")

    assert [one.line for one in draft.mistakes] == [2]
    assert draft.data == {"a": ["id"], "b": None}


def test_repeats_that_unfold_without_end_are_refused() -> None:
    levels = [b"a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    levels += [b"a%d: &a%d [%s]" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)]

    assert "unfolds into more" in refusal(b"\n".join(levels))


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (LIMIT_BYTES + 1))

    with pytest.raises(ConfigurationError, match="is larger than"):
        read_yaml(large)
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_yaml(tmp_path / "none.yaml")


@given(st.binary(max_size=60) | st.text(st.sampled_from("a:-[]{}*&!|>'\"#% \n,?1"), max_size=40).map(str.encode))
def test_no_bytes_do_more_than_raise_a_configuration_error(data: bytes) -> None:
    said = ""
    try:
        parse_yaml(data, "v.yaml")
    except ConfigurationError as error:
        said = str(error)

    assert len(said.splitlines()) <= 1
