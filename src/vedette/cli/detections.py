"""How detections are printed as they come."""

from collections.abc import Iterable
from typing import Any

from vedette.cli.printing import cell, console, csv_line, print_records, write
from vedette.detections.detection import Detection
from vedette.detections.templates.catalogue import BUILT_IN

DETECTION_FORMATS = ("table", "json", "csv", "cef")
COLUMNS = (
    "origin",
    "line",
    "observed",
    "rule",
    "kind",
    "indicator",
    "feed",
    "category",
    "confidence",
    "scope",
    "obfuscation",
)
TABLE_LIMIT = 1000
"""More rows than this nobody reads in a terminal, and a table must be held until its columns are known."""


class DetectionPrinter:
    """Prints detections: JSON, CSV and CEF as they come, a table at the end."""

    def __init__(self, format_: str) -> None:
        self._format = format_
        self._template = BUILT_IN.get(format_)
        self._rows: list[dict[str, Any]] = []
        self.printed = 0
        if format_ == "csv":
            write(csv_line(COLUMNS))

    def take(self, detections: Iterable[Detection]) -> None:
        """Print these, or keep them for the table."""
        for detection in detections:
            self.printed += 1
            if self._template is not None:
                write(self._template.render(detection))
            elif self._format == "csv":
                row = row_of(detection)
                write(csv_line([cell(row[column]) for column in COLUMNS]))
            elif len(self._rows) < TABLE_LIMIT:
                self._rows.append(row_of(detection))

    def finish(self) -> None:
        """Print the table, if one was asked for."""
        if self._format != "table" or not self._rows:
            return
        used = [column for column in COLUMNS if any(cell(row[column]) for row in self._rows)]
        print_records(self._rows, used, "table")
        if self.printed > len(self._rows):
            console().print(f"… and {self.printed - len(self._rows):,} more; --format json prints all")


def row_of(detection: Detection) -> dict[str, Any]:
    """A detection's columns for a table or CSV."""
    entry = detection.entry
    return {
        "origin": detection.origin,
        "line": detection.event_line,
        "observed": detection.observed,
        "rule": detection.rule,
        "kind": entry.kind,
        "indicator": entry.indicator,
        "feed": entry.feed,
        "category": entry.category,
        "confidence": entry.confidence,
        "scope": detection.matched_scope,
        "obfuscation": detection.obfuscation,
    }
