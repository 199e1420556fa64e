"""Detections as lines: rendered by a template, with no line break inside."""

from collections.abc import Sequence

import structlog

from vedette.detections.detection import Detection
from vedette.detections.templates.template import Template

_LOG = structlog.get_logger()


def lines(template: Template, detections: Sequence[Detection]) -> list[bytes]:
    """One line a detection. One that the template cannot write is named in the log, and left out."""
    try:
        return list(map(_unbroken, template.render_all(detections)))
    except (ValueError, LookupError):
        return [line for detection in detections for line in _line(template, detection)]


def _line(template: Template, detection: Detection) -> tuple[bytes, ...]:
    try:
        text = template.render(detection)
    except (ValueError, LookupError) as error:
        _LOG.error("output.unwritable", detection=detection.id, why=str(error))
        return ()
    return (_unbroken(text),)


def _unbroken(text: bytes) -> bytes:
    return text.replace(b"\r", b"\\r").replace(b"\n", b"\\n")
