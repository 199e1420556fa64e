"""Lists answer with the names of those that know an observable, by the reach and the kinds of their values."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.index.generations import Generations
from vedette.index.index import Index
from vedette.index.lists import ListedValue, Lists, Overlap, Terms

VALUES = (
    ListedValue("resolvers", "192.0.2.53", "ipv4"),
    ListedValue("ranges", "192.0.2.0/24", "ip"),
    ListedValue("sites", "A.Example", "domain", "subdomains"),
    ListedValue("names", "a.example", "domain", "exact", alone=True),
    ListedValue("hosts", "c.example", "domain"),
)
TERMS = Terms(
    kinds={"hosts": ("domain",), "mail": ("email", "domain")},
    texts=[("mail", "@throw")],
    regexes=[("contacts", "^(abuse|noc)@", True)],
)


@pytest.fixture(scope="module")
def lists() -> Lists:
    lists, refused = Lists.of(VALUES, TERMS)
    assert refused == ()
    return lists


@pytest.mark.parametrize(
    ("kind", "normal_form", "names"),
    [
        ("ipv4", "192.0.2.53", ["resolvers", "ranges"]),
        ("ipv4", "192.0.2.54", ["ranges"]),
        ("ip_port", "192.0.2.54:443", ["ranges"]),
        ("domain", "a.example", ["sites", "names"]),
        ("domain", "b.a.example", ["sites"]),
        ("domain", "ba.example", []),
        ("url", "b.a.example/x", ["sites"]),
        ("url", "a.example/x", ["sites"]),
        ("url", "a.example", ["sites", "names"]),
        ("domain", "c.example", ["hosts"]),
        ("url", "c.example/x", []),
        ("email", "NOC@throwaway.example", ["mail", "contacts"]),
        ("url", "x.example/@throw", []),
        ("md5", "0" * 32, []),
    ],
)
def test_every_list_that_knows_an_observable_answers(
    lists: Lists, kind: str, normal_form: str, names: list[str]
) -> None:
    assert sorted(lists.ask(kind, normal_form)) == sorted(names)


def test_a_value_without_a_normal_form_comes_back_by_its_position() -> None:
    values = (*VALUES, ListedValue("broken", "no address", "ipv4"))

    _, refused = Lists.of(values)

    assert [one.position for one in refused] == [len(VALUES)]


def test_lists_of_nothing_know_nothing() -> None:
    lists, _ = Lists.of(())

    assert lists.ask("ipv4", "192.0.2.1") == ()


def test_a_very_long_value_is_asked_and_not_remembered(lists: Lists) -> None:
    assert lists.ask("url", "b.a.example/" + "x" * 60_000) == ("sites",)


def test_a_regex_that_backtracks_for_ever_is_stopped_and_counted() -> None:
    lists, _ = Lists.of((), Terms(regexes=[("hostile", "(a+)+$", False)]))

    assert lists.ask("email", "a" * 60 + "!") == ()
    assert lists.over_limit() == {"hostile": 1}


def test_a_regex_that_does_not_compile_is_named_with_its_list() -> None:
    with pytest.raises(ValueError, match=r"broken: \[: missing terminating"):
        Lists.of((), Terms(regexes=[("broken", "[", False)]))


def index_of(folder: Path, rows: list[tuple[str, str, str]]) -> Index:
    with Generations(folder).new() as building:
        for feed, kind, value in rows:
            facts = building.builder.facts(feed, "c")
            assert building.builder.add([(kind, value, None, facts, None, None, None, None)]) == []
        building.finish()
    return Index.open(folder)


def test_what_feeds_and_lists_have_in_common_is_counted_with_examples(tmp_path: Path, lists: Lists) -> None:
    rows = [("bad", "ipv4", f"192.0.2.{last}") for last in range(50, 60)]
    index = index_of(tmp_path, [*rows, ("bad", "domain", "clean.example"), ("worse", "url", "http://b.a.example/x")])

    found = {(one.feed, one.name): one for one in lists.overlaps(index.core)}

    assert found["bad", "ranges"].entries == 10
    assert len(found["bad", "ranges"].examples) == 3
    assert found["bad", "resolvers"] == Overlap("bad", "resolvers", 1, ("192.0.2.53",))
    assert found["worse", "sites"] == Overlap("worse", "sites", 1, ("http://b.a.example/x",))
    assert len(found) == 3


LABELS = st.lists(st.sampled_from(("a", "b", "www", "cc")), min_size=1, max_size=3)
NAMES = LABELS.map(lambda labels: ".".join([*labels, "example"]))


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, st.booleans()), max_size=6), NAMES, st.sampled_from(("", "/x")))
def test_lists_of_names_answer_as_a_plain_reading_of_them_does(
    listed: list[tuple[str, bool]], name: str, path: str
) -> None:
    values = [
        ListedValue(f"list {n}", value, "domain", "exact" if alone else "subdomains", alone=alone)
        for n, (value, alone) in enumerate(listed)
    ]
    lists, _ = Lists.of(values)

    host = name.removeprefix("www.")
    plain = [
        f"list {n}"
        for n, (value, alone) in enumerate(listed)
        if (host == value and not (alone and path)) or (not alone and host.endswith(f".{value}"))
    ]
    assert sorted(lists.ask("url", host + path)) == sorted(plain)


def test_many_are_asked_as_each_is(lists: Lists) -> None:
    asked = [("domain", "a.example"), ("ipv4", "192.0.2.53"), ("md5", "0" * 32), ("url", "\udcff")]

    answers = lists.ask_all([kind for kind, _ in asked], [value for _, value in asked])

    assert answers == [lists.ask(kind, value) for kind, value in asked]


def test_an_end_is_held_in_whatever_spelling_and_a_text_that_is_none_is_neither_held_nor_not(lists: Lists) -> None:
    ends = ["b.A.example.", "192.0.2.1:80", "c.example", "", "no end", "http://a.example/", "x" * 21]

    assert lists.holds_ends("sites", ends, 20) == [True, False, False, None, None, None, None]
