"""What frames a whole stream has: the plain words of `docs/framing.md`, slowly."""

import re

LOOK_AHEAD = 1024
LOOK_BACK = 256


def frames_of(stream: bytes, delimiter: str | None, limit: int) -> tuple[list[bytes], int, int]:
    """The frames, how many cuts were made at the limit, and how many lines were empty."""
    frames: list[bytes] = []
    cut = empty = 0
    lines = stream.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for line in lines:
        text = line.removesuffix(b"\r")
        if not text:
            empty += 1
            continue
        pieces, cuts = _pieces(text, None if delimiter is None else re.compile(delimiter.encode()), limit)
        frames += pieces
        cut += cuts
    return frames, cut, empty


def _pieces(line: bytes, delimiter: re.Pattern[bytes] | None, limit: int) -> tuple[list[bytes], int]:
    pieces: list[bytes] = []
    cuts = start = search = 0
    while start < len(line):
        window = line[: start + limit + LOOK_AHEAD]
        place, after = _next_cut(window, delimiter, start, search, len(line))
        if place <= start + limit:
            pieces.append(line[start:place])
            start, search = place, after
        else:
            pieces.append(line[start : start + limit])
            start += limit
            search = max(search, start - LOOK_BACK)
            cuts += 1
    return pieces, cuts


def _next_cut(window: bytes, delimiter: re.Pattern[bytes] | None, start: int, search: int, end: int) -> tuple[int, int]:
    while delimiter is not None and search <= len(window):
        match = delimiter.search(window, search)
        if match is None:
            break
        place = match.start(1) if delimiter.groups and match.start(1) >= 0 else match.start()
        after = max(match.end(), search + (match.end() == match.start()))
        if start < place < end:
            return place, after
        search = after
    return end, end
