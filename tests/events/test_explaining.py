from typing import TYPE_CHECKING

from event_profiles import GUIDE, MakeMatcher, profile, rule

if TYPE_CHECKING:
    from vedette._core import Matcher, Step

URL = rule("U", "url", r"url=(\S+)")


def asked(step: "Step") -> list[tuple[str, bytes, list[str]]]:
    """The kind asked, the key, and the scopes by which entries answered."""
    return [(kind, key, [scope for _, scope in found]) for kind, key, found in step[9]]


def explained(matcher: "Matcher", event: bytes, peer: str | None = None) -> dict[str, "Step"]:
    return {step[1]: step for step in matcher.explain(event, peer)}


def test_every_rule_says_what_it_took_and_why_that_is_no_observable(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(*GUIDE))
    event = b"|a|b|c| dst=192.0.2.1 src=999.0.2.1 " + b"a" * 33

    steps = explained(matcher, event)

    assert list(steps) == ["RE_HASH", "RE_IP", "SRC_IP", "RE_URL", "Device", "Id", "UserName"]
    assert steps["RE_HASH"][5:9] == (b"a" * 33, None, None, "33 bytes long: no `hash` has this length")
    assert steps["RE_IP"][2:8] == ("ip", 12, 21, b"192.0.2.1", b"192.0.2.1", "ipv4")
    assert asked(steps["RE_IP"]) == [("ipv4", b"192.0.2.1", ["exact"])]
    assert steps["SRC_IP"][5:8] == (b"999.0.2.1", None, "ipv4")
    assert steps["SRC_IP"][8] != ""
    assert steps["RE_URL"][5:9] == (b"", None, None, "took nothing")
    assert steps["Device"][5:9] == (b"b", None, None, "context: copied, never looked up")


def test_a_url_is_asked_by_itself_its_host_and_the_domains_around_it(matcher_of: MakeMatcher) -> None:
    known = [("domain", "bad.example"), ("domain", "www.a.bad.example"), ("url", "http://a.bad.example/x")]
    matcher = matcher_of(known, profile(URL))

    (step,) = matcher.explain(b"url=http://www.a.bad.example/x")

    assert step[6] == b"a.bad.example/x"
    assert asked(step) == [
        ("url", b"a.bad.example/x", ["exact"]),
        ("domain", b"www.a.bad.example", ["subdomains"]),
        ("domain", b"a.bad.example", []),
        ("domain", b"bad.example", ["subdomains"]),
        ("domain", b"example", []),
    ]


def test_a_url_is_asked_by_each_prefix_that_an_entry_may_be(matcher_of: MakeMatcher) -> None:
    known = [("url", "bad.example/x", "prefix"), ("url", "other.example/1/2/3", "prefix")]
    matcher = matcher_of(known, profile(URL))

    (step,) = matcher.explain(b"url=http://bad.example/x/y?q")

    assert asked(step) == [
        ("url", b"bad.example/x/y?q", []),
        ("url", b"bad.example/x/y", []),
        ("url", b"bad.example/x", ["prefix"]),
        ("url", b"bad.example", []),
        ("domain", b"bad.example", []),
        ("domain", b"example", []),
    ]


def test_a_url_of_an_address_and_a_port_is_asked_by_the_pair_too(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("ip_port", "192.0.2.9:8080")], profile(URL))

    (step,) = matcher.explain(b"url=http://192.0.2.9:8080/x")

    assert asked(step) == [
        ("url", b"192.0.2.9/x", []),
        ("ip_port", b"192.0.2.9:8080", ["exact"]),
        ("ipv4", b"192.0.2.9", []),
    ]


def test_networks_answer_under_their_own_keys(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("cidr", "192.0.2.0/24"), ("cidr", "192.0.0.0/16")], profile(URL))

    (step,) = matcher.explain(b"url=http://192.0.2.9/")

    assert asked(step) == [
        ("url", b"192.0.2.9", []),
        ("ipv4", b"192.0.2.9", []),
        ("cidr", b"192.0.2.0/24", ["network"]),
        ("cidr", b"192.0.0.0/16", ["network"]),
    ]


def test_an_e_mail_address_is_asked_by_its_domain_too(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("domain", "bad.example")], profile(rule("E", "email", r"from=(\S+)")))

    (step,) = matcher.explain(b"from=eve@bad.example")

    assert asked(step) == [
        ("email", b"eve@bad.example", []),
        ("domain", b"bad.example", ["subdomains"]),
        ("domain", b"example", []),
    ]


def test_replacing_and_ignoring_are_told(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([], profile(URL, replaces=[("Device", "D")], ignores=["zz", "D0002"]))

    steps = matcher.explain(b"Device0002 url=a.example")

    assert [(step[1], step[2], step[8]) for step in steps] == [
        ("replace", "replace", "Replace rules made of it: D0002 url=a.example"),
        ("ignore 2", "ignore", "an Ignore rule takes the event: no rule runs"),
    ]


def test_a_rule_of_default_that_did_not_run_says_so(matcher_of: MakeMatcher) -> None:
    own = profile(rule("R", "ip", r"to=(\S+)"), name="branch", peers=["192.0.2.9"])
    matcher = matcher_of([], profile(rule("R", "ip", r"dst=(\S+)")), own)

    steps = matcher.explain(b"to=192.0.2.1 dst=192.0.2.2", "192.0.2.9")

    assert [(step[0], step[5], step[8]) for step in steps] == [
        ("branch", b"192.0.2.1", ""),
        ("branch", b"", "a rule of `default`, not run: the profile's own of this name took something"),
    ]


def test_a_regex_over_its_limit_and_an_event_without_a_profile_are_told(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([], profile(rule("Bad", "context", r"(a+)+(?!a)$"), name="branch", event_regex="a"))

    (stopped,) = matcher.explain(b"a" * 5000 + b"!")
    (homeless,) = matcher.explain(b"x")

    assert stopped[8] == "stopped: the regex went over its match limit"
    assert homeless[:3] == ("", "", "")
    assert homeless[8] == "no profile takes this event, and there is no `default`"


def test_auto_explains_what_it_sees_known_or_not(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(rule("auto", "auto")))

    steps = matcher.explain(b"from 192.0.2.1 to www.example.com")

    assert [(step[1], step[3], step[5], step[7]) for step in steps] == [
        ("auto", 5, b"192.0.2.1", "ipv4"),
        ("auto", 18, b"www.example.com", "domain"),
    ]
    assert asked(steps[0]) == [("ipv4", b"192.0.2.1", ["exact"])]
