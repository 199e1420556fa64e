"""The syslog header (RFC 3164) before a detection's text."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field

from vedette.detections.detection import Detection
from vedette.detections.severity import syslog_severity
from vedette.detections.templates.template import Template

FACILITY = 16
"""local0."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _host() -> str:
    return socket.gethostname().split(".")[0] or "-"


@dataclass(frozen=True)
class WithHeader(Template):
    """A template whose text begins `<PRI>Mon DD HH:MM:SS host vedette: `.

    The time is the detection's, in this machine's zone, as RFC 3164 asks: the header has no place for a zone.
    """

    template: Template
    host: str = field(default_factory=_host)

    def render(self, detection: Detection) -> bytes:
        """The header and the template's text."""
        return self._header(detection) + self.template.render(detection)

    def render_all(self, detections: Sequence[Detection]) -> list[bytes]:
        """The header and the template's text, of each."""
        texts = self.template.render_all(detections)
        return [self._header(detection) + text for detection, text in zip(detections, texts, strict=True)]

    def _header(self, detection: Detection) -> bytes:
        time = detection.time.astimezone()
        # strftime's month would follow the locale; RFC 3164 wants English, and a blank before a one-digit day.
        stamp = f"{_MONTHS[time.month - 1]} {time.day:2} {time:%H:%M:%S}"
        priority = FACILITY * 8 + syslog_severity(detection.severity)
        return f"<{priority}>{stamp} {self.host} vedette: ".encode()
