import re
from pathlib import Path

import pytest

from vedette.config.checking import Checks
from vedette.config.loading import settle
from vedette.config.settings import Configuration
from vedette.config.yaml import parse_yaml
from vedette.cybertrace.loading import load
from vedette.detections.templates.pattern import mistakes_in
from vedette.events.rules import check_regex

DOCS = Path(__file__).resolve().parents[2] / "docs"
CHECKS = Checks(regex=check_regex, template=mistakes_in)


def test_the_fortisiem_example_has_no_mistake_and_no_warning(tmp_path: Path) -> None:
    feed = tmp_path / "feeds" / "Demo_IP_Reputation_Data_Feed.json"
    feed.parent.mkdir()
    feed.write_text("[]")
    path = tmp_path / "fortisiem.yaml"
    path.write_bytes((DOCS / "examples" / "fortisiem.yaml").read_bytes())

    assert load(path, checks=CHECKS).warnings == ()


@pytest.mark.parametrize("page", ["configuration.md", "templates.md", "cybertrace.md"])
def test_the_yaml_on_a_page_can_be_used_as_it_stands(page: str) -> None:
    for text in re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(), re.DOTALL):
        draft = parse_yaml(re.sub(r"path: \S+\.(txt|json)", "path: /etc/hostname", text).encode(), page)

        assert isinstance(settle(draft, DOCS / page, checks=CHECKS).configuration, Configuration)
