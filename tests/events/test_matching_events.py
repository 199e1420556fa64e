import time
from typing import TYPE_CHECKING

import pytest

from event_profiles import GUIDE, HEX, URL, MakeMatcher, frames, profile, rule
from vedette._core import Index, Matcher, Rules

if TYPE_CHECKING:
    from vedette._core import Matches

MD5 = "776735a8ca96db15b422879da599f474"
SHA256 = MD5 * 2


def taken(matches: "Matches") -> list[tuple[int, str, str, bytes]]:
    """Event, rule, the observable's kind, what was observed."""
    return [(row[0], row[2], row[3], row[6]) for row in matches.rows]


def test_an_event_of_the_guide_is_matched_by_its_rules(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("ipv4", "192.0.2.1"), ("md5", MD5), ("domain", "bad.example")], profile(*GUIDE))
    event = b"CEF:0|Fortinet|Gate|6|13|eventId=7 src=192.0.2.1 dst=192.0.2.1 suser=eve fileHash=" + MD5.encode()
    link = b"request=http://www.bad.example:80/a?b"

    matches = matcher.match(frames(b"nothing here", event, link))

    assert taken(matches) == [
        (1, "RE_HASH", "md5", MD5.encode()),
        (1, "RE_IP", "ipv4", b"192.0.2.1"),
        (1, "SRC_IP", "ipv4", b"192.0.2.1"),
        (2, "RE_URL", "url", b"www.bad.example:80/a?b"),
    ]
    assert (matches.received, matches.matched, matches.unmatched, matches.ignored) == (3, 2, 1, 0)
    assert matches.values(1) == {
        "RE_HASH": MD5.encode(),
        "RE_IP": b"192.0.2.1",
        "SRC_IP": b"192.0.2.1",
        "Device": b"Gate",
        "Id": b"7",
        "UserName": b"eve fileHash=" + MD5.encode(),
    }
    assert matches.values(0) == {}


def test_a_span_is_where_the_value_stands_in_the_event(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(*GUIDE))
    event = b"x dst=192.0.2.1 y"

    (row,) = matcher.match(frames(event)).rows

    assert event[row[4] : row[5]] == b"192.0.2.1"


@pytest.mark.parametrize(
    ("kind", "text", "observed_kind"),
    [
        ("md5", MD5, "md5"),
        ("md5", SHA256, None),
        ("sha256", SHA256, "sha256"),
        ("sha1", MD5, None),
        ("hash", MD5, "md5"),
        ("hash", SHA256, "sha256"),
        ("hash", MD5 + "0", None),
        ("ip", "192.0.2.1", "ipv4"),
        ("ip", "2001:DB8::1", "ipv6"),
        ("ip", "192.0.2.999", None),
        ("domain", "www.Bad.example", "domain"),
        ("url", "http://bad.example/x", "url"),
        ("email", "Eve@bad.example", "email"),
        ("context", MD5, None),
    ],
)
def test_a_value_is_an_observable_of_its_rules_type(
    matcher_of: MakeMatcher, kind: str, text: str, observed_kind: str | None
) -> None:
    known = [
        ("md5", MD5),
        ("sha256", SHA256),
        ("ipv4", "192.0.2.1"),
        ("ipv6", "2001:db8::1"),
        ("domain", "bad.example"),
    ]
    matcher = matcher_of(known, profile(rule("R", kind, r"value=(\S+)")))

    matches = matcher.match(frames(b"value=" + text.encode()))

    assert [row[3] for row in matches.rows] == ([observed_kind] if observed_kind else [])


@pytest.mark.parametrize(("extract", "events"), [("all", [b"192.0.2.1", b"192.0.2.2"]), ("first", [b"192.0.2.1"])])
def test_extract_says_how_many_values_are_taken(matcher_of: MakeMatcher, extract: str, events: list[bytes]) -> None:
    known = [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]
    matcher = matcher_of(known, profile(rule("R", "ip", r"ip=(\S+)", extract=extract)))

    matches = matcher.match(frames(b"ip=192.0.2.1 ip=192.0.2.1 ip=192.0.2.2"))

    assert [row[6] for row in matches.rows] == events


def test_the_same_value_twice_in_an_event_is_reported_once_at_its_first_place(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("md5", MD5)], profile(rule("R", "hash", HEX)))
    event = MD5.upper().encode() + b" " + MD5.encode()

    matches = matcher.match(frames(event, event))

    assert [(row[0], row[4], row[5]) for row in matches.rows] == [(0, 0, 32), (1, 0, 32)]


def test_groups_are_joined_by_the_rules_template(matcher_of: MakeMatcher) -> None:
    url = rule("R", "url", r"host=(\S+) path=(\S+)", concatenate=r"\1/\2")
    matcher = matcher_of([("url", "bad.example/x")], profile(url))
    event = b"a host=bad.example path=x z"

    (row,) = matcher.match(frames(event)).rows

    assert row[6] == b"bad.example/x"
    assert event[row[4] : row[5]] == b"bad.example path=x"


def test_url_rules_ignore_case_and_context_rules_do_not(matcher_of: MakeMatcher) -> None:
    rules = (rule("U", "url", r"url=(\S+)"), rule("C", "context", r"user=(\S+)"))
    matcher = matcher_of([("domain", "bad.example")], profile(*rules))

    matches = matcher.match(frames(b"URL=http://bad.example USER=eve"))

    assert matches.values(0) == {"U": b"http://bad.example"}


def test_replace_rules_run_first_and_spans_are_of_the_original(matcher_of: MakeMatcher) -> None:
    replaces = [(r"\\=", "="), (r"<(\w+)>", r"[\1]"), ("x+", "")]
    rules = (rule("R", "ip", r"dst=(\d[\d.]*)"), rule("C", "context", r"\[(\w+)\]"))
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(*rules, replaces=replaces))
    event = rb"<who> a\=b xxx dst\=192.0xxx.2.1 end"

    matches = matcher.match(frames(event))

    (row,) = matches.rows
    assert row[6] == b"192.0.2.1"
    assert event[row[4] : row[5]] == b"192.0xxx.2.1"
    assert matches.values(0) == {"R": b"192.0.2.1", "C": b"who"}


def test_an_ignore_rule_sees_the_replaced_event_and_takes_it(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(
        [("ipv4", "192.0.2.1")], profile(*GUIDE, replaces=[("Device", "D")], ignores=["D0002", "x{3}"])
    )

    matches = matcher.match(frames(b"Device0002 dst=192.0.2.1", b"xxx dst=192.0.2.1", b"dst=192.0.2.1"))

    assert [row[0] for row in matches.rows] == [2]
    assert (matches.received, matches.matched, matches.unmatched, matches.ignored) == (3, 1, 0, 2)


def test_a_replacement_that_would_grow_an_event_without_bound_is_left_out_and_counted(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(*GUIDE, replaces=[("x", "y" * 300)]))
    event = b"dst=192.0.2.1 " + b"x" * 2000

    matches = matcher.match(frames(event))

    assert matches.matched == 1
    assert matcher.over_limit() == {("default", "replace 1"): 1}


@pytest.mark.parametrize(
    ("event", "peer", "expected"),
    [
        (b"x", None, "default"),
        (b"x", "198.51.100.1", "default"),
        (b"x", "192.0.2.77", "by-peer"),
        (b"x", "::ffff:192.0.2.77", "by-peer"),
        (b"<1>Mar 24 10:00:01 GATE7 x", None, "by-host"),
        (b"<1>1 2026-03-24T10:00:01Z gate7 app - - x", "198.51.100.1", "by-host"),
        (b"a CEF:0| b", None, "by-regex"),
        (b"<1>Mar 24 10:00:01 gate7 CEF:0|", "192.0.2.77", "by-peer"),
    ],
)
def test_a_profile_is_chosen_by_peer_host_name_or_text(
    matcher_of: MakeMatcher, event: bytes, peer: str | None, expected: str
) -> None:
    whole = rule("R", "context", ".*")
    ip = rule("I", "ip", r"ip=(\S+)")
    ids = ("default", "by-peer", "by-host", "by-regex")
    matcher = matcher_of(
        [("ipv4", "192.0.2.1")],
        profile(ip, whole, peers=["0.0.0.0/0"], event_regex="."),
        profile(name="by-peer", peers=["192.0.2.0/24"]),
        profile(name="by-host", hosts=["gate7"]),
        profile(name="by-regex", event_regex=r"CEF:\d"),
    )

    (row,) = matcher.match(frames(event + b" ip=192.0.2.1"), peer).rows

    assert ids[row[1]] == expected


def test_a_peer_that_is_no_address_is_refused(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([], profile())

    with pytest.raises(ValueError, match=r"expected the peer's address such as 192\.0\.2\.1, got `gate`"):
        matcher.match(frames(b"x"), "gate")


def test_a_rule_of_default_runs_only_where_the_profiles_own_of_that_name_took_nothing(matcher_of: MakeMatcher) -> None:
    known = [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]
    matcher = matcher_of(
        known,
        profile(rule("RE_IP", "ip", r"dst=(\S+)"), rule("User", "context", r"user=(\S+)")),
        profile(rule("RE_IP", "ip", r"to=(\S+)"), name="branch", peers=["192.0.2.9"]),
    )

    matches = matcher.match(
        frames(b"to=192.0.2.1 dst=192.0.2.2 user=eve", b"dst=192.0.2.2", b"to=9 dst=192.0.2.2"), "192.0.2.9"
    )

    assert taken(matches) == [(0, "RE_IP", "ipv4", b"192.0.2.1"), (1, "RE_IP", "ipv4", b"192.0.2.2")]
    assert matches.values(0) == {"RE_IP": b"192.0.2.1", "User": b"eve"}
    assert matches.values(1) == {"RE_IP": b"192.0.2.2"}


@pytest.mark.parametrize(
    ("peer", "event", "expected"),
    [
        ("2001:db8:1::7", b"x", "site"),
        ("2001:db8:2::7", b"x", "default"),
        ("2001:db8:1::7", b"CEF:0|", "first"),
        ("192.0.2.200", b"x", "half"),
        ("192.0.2.100", b"x", "default"),
    ],
)
def test_the_first_profile_that_fits_takes_the_event_whatever_it_goes_by(
    matcher_of: MakeMatcher, peer: str, event: bytes, expected: str
) -> None:
    ids = ("first", "default", "site", "half")
    matcher = matcher_of(
        [("ipv4", "192.0.2.1")],
        profile(name="first", event_regex=r"CEF:\d"),
        profile(rule("I", "ip", r"ip=(\S+)")),
        profile(name="site", peers=["2001:db8:1::/48"], event_regex="never"),
        profile(name="half", peers=["192.0.2.128/25"], hosts=["gate"]),
    )

    (row,) = matcher.match(frames(event + b" ip=192.0.2.1"), peer).rows

    assert ids[row[1]] == expected


def test_replaces_and_ignores_of_default_serve_every_profile_behind_its_own(matcher_of: MakeMatcher) -> None:
    own = profile(
        rule("I", "ip", r"ip=(\S+)"), name="branch", peers=["192.0.2.9"], replaces=[("IP", "address")], ignores=["own"]
    )
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(replaces=[("address", "ip")], ignores=["shared"]), own)

    matches = matcher.match(
        frames(b"IP=192.0.2.1", b"own IP=192.0.2.1", b"shared IP=192.0.2.1", b"ADDR=192.0.2.1"), "192.0.2.9"
    )

    assert [row[0] for row in matches.rows] == [0]
    assert (matches.matched, matches.ignored, matches.unmatched) == (1, 2, 1)


def test_an_event_that_no_profile_takes_is_unmatched(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(*GUIDE, name="branch", peers=["192.0.2.9"]))

    matches = matcher.match(frames(b"dst=192.0.2.1"))

    assert (matches.received, matches.unmatched, matches.rows) == (1, 1, [])


def test_a_regex_that_backtracks_for_ever_is_stopped_counted_and_stalls_no_other_rule(matcher_of: MakeMatcher) -> None:
    hostile = (rule("Bad", "context", r"(a+)+(?!a)$"), rule("Worse", "ip", r"((?:a+)+)!(?=\d)(\d)"))
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(*hostile, rule("I", "ip", r"dst=(\S+)")))

    matches = matcher.match(frames(b"dst=192.0.2.1 " + b"a" * 5000 + b"!", b"dst=192.0.2.1"))

    assert [row[0] for row in matches.rows] == [0, 1]
    assert matcher.over_limit() == {("default", "Bad"): 1, ("default", "Worse"): 1}


def test_what_a_replaced_matcher_still_adds_is_counted_with_its_successors(empty_index: Index) -> None:
    rules = Rules([profile(rule("Bad", "ip", r"((?:a+)+)!(?=\d)(\d)"))], 1000)
    old, new = Matcher(empty_index, rules), Matcher(empty_index, rules)
    event = frames(b"a" * 5000 + b"!")

    new.match(event)
    old.match(event)

    assert new.over_limit() == {("default", "Bad"): 2}


def test_a_rule_that_spends_more_than_its_share_is_stopped_earlier_and_counted(matcher_of: MakeMatcher) -> None:
    rules = (rule("Bad", "ip", r"bait=((?:a+)+)!(?=\d)(\d)"), rule("I", "ip", r"dst=(\S+)"))
    matcher = matcher_of([("ipv4", "192.0.2.1")], profile(*rules), match_limit=10_000_000)
    hostile = frames(*[b"dst=192.0.2.1 bait=" + b"a" * 5000 + b"!"] * 400)

    started = time.process_time()
    matches = matcher.match(hostile)
    taken_s = time.process_time() - started

    # With all of the limit, each of these events takes far more than ten milliseconds.
    assert taken_s < 4
    assert matches.matched == 400
    assert matcher.over_limit() == {("default", "Bad"): 400}


def test_the_guides_url_regex_does_not_stall_on_hostile_text(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("domain", "bad.example")], profile(rule("RE_URL", "url", URL)))
    hostile = [b"://" + b"a-" * 30_000, b"://" + b"a:@" * 20_000, b"://" * 20_000, b"://" + b"a." * 30_000]

    matches = matcher.match(frames(*hostile, b"http://bad.example/"))

    assert matches.matched == 1


def test_nuls_and_invalid_utf8_stop_nothing(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of([("ipv4", "192.0.2.1"), ("md5", MD5)], profile(*GUIDE))
    events = [b"\xff\xfe\0 dst=192.0.2.1 \xc3", b"\xe2\x82" + MD5.encode() + b"\xf0\x9f", b"\0" * 100 + b"\xed\xa0\x80"]

    matches = matcher.match(frames(*events))

    assert [row[0] for row in matches.rows] == [0, 1]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_rows_come_in_the_order_of_the_events_whatever_the_threads(matcher_of: MakeMatcher, threads: int) -> None:
    known = [("ipv4", f"192.0.2.{number}") for number in range(256)]
    matcher = matcher_of(known, profile(*GUIDE), threads=threads)
    events = [f"dst=192.0.2.{number % 256} n={number}".encode() for number in range(3000)]

    matches = matcher.match(frames(*events))

    assert [row[0] for row in matches.rows] == list(range(3000))
    assert matches.matched == 3000
    assert [matches.values(number)["RE_IP"] for number in (0, 1500, 2999)] == [
        b"192.0.2.0",
        b"192.0.2.220",
        b"192.0.2.183",
    ]
