"""The templates by their names: those of our own, and those of a configuration."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vedette.detections.templates.cef import CefTemplate
from vedette.detections.templates.json import JsonTemplate
from vedette.detections.templates.pattern import PatternTemplate

if TYPE_CHECKING:
    from vedette.config import settings
    from vedette.detections.templates.template import Template

BUILT_IN: Mapping[str, "Template"] = {"cef": CefTemplate(), "json": JsonTemplate()}


def template_named(name: str, configured: Mapping[str, "settings.Template"]) -> "Template":
    """The template of this name.

    Raises:
        LookupError: There is none; the message lists those that there are.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name in configured:
        return PatternTemplate(configured[name])
    raise LookupError(f"no template named `{name}`; there are: {', '.join(sorted({*BUILT_IN, *configured}))}")
