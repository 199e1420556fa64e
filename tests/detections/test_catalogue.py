from pathlib import Path

import pytest

from vedette.config.settings import BUILT_IN_TEMPLATES, Template
from vedette.detections.templates.catalogue import BUILT_IN, template_named
from vedette.detections.templates.pattern import FIELD_PATTERNS, PATTERNS, PatternTemplate

PAGE = Path(__file__).resolve().parents[2] / "docs" / "templates.md"


def test_the_configuration_knows_the_templates_that_there_are() -> None:
    assert set(BUILT_IN_TEMPLATES) == set(BUILT_IN)


def test_a_configured_template_is_found_by_its_name() -> None:
    assert isinstance(template_named("mine", {"mine": Template(event="x")}), PatternTemplate)


def test_an_unknown_template_is_answered_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="no template named `smoke`; there are: cef, json, mine"):
        template_named("smoke", {"mine": Template(event="x")})


@pytest.mark.parametrize(
    "word", [*(f"`{name}`" for name in BUILT_IN), *(f"`%{name}%`" for name in (*PATTERNS, *FIELD_PATTERNS))]
)
def test_every_template_and_pattern_is_documented(word: str) -> None:
    assert word in PAGE.read_text()
