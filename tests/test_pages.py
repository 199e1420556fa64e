"""What the pages show is true: YAML that they print is configuration, links lead somewhere."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from vedette.config.settings import Configuration

CLONE = Path(__file__).resolve().parents[1]
PAGES = sorted([*(CLONE / "docs").rglob("*.md"), *CLONE.glob("*.md"), CLONE / "bench" / "README.md"])
SHOWN = [
    (page.relative_to(CLONE), text)
    for page in PAGES
    for text in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
]


@pytest.mark.parametrize(("page", "text"), SHOWN, ids=[f"{page}-{number}" for number, (page, _) in enumerate(SHOWN)])
def test_yaml_on_a_page_is_configuration(page: Path, text: str) -> None:
    values = YAML(typ="safe").load(text)

    assert set(values) <= set(Configuration.model_fields), page
    Configuration.model_validate(values)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CLONE)))
def test_every_link_within_the_clone_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
