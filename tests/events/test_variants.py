from pathlib import Path

import pytest

from event_profiles import frames, profile, rule
from vedette._core import Index, IndexBuilder, Matcher, Rules


@pytest.mark.parametrize(
    ("kind", "indicator", "scope", "event", "variant"),
    [
        ("url", "http://a.example/b/c?d=1", None, b"http://a.example/b/c?d=1", "itself"),
        ("url", "http://a.example/b/c", "prefix", b"http://a.example/b/c", "itself"),
        ("url", "http://a.example/b/c", "prefix", b"http://a.example/b/c?d=1", "without query"),
        ("url", "http://a.example/b", "prefix", b"http://a.example/b/c?d=1", "path prefix"),
        ("url", "a.example/b/*", "mask", b"http://a.example/b/c?d=1", "mask"),
        ("domain", "www.a.example", None, b"http://www.a.example/b", "host"),
        ("domain", "a.example", None, b"http://a.example/b", "host"),
        ("domain", "a.example", None, b"http://x.a.example/b", "parent domain"),
        ("domain", "a.example", None, b"q=a.example", "itself"),
        ("domain", "a.example", None, b"q=x.a.example", "parent domain"),
        ("email", "m@a.example", None, b"from m@a.example", "itself"),
        ("domain", "a.example", None, b"from m@a.example", "host"),
        ("domain", "a.example", None, b"from m@x.a.example", "parent domain"),
        ("ipv4", "192.0.2.1", None, b"src=192.0.2.1", "itself"),
        ("ipv4", "192.0.2.1", None, b"http://192.0.2.1/b", "host"),
        ("cidr", "192.0.2.0/24", None, b"src=192.0.2.1", "network"),
        ("cidr", "192.0.2.0/24", None, b"http://192.0.2.1/b", "network"),
        ("ip_port", "192.0.2.1:80", None, b"dst=192.0.2.1:80", "itself"),
        ("ip_port", "192.0.2.1:80", None, b"http://192.0.2.1:80/b", "host"),
        ("ip_port", "192.0.2.1:80", "host", b"src=192.0.2.1 x", "itself"),
        ("ip_port", "192.0.2.1:80", "host", b"http://192.0.2.1/b", "host"),
        ("cidr", "192.0.2.0/24", None, b"dst=192.0.2.1:443", "network"),
    ],
)
def test_a_row_says_which_variant_of_the_observable_the_entry_knows(
    tmp_path: Path, kind: str, indicator: str, scope: str | None, event: bytes, variant: str
) -> None:
    builder = IndexBuilder(str(tmp_path / "index.vdx"))
    builder.add([(kind, indicator, scope, builder.facts("f", "c"), None, None, None, None)])
    builder.finish()
    matcher = Matcher(Index(str(tmp_path / "index.vdx")), Rules([profile(rule("AUTO", "auto"))]))

    (row,) = matcher.match(frames(event)).rows

    assert row[11][:2] == (variant, "")
