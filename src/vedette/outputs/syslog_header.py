"""The syslog header (RFC 3164) before a detection's text."""

import socket
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
class WithHeader:
    """A template whose text begins `<PRI>Mon DD HH:MM:SS host vedette: `.

    The time is the detection's, in this machine's zone, as RFC 3164 asks: the header has no place for a zone.
    """

    template: Template
    host: str = field(default_factory=_host)

    def render(self, detection: Detection) -> bytes:
        """The header and the template's text."""
        time = detection.time.astimezone()
        # strftime's month would follow the locale; RFC 3164 wants English, and a blank before a one-digit day.
        stamp = f"{_MONTHS[time.month - 1]} {time.day:2} {time:%H:%M:%S}"
        return (
            f"<{FACILITY * 8 + syslog_severity(detection.severity)}>{stamp} {self.host} vedette: ".encode()
            + self.template.render(detection)
        )
