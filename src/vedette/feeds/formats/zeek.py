"""Files of Zeek's intelligence framework: tab-separated, with the type of each indicator."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec

from vedette.feeds.document import is_text
from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.rejects import LeftOut
from vedette.indicators.indicator import Indicator
from vedette.indicators.kind import scopes_of

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse, Unit
    from vedette.indicators.kind import Scope

_KINDS = {
    "Intel::ADDR": "ip",
    "Intel::SUBNET": "cidr",
    "Intel::URL": "url",
    "Intel::DOMAIN": "domain",
    "Intel::EMAIL": "email",
    "Intel::FILE_HASH": "hash",
    "Intel::CERT_HASH": "hash",
}
_OTHERS = frozenset({"Intel::FILE_NAME", "Intel::PUBKEY_HASH", "Intel::SOFTWARE", "Intel::USER_NAME"})
_ESCAPED = re.compile(r"\\x([0-9A-Fa-f]{2})")
_UNSET = ("-", "(empty)")
_FIELDS = "#fields"

Record = tuple[Sequence[str], list[str]]
"""The names of the columns, and the cells."""


class ZeekFormat(RecordFormat[Record]):
    """`#fields indicator indicator_type meta.source …`, then a line for each indicator.

    A domain is that name alone, as Zeek has it. Types of what is none of our kinds (file names, users, software) are
    left out.
    """

    unit: ClassVar["Unit"] = "line"

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, Record]]:
        """Each line under the names that stood above it last."""
        names: list[str] = []
        for block in document.blocks(refuse):
            for number, whole in enumerate(block.text.split("\n"), block.first):
                line = whole.rstrip("\r")
                if line.startswith(_FIELDS):
                    names = line.split("\t")[1:]
                elif line.startswith("#"):
                    refuse.leave_out("comments")
                elif line.strip():
                    if not block.clean and not is_text(line):
                        refuse(number, "bytes that are no UTF-8")
                    else:
                        yield number, (names, line.split("\t"))

    def indicators(self, record: Record, file: str) -> Iterator[Indicator]:
        """The indicator of one line."""
        names, cells = record
        said = {name: _text(cell) for name, cell in zip(names, cells, strict=False) if cell not in _UNSET}
        value, type_ = said.get("indicator"), said.get("indicator_type", "")
        if not value:
            raise ValueError("no `indicator` in it" if names else "no line `#fields` above it names its columns")
        kind = _KINDS.get(type_)
        if kind is None:
            if type_ in _OTHERS:
                raise LeftOut(f"of type {type_}")
            raise ValueError(
                f"{type_[:80]!r} is no type of Zeek's; there are: {', '.join((*_KINDS, *sorted(_OTHERS)))}"
            )
        scope: Scope | None = "host" if kind == "domain" else None
        if self.feed.scope and self.feed.scope in scopes_of(kind):
            scope = self.feed.scope
        yield Indicator(value, kind, scope, context=msgspec.json.encode(said) if len(said) > len(_KEYS) else b"")


_KEYS = ("indicator", "indicator_type")


def _text(cell: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell) if "\\x" in cell else cell


def looks_like_zeek(document: "Document") -> bool:
    """Whether a line of names says that there are indicators and their types."""
    for line in document.lines():
        if line.startswith(_FIELDS):
            return set(_KEYS) <= set(line.split("\t"))
        if not line.startswith("#"):
            return False
    return False
