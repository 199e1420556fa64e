"""Zone files (RFC 1035, section 5): records with their names in full, whatever the file leaves out."""

import re
from collections.abc import Iterator
from itertools import dropwhile
from typing import TYPE_CHECKING

from vedette.feeds.formats.lines import said_lines

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse

_SIMPLE = re.compile(
    r"([^\s;()\"$@\\*.][^\s;()\"\\]*[^\s;()\"\\.])\s+(?:\d+\s+)?(?:IN\s+)?CNAME\s+(\S+)", re.IGNORECASE
)
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|;.*|[()]|(?:[^\s;()"\\]|\\.?)+')
_BEFORE_TYPE = re.compile(r"\d\w*|IN|CH|HS", re.IGNORECASE)
_OF_THE_ZONE = frozenset(
    {"SOA", "NS", "DNSKEY", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DS", "CDS", "CDNSKEY", "ZONEMD"}
)
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_ABSOLUTE = "."
_MOST_LINES = 100
_MOST_PIECES = 10_000


def zone_records(document: "Document", refuse: "Refuse") -> Iterator[tuple[int, str]]:
    """Each record that is not of the zone itself, as `name type data`; the name is within the zone, without a dot.

    What follows the first record of a name is left out: an A beside an AAAA says nothing more.
    """
    zone = _Zone()
    last = ""
    for number, line in _logical_lines(document, refuse):
        # Most lines of a policy zone are so; the rest is asked only of the others.
        simple = _SIMPLE.fullmatch(line) if zone.is_flat else None
        if simple:
            zone.owner = zone.in_full(simple[1])
            name, text = simple[1], f"{simple[1]} CNAME {simple[2]}"
        else:
            try:
                record = zone.record(line)
            except ValueError as fault:
                refuse(number, str(fault))
                continue
            if record is None:
                refuse.leave_out("records of the zone itself")
                continue
            name, text = record[0], " ".join(record)
        if name == last:
            refuse.leave_out("further records of a name")
            continue
        last = name
        yield number, text


class _Zone:
    """What a file has said of its zone so far."""

    def __init__(self) -> None:
        self.origin = ""
        self.owner: str | None = None
        self._apex = ""

    @property
    def is_flat(self) -> bool:
        """Whether a name without a dot at its end is the name within the zone."""
        return self.origin == self._apex

    def record(self, line: str) -> tuple[str, str, str] | None:
        """A record with its name within the zone; None where it is of the zone itself."""
        pieces = [piece for piece in _PIECE.findall(line) if piece not in "()" and piece[0] != ";"]
        if line[0] == "$":
            self._direct(pieces)
            return None
        if pieces and not line[0].isspace():
            self.owner = self.in_full(pieces.pop(0))
        if self.owner is None:
            raise ValueError("a record without a name, and none before it")
        pieces = list(dropwhile(_BEFORE_TYPE.fullmatch, pieces))
        if len(pieces) < 2 or not _TYPE.fullmatch(pieces[0]):
            raise ValueError(f"{line.strip()[:80]!r} is no record of a zone")
        type_ = pieces[0].upper()
        if type_ == "SOA":
            self._apex = self.owner
            self.origin = self.origin or self.owner
        if type_ in _OF_THE_ZONE:
            return None
        return self._within(self.owner), type_, " ".join(pieces[1:])

    def _direct(self, pieces: list[str]) -> None:
        match pieces:
            case ["$TTL", *_]:
                pass
            case ["$ORIGIN", origin, *_]:
                self.origin = self.in_full(origin)
                self._apex = self._apex or self.origin
            case _:
                raise ValueError(f"{pieces[0][:80]} is not followed here")

    def in_full(self, name: str) -> str:
        """The name with the origin behind it, where it does not end in a dot."""
        if name == "@":
            return self.origin
        if name.endswith(_ABSOLUTE):
            return name.removesuffix(_ABSOLUTE)
        return f"{name}.{self.origin}" if self.origin else name

    def _within(self, name: str) -> str:
        if not self._apex:
            return name
        if not name.lower().endswith(f".{self._apex.lower()}"):
            raise ValueError(f"{name[:80]!r} is outside of the zone {self._apex[:80]!r}")
        return name[: -len(self._apex) - 1]


def _logical_lines(document: "Document", refuse: "Refuse") -> Iterator[tuple[int, str]]:
    """Lines that hold something; those within parentheses are one with the line where they open."""
    begun, depth, parts = 0, 0, list[str]()
    for number, line in said_lines(document, refuse, (";", "#"), str.rstrip):
        if not parts and "(" not in line:
            yield number, line
            continue
        pieces = [piece for piece in _PIECE.findall(line) if piece[0] != ";"]
        if not parts:
            begun, depth = number, 0
            pieces = [" ", *pieces] if line[0].isspace() else pieces
        # A comment ends with its line, even within parentheses.
        parts += pieces
        depth += pieces.count("(") - pieces.count(")")
        if depth <= 0:
            yield begun, " ".join(parts)
            parts = []
        elif number - begun >= _MOST_LINES or len(parts) > _MOST_PIECES:
            refuse(begun, f"parentheses that are not closed in {number - begun + 1} lines, which are lost")
            parts = []
    if parts:
        refuse(begun, "parentheses that are not closed before the end")
