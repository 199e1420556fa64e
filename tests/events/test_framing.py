import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oracles.framing import frames_of
from vedette._core import Framer, Frames
from vedette.events.framing import check_delimiter

GUIDE_DELIMITER = r"[^\=](\<\d+\>)"


def framed(stream: bytes, *, delimiter: str | None = None, limit: int = 65536) -> list[bytes]:
    framer = Framer(delimiter, limit)
    return each(framer.push(stream)) + each(framer.finish())


def each(frames: Frames) -> list[bytes]:
    return [frames.frame(position) for position in range(len(frames))]


@pytest.mark.parametrize(
    ("stream", "frames"),
    [
        (b"", []),
        (b"one", [b"one"]),
        (b"one\ntwo\n", [b"one", b"two"]),
        (b"one\r\ntwo\r\n", [b"one", b"two"]),
        (b"one\r\r\n", [b"one\r"]),
        (b"a\rb\n", [b"a\rb"]),
        (b"\n\r\n\none\n", [b"one"]),
        (b"nul\0and\xff\xfe\n", [b"nul\0and\xff\xfe"]),
    ],
)
def test_a_line_break_ends_a_frame_and_empty_lines_are_none(stream: bytes, frames: list[bytes]) -> None:
    assert framed(stream) == frames


@pytest.mark.parametrize(
    ("stream", "frames"),
    [
        (b"<13>a", [b"<13>a"]),
        (b"<13>a<14>b<15>c\n", [b"<13>a", b"<14>b", b"<15>c"]),
        (b"<13>a\n<14>b\n", [b"<13>a", b"<14>b"]),
        (b"<13>x=<14>b\n", [b"<13>x=<14>b"]),
        (b"<13><14>b\n", [b"<13>", b"<14>b"]),
    ],
)
def test_the_guides_delimiter_leaves_the_event_before_it_whole(stream: bytes, frames: list[bytes]) -> None:
    assert framed(stream, delimiter=GUIDE_DELIMITER) == frames


def test_a_delimiter_without_a_group_cuts_before_its_match() -> None:
    assert framed(b"xEVENT 1 EVENT 2\n", delimiter="EVENT") == [b"x", b"EVENT 1 ", b"EVENT 2"]


def test_an_event_is_given_out_when_the_next_begins_though_no_line_break_came() -> None:
    framer = Framer(GUIDE_DELIMITER)

    assert each(framer.push(b"<13>a<1")) == []
    assert each(framer.push(b"4>b")) == [b"<13>a"]
    assert framer.waiting_bytes == 5
    assert each(framer.finish()) == [b"<14>b"]
    assert framer.waiting_bytes == 0


def test_a_long_frame_is_cut_into_several_and_counted() -> None:
    framer = Framer(limit_bytes=10)

    frames = each(framer.push(b"x" * 25 + b"\n" + b"y" * 10 + b"\r\n"))

    assert frames == [b"x" * 10, b"x" * 10, b"x" * 5, b"y" * 10]
    assert framer.cut == 2


def test_empty_lines_are_counted() -> None:
    framer = Framer()

    framer.push(b"\n\r\na\n\n")

    assert framer.empty == 3


def test_a_delimiter_that_does_not_compile_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match="missing closing parenthesis at offset"):
        Framer("(<")


def test_a_delimiter_is_checked_over_bytes_in_which_it_has_no_letters_beyond_255() -> None:
    assert check_delimiter(GUIDE_DELIMITER) is None
    assert check_delimiter(r"\x{100}") == "character code point value in \\x{} or \\o{} is too large at offset 6"


def test_a_delimiter_that_backtracks_for_ever_does_not_stall_the_stream() -> None:
    line = b"a" * 5000 + b"!\n"

    assert framed(line * 3, delimiter="(?:a+)+$") == [line[:-1]] * 3


@pytest.mark.slow
@pytest.mark.parametrize("delimiter", [None, GUIDE_DELIMITER])
def test_a_gigabyte_without_a_delimiter_is_cut_in_bounded_memory(delimiter: str | None) -> None:
    framer = Framer(delimiter)
    chunk = b"x" * 1_000_000

    frames = waiting = 0
    for _ in range(1000):
        frames += len(framer.push(chunk))
        waiting = max(waiting, framer.waiting_bytes)
    frames += len(framer.finish())

    assert frames == -(-1_000_000_000 // 65536)
    assert waiting < 70_000


DELIMITERS = [
    None,
    GUIDE_DELIMITER,
    r"<\d+>",
    r"(?<=a)b",
    r"(?<![a=])(<\d)",
    r"b|(a)",
    r"a*",
    r"^b",
    r"b$",
    r"\bb",
    r"<.*>",
    r"(?=(<\d+>b))",
    r"a(?=[ab]*(<))",
    r"\r",
    r"\s(?=<)",
]
STREAMS = st.lists(
    st.sampled_from([b"<13>", b"<", b"1", b">", b"a", b"b", b"=", b"\n", b"\r", b"\r\n", b" ", b"\xff", b"\0"]),
    max_size=60,
).map(b"".join)


@given(
    stream=STREAMS,
    delimiter=st.sampled_from(DELIMITERS),
    limit=st.sampled_from([1, 2, 3, 5, 8, 13, 65536]),
    cuts=st.lists(st.integers(0, 250)),
)
@example(stream=b"a<13>b\r\n", delimiter=GUIDE_DELIMITER, limit=3, cuts=[1, 2, 3, 4, 5, 6, 7])
def test_frames_are_the_oracles_however_the_stream_is_chunked(
    stream: bytes, delimiter: str | None, limit: int, cuts: list[int]
) -> None:
    framer = Framer(delimiter, limit)
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]

    frames = [f for start, end in itertools.pairwise(places) for f in each(framer.push(stream[start:end]))]
    frames += each(framer.finish())

    assert (frames, framer.cut, framer.empty) == frames_of(stream, delimiter, limit)


@given(filler=st.integers(0, 1400), limit=st.sampled_from([64, 300, 1100]), step=st.integers(1, 700))
def test_a_delimiter_near_the_limit_is_seen_however_the_stream_is_chunked(filler: int, limit: int, step: int) -> None:
    stream = b"<13>" + b"x" * filler + b"<14>" + b"y" * 1500 + b"<15>z" + b"1" * 1200 + b"<16>"
    framer = Framer(GUIDE_DELIMITER, limit)

    frames = [f for at in range(0, len(stream), step) for f in each(framer.push(stream[at : at + step]))]
    frames += each(framer.finish())

    assert (frames, framer.cut, framer.empty) == frames_of(stream, GUIDE_DELIMITER, limit)
