from pathlib import Path

from vedette.config.reference import parts, rewritten

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"


def test_every_key_says_what_it_means() -> None:
    silent = [
        f"{way}.{name}" for way, one in parts() for name, field in one.model_fields.items() if not field.description
    ]

    assert silent == []


def test_the_page_documents_every_key_as_it_is() -> None:
    assert PAGE.read_text() == rewritten(PAGE.read_text())


def test_every_part_of_the_configuration_is_reached() -> None:
    assert {way for way, _ in parts()} == {
        "",
        "inputs.NAME",
        "feeds.NAME",
        "feeds.NAME.fetch",
        "feeds.NAME.fetch.secrets.NAME",
        "feeds.NAME.fields[]",
        "profiles.NAME",
        "profiles.NAME.replace[]",
        "profiles.NAME.rules.NAME",
        "profiles.NAME.ends",
        "own",
        "allowlist",
        "allowlist.entries[]",
        "warninglists",
        "warninglists.lists.NAME",
        "severity[]",
        "severity[].when",
        "throttle",
        "templates.NAME",
        "outputs.NAME",
    }
