"""Matchers over a few indicators, made in a line; an index of none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from event_profiles import MakeMatcher
from vedette._core import Index, IndexBuilder, Matcher, Rules

if TYPE_CHECKING:
    from vedette._core import ProfileSpec


@pytest.fixture(scope="session")
def matcher_of(tmp_path_factory: pytest.TempPathFactory) -> MakeMatcher:
    def make(
        indicators: Sequence[tuple[str, ...]], *profiles: "ProfileSpec", match_limit: int = 100_000, threads: int = 1
    ) -> Matcher:
        path = tmp_path_factory.mktemp("index") / "index.vdx"
        builder = IndexBuilder(str(path))
        facts = builder.facts("test", "test")
        said = [(kind, value, scope[0] if scope else None) for kind, value, *scope in indicators]
        refused = builder.add([(*row, facts, None, None, None, None) for row in said])
        assert refused == []
        builder.finish()
        return Matcher(Index(str(path)), Rules(profiles, match_limit), threads)

    return make


@pytest.fixture(scope="session")
def empty_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("empty") / "index.vdx"
    IndexBuilder(str(path)).finish()
    return Index(str(path))
