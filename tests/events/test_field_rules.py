"""Rules that take a field's value, the field that a match stands in, and the ends of its event."""

import pytest

from event_profiles import GUIDE, MakeMatcher, frames, profile, rule
from vedette.config.settings import Ends, Profile, Rule
from vedette.events.rules import compile_profiles

BAD = [("ipv4", "192.0.2.1"), ("domain", "bad.example"), ("md5", "d41d8cd98f00b204e9800998ecf8427e")]
CEF = b"<134>Mar  4 10:00:01 gate CEF:0|V|P|1|1|N|5|act=blocked src=198.51.100.2 "
XML = b"<Event><EventData><Data Name='Hashes'>d41d8cd98f00b204e9800998ecf8427e</Data></EventData></Event>"


@pytest.mark.parametrize(
    ("kind", "field", "event", "name"),
    [
        ("ip", ("cef", "dst"), CEF + b"dst=192.0.2.1", "cef.dst"),
        ("ip", ("cef", "Peer"), CEF + b"cs1=192.0.2.1 cs1Label=Peer", "cef.cs1"),
        ("ip", ("leef", "src"), b"LEEF:2.0|V|P|1|E|^|src=192.0.2.1^x=y", "leef.src"),
        ("ip", ("json", "$.a.b[*]"), b'{"a": {"b": ["192.0.2.2", "192.0.2.1"]}}', "json.$.a.b[1]"),
        ("domain", ("json", "$['a.b']"), rb'{"a.b": "bad.ex\u0061mple"}', "json.$['a.b']"),
        ("ip", ("kv", "dstip"), b"<134>date=2024-01-01 dstip=192.0.2.1 x=y", "kv.dstip"),
        ("domain", ("syslog", "host"), b"<134>Mar  4 10:00:01 bad.example app: x", "syslog.host"),
        ("ip", ("syslog", "*.src"), b'<134>1 - gate - - - [a@1 src="192.0.2.1"] x', "syslog.a@1.src"),
        ("ip", ("csv", "3"), b"a,b,192.0.2.1", "csv.3"),
        ("hash", ("xml", "Event/EventData/Data[@Name='Hashes']"), XML, "xml.Event/EventData/Data[@Name='Hashes']"),
        ("ip", ("json", "$.ip"), CEF + rb'msg={"ip":"192.0.2.1"}', "cef.msg.json.$.ip"),
        ("auto", ("cef", "msg"), CEF + b"msg=to bad.example, twice", "cef.msg"),
        ("auto", ("json", "$.m"), rb'{"m": "to\nbad.example now"}', "json.$.m"),
    ],
)
def test_a_field_rule_takes_the_value_and_the_match_names_the_field(
    matcher_of: MakeMatcher, kind: str, field: tuple[str, str], event: bytes, name: str
) -> None:
    matcher = matcher_of(BAD, profile(rule("R", kind, field)))

    (row,) = matcher.match(frames(event)).rows

    assert row[11][2] == name
    assert row[6] in (b"192.0.2.1", b"bad.example", BAD[2][1].encode())


@pytest.mark.parametrize(
    ("field", "event", "written"),
    [
        (("json", "$.m"), rb'{"m": "to\nbad.example \"now\""}', b"bad.example"),
        (("json", "$.m"), rb'{"n": 1, "m": "\u00e9 to b\u0061d.example now"}', rb"b\u0061d.example"),
        (("json", "$.a.m"), rb'{"x": "{\"a\": {\"m\": \"\\\"to\\\" bad.example now\"}}"}', b"bad.example"),
        (("cef", "msg"), CEF + rb"msg=a\=b c\=d to bad.example e\=f", b"bad.example"),
        (("csv", "2"), b'a,"to ""some"" bad.example, now",c', b"bad.example"),
        (("xml", "E/M"), b"<E><M>&lt;b&gt; to bad.example &amp; on</M></E>", b"bad.example"),
    ],
)
def test_the_span_within_an_escaped_field_is_that_of_the_value_alone(
    matcher_of: MakeMatcher, field: tuple[str, str], event: bytes, written: bytes
) -> None:
    matcher = matcher_of(BAD, profile(rule("R", "auto", field)))

    (row,) = matcher.match(frames(event)).rows
    (step,) = (step for step in matcher.explain(event) if step[5] == b"bad.example")

    assert event[row[4] : row[5]] == written
    assert event[step[3] : step[4]] == written


def test_a_field_rule_sees_no_other_field(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(BAD, profile(rule("R", "ip", ("cef", "dst"))))

    matches = matcher.match(frames(CEF + b"msg=192.0.2.1 dstx=192.0.2.1", b"dst=192.0.2.1"))

    assert matches.rows == []


def test_extract_first_takes_the_first_field_of_the_event(matcher_of: MakeMatcher) -> None:
    event = b'{"a": ["192.0.2.2", "192.0.2.1"]}'
    first = matcher_of(BAD, profile(rule("R", "ip", ("json", "$.a[*]"), extract="first")))
    every = matcher_of(BAD, profile(rule("R", "ip", ("json", "$.a[*]"))))

    assert first.match(frames(event)).rows == []
    assert len(every.match(frames(event)).rows) == 1


def test_a_context_field_is_copied_also_beside_auto_alone(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(BAD, profile(rule("A", "auto"), rule("User", "context", ("cef", "suser"))))

    matches = matcher.match(frames(b"nothing", CEF + b"suser=Ann \\= B dst=192.0.2.1"))

    assert matches.values(1) == {"A": b"192.0.2.1", "User": b"Ann = B"}


def test_a_field_rule_of_default_falls_in_where_the_profiles_own_took_nothing(matcher_of: MakeMatcher) -> None:
    own = profile(rule("R", "ip", ("kv", "peer")), name="branch", event_regex="branch")
    matcher = matcher_of(BAD, own, profile(rule("R", "ip", ("kv", "dst"))))

    matches = matcher.match(frames(b"branch dst=192.0.2.1", b"branch peer=192.0.2.9 dst=192.0.2.1"))

    assert [row[0] for row in matches.rows] == [0]


def test_spans_of_fields_are_of_the_original_event_before_replace_rules(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(BAD, profile(rule("R", "ip", ("kv", "dst")), replaces=[("remove this ", "")]))
    event = b"remove this dst=192.0.2.1"

    (row,) = matcher.match(frames(event)).rows

    assert event[row[4] : row[5]] == b"192.0.2.1"


def test_regex_rules_and_auto_name_the_innermost_field(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(BAD, profile(*GUIDE, rule("A", "auto")))
    events = [
        CEF + b"dst=192.0.2.1 request=http://bad.example/x",
        b'{"event": {"message": "src=192.0.2.1, x=http://bad.example/"}}',
        b"<134>Mar  4 10:00:01 gate app: free text with bad.example in it",
        b"no structure: bad.example",
    ]

    rows = matcher.match(frames(*events)).rows

    assert {(row[0], row[2], row[11][2]) for row in rows} == {
        (0, "RE_IP", "cef.dst"),
        (0, "A", "cef.dst"),
        (0, "RE_URL", "cef.request"),
        (0, "A", "cef.request"),
        (1, "A", "json.$.event.message.kv.src"),
        (1, "RE_URL", "json.$.event.message.kv.x"),
        (1, "A", "json.$.event.message.kv.x"),
        (2, "A", "syslog.message"),
        (3, "A", ""),
    }


def test_the_ends_of_a_matched_event_are_given_with_its_action(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(BAD, profile(rule("A", "auto")))
    event = CEF + b"dst=192.0.2.1 suser=ann shost=pc"

    matches = matcher.match(frames(b"x", event))
    near, far, host, user, action = matches.ends(1)

    assert [event[slice(*place)] for place in (near, far, host, user) if place] == [
        b"198.51.100.2",
        b"192.0.2.1",
        b"pc",
        b"ann",
    ]
    assert action == "blocked"
    assert matches.ends(0) == (None, None, None, None, "")


def test_each_event_of_a_block_keeps_its_own_fields_ends_and_values(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(BAD, profile(*GUIDE, rule("A", "auto"), rule("Dst", "context", ("cef", "dst"))))
    events = [
        b"url=http://bad.example/",
        CEF + b"dst=192.0.2.1",
        b"",
        b"<1>Jan  1 00:00:00 gate x: dst=192.0.2.1 src=198.51.100.9 action=accept",
    ]

    matches = matcher.match(frames(*events))

    assert [row[11][2] for row in matches.rows if row[2] == "A"] == ["kv.url", "cef.dst", "kv.dst"]
    assert [matches.ends(event)[4] for event in (0, 1, 2)] == ["", "blocked", "allowed"]
    assert [matches.values(event).get("A") for event in (0, 1, 2)] == [
        b"http://bad.example/",
        b"192.0.2.1",
        b"192.0.2.1",
    ]
    assert [matches.values(event).get("Dst") for event in (0, 1, 2)] == [None, b"192.0.2.1", None]


def test_a_profile_may_name_the_fields_of_its_ends() -> None:
    profiles = {"default": Profile(rules={"A": Rule(type="auto")}, ends=Ends(near=("csv.2",), action=("what",)))}

    assert compile_profiles(profiles).profiles == ("default",)


def test_explain_shows_what_a_field_rule_took(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(BAD, profile(rule("R", "ip", ("cef", "dst")), rule("M", "auto", ("cef", "msg"))))
    event = CEF + b"dst=192.0.2.1 msg=to bad.example"

    steps = matcher.explain(event)

    assert [(step[1], step[5], event[step[3] : step[4]]) for step in steps] == [
        ("R", b"192.0.2.1", b"192.0.2.1"),
        ("M", b"bad.example", b"bad.example"),
    ]


def test_what_a_bound_keeps_from_being_read_is_counted(matcher_of: MakeMatcher) -> None:
    matcher = matcher_of(BAD, profile(rule("R", "ip", ("kv", "dst"))))

    matcher.match(frames(b" ".join(b"k=v" for _ in range(2000))))

    assert matcher.over_limit() == {("default", "structure"): 1}
