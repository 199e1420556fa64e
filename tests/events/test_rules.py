import pytest

from event_profiles import HEX, profile, rule
from vedette._core import Rules, check_regex
from vedette.config.settings import Configuration, Profile, Replace, Rule
from vedette.events.rules import compile_profiles, compile_rules


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        (HEX, None),
        (r"(?:a?+)*+\<\=\:[\x{00a1}-\x{ffff}]", None),
        ("(a", "missing closing parenthesis at offset 2"),
        ("a{2,1}", "numbers out of order in {} quantifier at offset 5"),
        (r"\C", r"using \C is disabled by the application at offset 2"),
    ],
)
def test_a_regex_is_checked_as_pcre2_reads_it(pattern: str, complaint: str | None) -> None:
    assert check_regex(pattern) == complaint


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (profile(rule("R", "url", "(")), "profile `default`, rule `R`: missing closing parenthesis at offset 1"),
        (profile(rule("R", "path", "x")), "profile `default`, rule `R`: no type `path`; there are: auto, url,"),
        (profile(rule("R", "url", "x", extract="some")), "rule `R`: no extract `some`; there are: all, first"),
        (profile(rule("R", "url")), "rule `R`: a rule of type `url` needs a regex"),
        (profile(rule("R", "auto", "x")), "rule `R`: a rule of type `auto` takes no regex"),
        (
            profile(rule("R", "url", "(x)", concatenate=r"\2")),
            r"`\\2` asks for a group that the regex has not",
        ),
        (profile(rule("R", "url", "x"), rule("R", "ip", "x")), "rule `R`: the name stands twice"),
        (profile(peers=["gate"]), "profile `default`: expected an address or a network"),
        (profile(event_regex="["), "profile `default`: event regex: missing terminating ] "),
        (profile(replaces=[("x", "y"), ("[", "")]), "profile `default`: replace 2: missing terminating ]"),
        (
            profile(ignores=["*"]),
            "ignore 1: quantifier does not follow a repeatable item at offset 0",
        ),
    ],
)
def test_a_mistake_is_named_with_its_profile_and_rule(wrong: object, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("[", r"\[").replace("(", r"\(").replace("]", r"\]")):
        Rules([wrong])  # type: ignore[list-item]


def test_a_profile_that_stands_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="profile `default`: the id stands twice"):
        Rules([profile(), profile()])


def test_the_names_are_the_profiles_own_then_those_of_default_that_fall_in() -> None:
    rules = Rules([profile(rule("A", "url", "a"), rule("B", "url", "b")), profile(rule("B", "ip", "c"), name="branch")])

    assert rules.profiles == ("default", "branch")
    assert rules.names(0) == ("A", "B")
    assert rules.names(1) == ("B", "A")
    with pytest.raises(IndexError, match="there are 2 profiles"):
        rules.names(2)


def test_the_configurations_profiles_become_rules() -> None:
    settings = Profile(
        peers=("192.0.2.0/24",),
        hostnames=("gate",),
        event_regex="CEF",
        replace=(Replace(input="a", output="b"),),
        ignore=("x",),
        rules={"RE_IP": Rule(type="ip", regex=r"dst=(\S+)", extract="first"), "auto": Rule(type="auto")},
    )

    rules = compile_profiles({"gate": settings, "default": Profile()})

    assert rules.profiles == ("gate", "default")
    assert rules.names(0) == ("RE_IP", "auto")
    assert compile_rules(Configuration()).names(0) == ("auto",)
