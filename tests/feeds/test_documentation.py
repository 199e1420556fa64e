"""Every format and every option of a feed has its documentation."""

from pathlib import Path

import pytest

from vedette.config.fetching import HttpFetch
from vedette.config.settings import Feed, FieldRule
from vedette.feeds.field_words import VALUE_ROLES
from vedette.feeds.formats import FORMATS
from vedette.feeds.formats.kaspersky_fields import FIELDS
from vedette.feeds.transports import TRANSPORTS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "feeds.md").read_text()


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_has_a_page_that_the_page_on_feeds_leads_to(name: str) -> None:
    page = (DOCS / "formats" / f"{name}.md").read_text()

    assert page.startswith(f"# `{name}`")
    assert f"(formats/{name}.md)" in PAGE


@pytest.mark.parametrize("name", TRANSPORTS)
def test_a_transport_has_a_page_with_its_options_that_the_page_on_feeds_leads_to(name: str) -> None:
    page = (DOCS / "transports" / f"{name}.md").read_text()

    assert page.startswith(f"# `{name}`")
    assert f"(transports/{name}.md)" in PAGE
    assert [option for option in HttpFetch.model_fields if f"`{option}`" not in page] == ["type"]


@pytest.mark.parametrize("option", [*Feed.model_fields, *FieldRule.model_fields])
def test_an_option_is_on_the_page_on_feeds(option: str) -> None:
    assert f"`{option}`" in PAGE


@pytest.mark.parametrize("role", VALUE_ROLES)
def test_a_name_that_is_understood_is_on_the_page_on_feeds(role: str) -> None:
    assert f"`{role}`" in PAGE


def test_the_formats_of_the_configuration_are_those_that_there_are() -> None:
    choices = Feed.model_json_schema()["properties"]["format"]["enum"]

    assert sorted(choices) == sorted(["auto", *FORMATS])


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_kasperskys_is_on_its_page(field: str) -> None:
    page = (DOCS / "formats" / "kaspersky.md").read_text()

    assert f"`{field}`" in page or "`files/…`" in page
