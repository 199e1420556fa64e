import os
from pathlib import Path

import pytest

from shared_data import SHARED, needs_shared_data
from vedette.engine.loading import check, load
from vedette.errors import ConfigurationError


def mistakes(path: Path, text: str) -> list[str]:
    path.write_text(text)
    return [f"{one.line}: {one.key}: {one.message}" for one in check(path).mistakes]


def test_what_pcre2_and_the_templates_know_is_asked(tmp_path: Path) -> None:
    text = (
        "profiles:\n default:\n  replace: [{input: 'a', output: '\\1'}]\n  rules:\n"
        "   A: {type: url, regex: '('}\n   B: {type: url, regex: '(a)', concatenate: '\\2'}\n"
        "templates: {t: {event: '%A% %B% %C%'}}\n"
    )

    found = mistakes(tmp_path / "v.yaml", text)

    assert [one.split(":")[0] for one in found] == ["3", "5", "6", "7"]
    assert "at offset" in found[1]
    assert "`%C%`" in found[3]


def test_a_state_folder_of_the_command_line_begins_at_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "v.yaml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEDETTE__THREADS", "2")

    loaded = load(Path("etc/v.yaml"), state=Path("kept"))

    assert loaded.anchored.state == tmp_path / "kept"
    assert loaded.configuration.threads == 2


@needs_shared_data
def test_cybertraces_configuration_has_no_mistake() -> None:
    assert check(SHARED / "cybertrace" / "kl_feed_service.conf").mistakes == ()


def test_a_state_folder_that_cannot_be_is_a_mistake_only_for_who_keeps_state(tmp_path: Path) -> None:
    path = tmp_path / "v.yaml"
    path.write_text("state: v.yaml")

    load(path)
    with pytest.raises(ConfigurationError, match="state: cannot be kept in"):
        load(path, keeps_state=True)


@needs_shared_data
def test_a_read_only_folder_is_told_before_anything_starts() -> None:
    conf = SHARED / "cybertrace" / "kl_feed_service.conf"
    if os.access(conf.parent, os.W_OK):
        pytest.skip("the shared data may be written here")

    with pytest.raises(ConfigurationError, match="name another folder with `--state`"):
        load(conf, keeps_state=True)
