"""Kinds and scopes are the core's own, word for word."""

from vedette import _core
from vedette.indicators.kind import KINDS, SCOPES, SCOPES_OF, scopes_of


def test_the_words_are_the_cores() -> None:
    assert KINDS == _core.KINDS
    assert SCOPES == _core.SCOPES


def test_every_kind_has_scopes_and_a_family_those_of_its_members() -> None:
    assert tuple(SCOPES_OF) == KINDS
    assert scopes_of("hash") == {"exact"}
    assert scopes_of("ip") == {"exact", "host", "network"}
