"""Lists answer with the names of those that know an observable, by the scopes of their values."""

import pytest

from vedette.index.lists import ListedValue, Lists

VALUES = (
    ListedValue("resolvers", "192.0.2.53", "ipv4"),
    ListedValue("ranges", "192.0.2.0/24", "ip"),
    ListedValue("sites", "A.Example", "domain", "subdomains", sort="hostname"),
    ListedValue("names", "a.example", "domain", "exact"),
)


@pytest.mark.parametrize(
    ("kind", "normal_form", "names"),
    [
        ("ipv4", b"192.0.2.53", ["resolvers", "ranges"]),
        ("ipv4", b"192.0.2.54", ["ranges"]),
        ("domain", b"a.example", ["sites", "names"]),
        ("domain", b"b.a.example", ["sites"]),
        ("domain", b"ba.example", []),
        ("url", b"b.a.example/x", ["sites"]),
        ("md5", b"0" * 32, []),
    ],
)
def test_every_list_that_knows_an_observable_answers(kind: str, normal_form: bytes, names: list[str]) -> None:
    lists, refused = Lists.of(VALUES)

    assert sorted(one.name for one in lists.ask(kind, normal_form)) == sorted(names)
    assert refused == ()


def test_a_list_tells_its_sort_and_the_kind_of_its_value() -> None:
    lists, _ = Lists.of(VALUES)

    assert lists.ask("url", b"b.a.example/x") == (("sites", "hostname", "domain"),)


def test_a_value_without_a_normal_form_comes_back_by_its_position() -> None:
    values = (*VALUES, ListedValue("broken", "no address", "ipv4"))

    _, refused = Lists.of(values)

    assert [one.position for one in refused] == [4]


def test_lists_of_nothing_know_nothing() -> None:
    lists, _ = Lists.of(())

    assert lists.ask("ipv4", b"192.0.2.1") == ()
    assert lists.is_empty


def test_a_very_long_value_is_asked_and_not_remembered() -> None:
    lists, _ = Lists.of((ListedValue("sites", "a.example", "domain"),))

    assert [one.name for one in lists.ask("url", b"a.example/" + b"x" * 60_000)] == ["sites"]
