"""What may be wrong with where a feed is fetched from."""

from pathlib import Path

import pytest

from vedette.config.draft import Draft
from vedette.config.lines import Lines
from vedette.config.loading import settle
from vedette.errors import ConfigurationError


def mistakes(folder: Path, feed: dict[str, object]) -> list[str]:
    draft = Draft({"feeds": {"bad": feed}}, Lines("vedette.yaml"))
    with pytest.raises(ConfigurationError) as caught:
        settle(draft, folder / "vedette.yaml")
    return [f"{one.key}: {one.message}" for one in caught.value.mistakes]


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        ({}, "feeds.bad.path: is missing: a feed has a `path`, or a `fetch` with its `url`"),
        ({"fetch": {"url": "http://a.example"}, "path": "x"}, "feeds.bad.path: stands beside `fetch`"),
        ({"fetch": {"url": "http://a.example", "ca": "gone.pem"}}, "feeds.bad.fetch.ca: there is no file"),
        ({"fetch": {"url": "http://a.example/{key}"}}, "feeds.bad.fetch.url: wants a secret `key`; there are none"),
        (
            {"fetch": {"url": "http://a.example", "headers": {"K": "{kee}"}, "secrets": {"key": {"env": "K"}}}},
            "feeds.bad.fetch.headers.K: wants a secret `kee`; did you mean `key`?",
        ),
        (
            {"fetch": {"url": "http://a.example", "secrets": {"key": {"env": "K", "file": "x"}}}},
            "feeds.bad.fetch.secrets.key: takes one of `file` and `env`",
        ),
        (
            {"fetch": {"url": "http://a.example", "user": "me", "password": "word"}},
            "feeds.bad.fetch.password: stands in the configuration itself: name a secret, as `{NAME}`",
        ),
        ({"fetch": {"url": "http://a.example", "user": "me"}}, "feeds.bad.fetch.user: and `password` go together"),
        ({"fetch": {"url": "ftp://a.example"}}, "feeds.bad.fetch.url: "),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, feed: dict[str, object], said: str) -> None:
    assert any(one.startswith(said) for one in mistakes(tmp_path, feed)), mistakes(tmp_path, feed)
