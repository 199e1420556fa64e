"""The contract of a template: a detection in, one line out."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vedette.detections.detection import Detection


class Template(Protocol):
    """How a detection is written for an output."""

    def render(self, detection: "Detection") -> bytes:
        """One line of UTF-8 without a line break, whatever the detection holds."""
        ...

    def render_all(self, detections: "Sequence[Detection]") -> list[bytes]:
        """The lines of many, as `render` gives each; quicker where a template has a way of its own."""
        return list(map(self.render, detections))
