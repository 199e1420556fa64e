from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cef_reader import read_cef
from made_detections import made_detection, made_entry
from vedette import __version__
from vedette.detections.templates.cef import LIMITS, CefTemplate

HOSTILE = st.text(st.sampled_from("a|=\\\n\r\t \0\x85\u2028\udc80€") | st.characters(), max_size=30)


def test_cef_says_what_was_seen_who_knows_it_and_why() -> None:
    entry = made_entry(
        {"threat_score": 85}, first_seen=datetime(2020, 2, 3, 11, 7, tzinfo=UTC), tlp="amber", tags=("a",)
    )

    detection = made_detection(entry, warninglists=("Top sites", "Resolvers"))

    header, pairs = read_cef(CefTemplate().render(detection).decode())

    assert list(header.values()) == ["0", "Vedette", "Vedette", __version__, "detection", "Indicator detected", "10"]
    assert pairs == {
        "rt": "1585051205000",
        "externalId": "0123456789abcdef",
        "cat": "KL_IP_Reputation",
        "reason": "192.0.2.1 is known to demo as 192.0.2.1 (KL_IP_Reputation)",
        "cnt": "1",
        "sourceServiceName": "default",
        "cs1": "192.0.2.1",
        "cs1Label": "MatchedIndicator",
        "cs2": "demo",
        "cs2Label": "Feed",
        "cs3": "192.0.2.1",
        "cs3Label": "Observed",
        "cs4": "RE_IP",
        "cs4Label": "Rule",
        "cs5": "a",
        "cs5Label": "Tags",
        "cs6": "threat_score:85",
        "cs6Label": "Context",
        "cn1": "100",
        "cn1Label": "Confidence",
        "cn2": "1",
        "cn2Label": "Generation",
        "deviceCustomDate1": "1580728020000",
        "deviceCustomDate1Label": "FirstSeen",
        "flexString1": "amber",
        "flexString1Label": "TLP",
        "flexString2": "Top sites, Resolvers",
        "flexString2Label": "Warninglists",
        "msg": "dst=192.0.2.1 ",
    }


def test_the_ends_of_the_connection_stand_under_the_keys_that_cef_has_for_them() -> None:
    _, both = read_cef(CefTemplate().render(made_detection(near="10.0.0.1", far="192.0.2.1")).decode())
    _, six = read_cef(CefTemplate().render(made_detection(near="2001:DB8::1", far="2001:db8::2")).decode())
    _, odd = read_cef(CefTemplate().render(made_detection(near="no address", far="")).decode())

    assert (both["src"], both["dst"]) == ("10.0.0.1", "192.0.2.1")
    assert (six["c6a2"], six["c6a2Label"]) == ("2001:db8::1", "Source IPv6 Address")
    assert (six["c6a3"], six["c6a3Label"]) == ("2001:db8::2", "Destination IPv6 Address")
    assert not {"src", "dst", "c6a2", "c6a3", "c6a2Label"} & (odd.keys() | (six.keys() & {"src", "dst"}))


def test_a_value_is_cut_on_a_character_before_it_is_escaped() -> None:
    detection = made_detection(observed_kind="url", observed="é=" * 1000)

    _, pairs = read_cef(CefTemplate().render(detection).decode())

    assert pairs["request"] == ("é=" * 1000)[: LIMITS["request"]]


def test_a_field_under_a_name_of_its_own_takes_the_place_of_ours_and_of_its_label() -> None:
    _, pairs = read_cef(CefTemplate().render(made_detection(actionable=(("cs3", "85"),))).decode())

    assert pairs["cs3"] == "85"
    assert "cs3Label" not in pairs


@given(HOSTILE, HOSTILE, st.binary(max_size=40))
def test_hostile_values_stay_in_their_field(one: str, two: str, event: bytes) -> None:
    entry = made_entry({"field": two}, category=one, indicator=two, feed="demo")

    line = CefTemplate().render(made_detection(entry, observed=one, event=event)).decode()

    _, pairs = read_cef(line)
    expected = read_cef(CefTemplate().render(made_detection(made_entry({"f": "x"}, indicator="x"))).decode())[1]
    assert len(line.splitlines()) == 1
    assert pairs.keys() <= expected.keys()
    assert pairs["cs2"] == "demo"
