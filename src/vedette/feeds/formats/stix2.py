"""STIX 2.0 and 2.1: bundles, TAXII envelopes, arrays or lines of objects; their indicators' patterns are read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from vedette.feeds.formats.format import BATCH, Batch, Format, Tally
from vedette.feeds.formats.stix2_aside import Aside
from vedette.feeds.formats.stix2_known import Known
from vedette.feeds.formats.stix2_objects import DECODER, HEADINGS, OBSERVED, Heading, StixObject
from vedette.feeds.formats.stix2_rows import Rows
from vedette.feeds.formats.stix2_stream import stix_objects
from vedette.feeds.rejects import LeftOut

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.facts import Facts, Row
    from vedette.feeds.rejects import Refuse

_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_INDICATOR = b'"indicator"'
_FIRST_BYTES = 40


class Stix2Format(Format):
    """STIX 2: what the patterns of its indicators name is one each, where that says the same as the pattern.

    All other objects are read for what they say about indicators, wherever they stand; observed data is none.
    """

    def batches(self, document: "Document", facts: "Facts", refuse: "Refuse") -> Iterator[Batch]:
        """The document as rows, once all of it has been gone through: only then is known what counts."""
        tally = Tally(refuse)
        known = Known()
        with Aside() as aside:
            observed = _gone_through(stix_objects(document, tally), known, aside, tally)
            for sort, count in known.beyond.items():
                refuse.leave_out(f"{sort} beyond what is kept", count)
            yield Batch([], [], observed + tally.taken())
            yield from _batches(aside, Rows(self.feed, facts, known), refuse)


def _gone_through(objects: Iterator[tuple[int, bytes]], known: Known, aside: Aside, refuse: Tally) -> int:
    """Put the indicators aside and learn from all else; how many observations were left out."""
    observed = 0
    for number, raw in objects:
        try:
            # Most objects are told by their first bytes, which spares a second look at them.
            told: Heading | StixObject = (DECODER if _INDICATOR in raw[:_FIRST_BYTES] else HEADINGS).decode(raw)
            if told.type == "indicator":
                whole = told if isinstance(told, StixObject) else DECODER.decode(raw)
                known.see(whole)
                aside.put(number, raw, whole)
            elif told.type == "marking-definition":
                known.mark(DECODER.decode(raw))
            elif told.type in OBSERVED:
                refuse.leave_out("observations without an indicator")
                observed += 1
            elif told.type:
                known.learn(told if isinstance(told, Heading) else HEADINGS.decode(raw))
            else:
                refuse(number, "no STIX object: it has no `type`")
        except _FAULTS as fault:
            refuse(number, f"no STIX object: {fault}")
    return observed


def _batches(aside: Aside, rows: Rows, refuse: "Refuse") -> Iterator[Batch]:
    many: list[Row] = []
    places: list[int] = []
    records = 0
    for number, raw, told in aside:
        records += 1
        try:
            if not raw.isascii():
                raw.decode()
            found, without = rows.of(told or DECODER.decode(raw), raw)
        except LeftOut as sort:
            refuse.leave_out(str(sort))
            continue
        except (ValueError, RecursionError) as fault:
            refuse(number, str(fault))
            continue
        if without:
            refuse(number, without)
            refuse.leave_out("patterns, partly used")
        many += found
        places += [number] * len(found)
        if len(many) >= BATCH:
            yield Batch(many, places, records)
            many, places, records = [], [], 0
    yield Batch(many, places, records)
