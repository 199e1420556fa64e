"""STIX 1.x in XML: indicators with CybOX observables."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vedette.feeds.formats.and_or import Branch, branches
from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.formats.stix1_package import Package
from vedette.feeds.formats.tree_indicators import About, indicators_of
from vedette.feeds.formats.xml_stream import Path, xml_records

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse
    from vedette.indicators.indicator import Indicator

ROOTS = ("STIX_Package", "Poll_Response")
"""Documents of STIX 1.x, and answers of TAXII 1.1 that hold some."""


class Stix1Format(RecordFormat[tuple[Branch, About]]):
    """STIX 1.x: the observables of indicators, wherever in the package those stand.

    Observables that no indicator refers to are facts and no accusation: they are left out unless the feed says
    otherwise. An AND tree that no one value stands for is a reject, told by its id.
    """

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, tuple[Branch, About]]]:
        """Each observable of an indicator, or AND tree of them, by its number."""
        package = Package(refuse)
        number = 0
        for _, node in xml_records(document, _is_record, refuse):
            for tree, about in package.taken(node):
                for branch in branches(tree):
                    number += 1
                    yield number, (branch, about)
            package.number = number
        for tree, about in package.rest(with_observables=not self.feed.to_ids_only):
            for branch in branches(tree):
                number += 1
                package.number = number
                yield number, (branch, about)

    def indicators(self, record: tuple[Branch, About], file: str) -> Iterator["Indicator"]:
        """The values that stand for a branch."""
        branch, about = record
        return indicators_of(branch, about, self.feed)


def _is_record(path: Path) -> bool:
    return path[-1] in {"STIX_Header", "Indicator", "Observable"}
