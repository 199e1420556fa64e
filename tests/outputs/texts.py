"""Templates for tests of what sends their lines."""

from vedette.detections.detection import Detection
from vedette.detections.templates.template import Template


class Plain(Template):
    """The detection's id as a number, so that order and repeats can be seen."""

    def render(self, detection: Detection) -> bytes:
        return b"detection %d" % int(detection.id)


class Padded(Template):
    """The detection's number and so many bytes more."""

    def __init__(self, length: int) -> None:
        self.padding = b"x" * length

    def render(self, detection: Detection) -> bytes:
        return b"detection %d %s" % (int(detection.id), self.padding)


class Cef(Template):
    """A CEF line as CyberTrace's pattern writes it, without a header and with blanks at its end."""

    def render(self, detection: Detection) -> bytes:
        name, value = detection.actionable[0]
        return (
            "CEF:0|Kaspersky|CyberTrace|3.1|2|CyberTrace Detection Event|8|"
            f"reason={detection.entry.category} request={detection.observed} {name}={value}  "
            f"cs5Label=MatchedIndicator cs5={detection.entry.indicator} msg=threat:Backdoor "
        ).encode()
