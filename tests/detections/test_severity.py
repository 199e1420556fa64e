"""A severity is the confidence's, moved by rules, and says how it came about."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.config.harm import DEFAULT_SEVERITY, Own, SeverityRule, When
from vedette.detections.places import Places
from vedette.detections.severity import Circumstances, reckon, severity_of, syslog_severity

CIRCUMSTANCES = Circumstances(confidence=70, feed="demo", category="c2", kind="ipv4")


@pytest.mark.parametrize(
    ("confidence", "severity", "syslog"), [(0, 0, 5), (44, 4, 4), (65, 7, 3), (85, 9, 2), (100, 10, 2)]
)
def test_severity_follows_confidence(confidence: int, severity: int, syslog: int) -> None:
    assert severity_of(confidence) == severity
    assert syslog_severity(severity) == syslog


def test_a_connection_that_got_out_is_worse_than_one_that_was_stopped_at_the_door() -> None:
    got_out = CIRCUMSTANCES._replace(direction="outbound", action="allowed")
    stopped = CIRCUMSTANCES._replace(direction="inbound", action="blocked")

    assert reckon(DEFAULT_SEVERITY, got_out).value == 8
    assert reckon(DEFAULT_SEVERITY, stopped).value == 5


def test_each_rule_that_applies_is_a_step_and_the_others_are_none() -> None:
    rules = (
        SeverityRule(when=When(feed=("demo", "other"), tag=("c2",)), add=2, why="known bad"),
        SeverityRule(when=When(direction=("outbound",), category=("c2",)), add=-1),
        SeverityRule(when=When(profile=("proxy",)), set=3),
    )
    now = CIRCUMSTANCES._replace(tags=("c2",), direction="outbound", profile="mail")

    severity = reckon(rules, now)

    assert severity.steps == (("confidence 70", 7), ("known bad", 2), ("direction outbound, category c2", -1))
    assert reckon(rules, now._replace(profile="proxy")).steps[-1] == ("profile proxy", -5)


def test_a_severity_beyond_the_scale_is_brought_back_by_a_step_of_its_own() -> None:
    always = SeverityRule(add=5)

    severity = reckon((always, always), CIRCUMSTANCES)

    assert severity == (10, (("confidence 70", 7), ("always", 5), ("always", 5), ("at most 10", -7)))


@settings(deadline=None)
@given(
    st.integers(0, 100),
    st.lists(st.one_of(st.integers(-10, 10).filter(bool).map(lambda n: {"add": n}), st.builds(dict, set=st.just(4)))),
)
def test_the_steps_add_up_to_the_severity(confidence: int, changes: list[dict[str, int]]) -> None:
    rules = [SeverityRule.model_validate(change) for change in changes]

    severity = reckon(rules, CIRCUMSTANCES._replace(confidence=confidence))

    assert severity.value == sum(change for _, change in severity.steps)
    assert 0 <= severity.value <= 10


@pytest.mark.parametrize(
    ("near", "far", "direction"),
    [
        ("10.1.2.3", "8.8.8.8", "outbound"),
        ("8.8.8.8", "10.1.2.3", "inbound"),
        ("10.1.2.3", "fd00::1", "internal"),
        ("8.8.8.8", "9.9.9.9", "external"),
        ("host.corp.example", "a.example", "outbound"),
        ("corp.example.evil.example", "10.0.0.1", "inbound"),
        ("", "8.8.8.8", ""),
        ("10.1.2.3", "not an end", ""),
        ("10.1.2.3", "a." * 200 + "example", ""),
    ],
)
def test_the_ends_of_a_connection_say_which_way_it_went(near: str, far: str, direction: str) -> None:
    places = Places(Own(names=("corp.example",)))

    assert places.direction(near, far) == direction


@pytest.mark.parametrize(
    ("kind", "normal_form", "place"),
    [
        ("ipv4", "10.0.0.1", "own"),
        ("ipv4", "240.0.0.1", "bogon"),
        ("ipv4", "8.8.8.8", ""),
        ("ipv6", "2001:db8::1", "bogon"),
        ("ipv4", "192.0.2.1", "bogon"),
        ("ipv4", "198.51.100.1", "bogon"),
        ("url", "203.0.113.9/x", "bogon"),
        ("url", "192.168.1.1/x", "own"),
        ("domain", "a.corp.example", "own"),
        ("domain", "corp.example.evil.example", ""),
        ("md5", "0" * 32, ""),
    ],
)
def test_own_values_and_bogons_are_told_from_the_rest(kind: str, normal_form: str, place: str) -> None:
    places = Places(Own(names=("corp.example",)))

    assert places.of(kind, normal_form) == place
