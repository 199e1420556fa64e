from pathlib import Path

import pytest

from vedette.config.loading import Loaded, settle
from vedette.config.yaml import parse_yaml
from vedette.errors import ConfigurationError

TEXT = b"threads: 2\nfeeds:\n  A.json: {path: a, enabled: false}\n"


def loaded(*settings: str, **environment: str) -> Loaded:
    return settle(parse_yaml(TEXT, "v.yaml"), Path("v.yaml"), settings=settings, environment=environment)


def test_the_command_line_goes_before_the_environment_and_that_before_the_file() -> None:
    assert loaded().configuration.threads == 2
    assert loaded(VEDETTE__THREADS="3").configuration.threads == 3
    assert loaded("threads=4", VEDETTE__THREADS="3").configuration.threads == 4


def test_a_name_with_dots_is_found_as_the_file_has_it() -> None:
    assert loaded("feeds.A.json.confidence=70").configuration.feeds["A.json"].confidence == 70
    assert loaded(VEDETTE__FEEDS__A__JSON__CONFIDENCE="70").configuration.feeds["A.json"].confidence == 70


def test_a_list_is_given_as_json_and_a_regex_in_brackets_stays_a_text() -> None:
    done = loaded('feeds.A.json.tags=["a","b"]', "profiles.default.rules.R.regex=[a-z]+", "state=/s")

    assert done.configuration.feeds["A.json"].tags == ("a", "b")
    assert done.configuration.profiles["default"].rules["R"].regex == "[a-z]+"


def test_a_mistake_in_an_override_is_named_by_the_override() -> None:
    with pytest.raises(ConfigurationError) as raised:
        loaded("threads=x", VEDETTE__MATCH_LIMIT="1")

    assert [one.path for one in raised.value.mistakes] == ["--set threads", "VEDETTE__MATCH_LIMIT"]


@pytest.mark.parametrize("setting", ["threads", "=1", "a..b=1", "threads.x=1"])
def test_an_override_that_leads_nowhere_is_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="--set"):
        loaded(setting)


def test_other_variables_of_the_environment_are_none_of_ours() -> None:
    assert loaded(VEDETTE_HOME="x", PATH="y").configuration.threads == 2
