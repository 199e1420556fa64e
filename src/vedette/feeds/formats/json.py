"""JSON: an array of records, an object that holds one, objects one behind the other, or a single record."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.formats.json_documents import JsonRecord, json_lines, json_records
from vedette.feeds.formats.json_fields import has_values, indicators_in

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.rejects import Refuse, Unit
    from vedette.indicators.indicator import Indicator


class JsonFormat(RecordFormat[JsonRecord]):
    """JSON documents, read record by record.

    Indicators are at the paths of `fields`, such as `files/MD5` (arrays on the way are gone into); without it in
    fields of well-known names.
    """

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, JsonRecord]]:
        """The elements of the array that the document is or holds."""
        return json_records(document, lambda record: has_values(record, self.feed), refuse)

    def indicators(self, record: JsonRecord, file: str) -> Iterator["Indicator"]:
        """The texts in its fields."""
        return indicators_in(record, self.feed)


class JsonLinesFormat(RecordFormat[JsonRecord]):
    """JSON lines: an object a line; a broken line costs itself alone."""

    unit: ClassVar["Unit"] = "line"

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, JsonRecord]]:
        """The lines that hold something."""
        return json_lines(document, refuse)

    def indicators(self, record: JsonRecord, file: str) -> Iterator["Indicator"]:
        """The texts in its fields."""
        return indicators_in(record, self.feed)
