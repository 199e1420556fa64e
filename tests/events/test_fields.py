"""The fields of structured events: every format by example, and the real lines of many devices."""

import json
import re

import pytest

from shared_data import SHARED, needs_shared_data
from vedette import _core


def fields(event: bytes, *, csv: bool = False) -> dict[str, str]:
    """Each field's value by its name; of several of one name, the first."""
    seen, _ = _core.fields_of(event, csv)
    values: dict[str, str] = {}
    for name, start, end, value in seen:
        assert 0 <= start <= end <= len(event)
        values.setdefault(name, value.decode("utf-8", "backslashreplace"))
    return values


CEF = b"CEF:0|Fortinet|Gate|1|100|a \\| b|5|"
DEEP = b'CEF:0|V|P|1|1|N|5|msg={"a":"x\\=1 b\\={\\"c\\":[\\"192.0.2.1\\"]}"}'


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (b"<34>Mar  4 10:00:01 gate su[42]: hello", {"host": "gate", "app": "su", "process": "42", "message": "hello"}),
        (b"Mar 24 2020 10:00:01.123 UTC gate: x", {"time": "Mar 24 2020 10:00:01.123 UTC", "host": "gate"}),
        (
            b'<34>1 2003-10-11T22:14:15.003Z gate su - ID47 [a@1 b="c\\]" d=""][e@2 f="g"] x',
            {
                "host": "gate",
                "app": "su",
                "message_id": "ID47",
                "a@1.b": "c]",
                "a@1.d": "",
                "e@2.f": "g",
                "message": "x",
            },
        ),
        (b"<134>  gate kernel: up", {"priority": "134", "host": "gate", "app": "kernel", "message": "up"}),
        (b'<134> 2024-03-14T09:26:53Z gate CheckPoint 26203 - [sc4s@2620 action="Drop"]', {"sc4s@2620.action": "Drop"}),
    ],
)
def test_a_syslog_header_is_read_as_devices_write_it(event: bytes, expected: dict[str, str]) -> None:
    seen = fields(event)

    assert {name: seen.get(f"syslog.{name}") for name in expected} == expected


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        (b"src=192.0.2.1 dst=198.51.100.2", {"src": "192.0.2.1", "dst": "198.51.100.2"}),
        (b"act=blocked a | msg=two words  dst=x", {"act": "blocked a |", "msg": "two words", "dst": "x"}),
        (b"msg=a\\=b\\\\c\\nd\\|e ad.field[0]=f", {"msg": "a=b\\c\nd|e", "ad.field[0]": "f"}),
        (b"moo=this =has = equals\\=", {"moo": "this =has = equals="}),
        (b"request=http://a.example/?b=c&d=e suser= duser=", {"request": "http://a.example/?b=c&d=e", "suser": ""}),
        (b'act="Logon" request=\\"a.example/\\"', {"act": "Logon", "request": "a.example/"}),
        (b'raw=<e name="x" y="z"><b>c=d</b></e> src=1', {"src": "1", "raw.xml.e/@y": "z", "raw.xml.e/b": "c=d"}),
        (b'raw={"a":"b c=d"} src=1', {"src": "1", "raw.json.$.a": "b c=d"}),
    ],
)
def test_a_cef_extension_is_read_as_devices_write_it(extension: bytes, expected: dict[str, str]) -> None:
    seen = fields(b"May 14 14:19:36 gate " + CEF.replace(b"CEF:0", b"CEF: 0") + extension)

    assert seen["cef.name"] == "a | b"
    assert seen["syslog.host"] == "gate"
    assert {name: seen.get(f"cef.{name}") for name in expected} == expected


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        (b"1.0|V|P|1|E|", b"\t"),
        (b"2.0|V|P|1|E|", b"\t"),
        (b"2.0|V|P|1|E||", b"\t"),
        (b"2.0|V|P|1|E|^|", b"^"),
        (b"2.0|V|P|1|E|x5E|", b"^"),
        (b"2.0|V|P|1|E|0x5e|", b"^"),
        (b"1.0|V|P|1|E|", b"|"),
    ],
)
def test_leef_says_what_parts_its_pairs(head: bytes, delimiter: bytes) -> None:
    seen = fields(
        b"<13>Jan  1 00:00:00 gate LEEF:" + head + delimiter.join([b"src=192.0.2.1", b"cat=a b=c", b"usrName=ann"])
    )

    assert seen["leef.src"] == "192.0.2.1"
    assert seen["leef.cat"] == "a b=c"
    assert seen["leef.usrName"] == "ann"
    assert seen["leef.eventId"] == "E"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'type=traffic msg="a b\\"c" srcip=192.0.2.1', {"type": "traffic", "msg": 'a b"c', "srcip": "192.0.2.1"}),
        (b"User=ann, Login=2016-08-17 22:07:38, Ip=192.0.2.1", {"Login": "2016-08-17 22:07:38", "Ip": "192.0.2.1"}),
        (b"a=b c|d=e f|g=h i", {"a": "b c", "d": "e f", "g": "h i"}),
        (b"x\ta=b c\td=e f", {"a": "b c", "d": "e f"}),
        (b"from x (user= ann) IN= OUT=eth0", {"user": "ann", "IN": "", "OUT": "eth0"}),
        ("a=”b c” d=“e”".encode(), {"a": "b c", "d": "e"}),
        (b"a='b c' d", {"a": "b c"}),
    ],
)
def test_pairs_in_free_text_are_read_by_what_parts_them(text: bytes, expected: dict[str, str]) -> None:
    seen = fields(b"<134>Mar  4 10:00:01 gate app: " + text)

    assert {name: seen.get(f"kv.{name}") for name in expected} == expected


@pytest.mark.parametrize("text", [b"http://a.example/?b=c&d=e", b"a == b", b"=", b"MTAuOTcuMTQ0LjE1Ng=="])
def test_an_equals_sign_alone_makes_no_pair(text: bytes) -> None:
    assert fields(text) == {}


def test_json_is_read_from_a_tag_on_and_where_it_is_none_as_a_word() -> None:
    seen = fields(b'<134>Mar  4 10:00:01 gate app -: {"a": {"b.c": [1, "x\\u00e9", $var], "d": nul')

    assert seen["json.$.a['b.c'][0]"] == "1"
    assert seen["json.$.a['b.c'][1]"] == "xé"
    assert seen["json.$.a['b.c'][2]"] == "$var"
    assert seen["json.$.a.d"] == "nul"


def test_xml_is_read_by_elements_attributes_and_names() -> None:
    seen = fields(
        b"<?xml version='1.0'?><Event><!-- a=b --><EventData><Data Name='IpAddress'>192.0.2.1</Data>"
        b"<Data Name='Cmd'>a &lt;b&gt; &#65;</Data><![CDATA[<x>]]></EventData><Empty a='&amp;'/></Event>"
    )

    assert seen["xml.Event/EventData/Data[@Name='IpAddress']"] == "192.0.2.1"
    assert seen["xml.Event/EventData/Data[@Name='Cmd']"] == "a <b> A"
    assert seen["xml.Event/EventData"] == "<x>"
    assert seen["xml.Event/Empty/@a"] == "&"


def test_columns_are_numbered_and_told_by_looking_or_because_they_are_asked_for() -> None:
    line = b'<11>Jan  5 05:38:59 gate 1,2015/01/05 05:38:58,THREAT,"a ""b"",c",192.0.2.1'

    assert fields(line)["csv.4"] == 'a "b",c'
    assert fields(line)["csv.5"] == "192.0.2.1"
    assert "csv.2" not in fields(b"a, b, c, d, e, f")
    assert fields(b"a;b", csv=True)["csv.2"] == "b"


def test_formats_within_formats_are_followed_to_a_stated_depth() -> None:
    event = json.dumps({"a": """<x>k='{"b":"c=d"}' l={"e":"f g"} m=n</x>"""}).encode()

    seen, passed_over = _core.fields_of(event)

    values = {name: value for name, _, _, value in seen}
    assert values["json.$.a.xml.x.kv.k.json.$.b"] == b"c=d"
    assert values["json.$.a.xml.x.kv.l.json.$.e"] == b"f g"
    assert values["json.$.a.xml.x.kv.m"] == b"n"
    assert passed_over == 1


@pytest.mark.parametrize(
    "event", [b"<134>2024-03-14", b"2024-03-14", b'{"a"', b'{""', b"<13", b"CEF:0|", b"LEEF:1.0|", b"<a", b"k="]
)
def test_an_event_that_is_cut_anywhere_stops_nothing(event: bytes) -> None:
    for end in range(len(event) + 1):
        _core.fields_of(event[:end])


def test_a_span_leads_to_the_original_bytes_through_every_layer_of_escapes() -> None:
    event = rb'{"a":"{\"b\":\"x=192.0.2.1 \\u0079=2\"}"}'

    seen, _ = _core.fields_of(event)
    spans = {name: event[start:end] for name, start, end, _ in seen}

    assert spans["json.$.a.json.$.b.kv.x"] == b"192.0.2.1"
    assert spans["json.$.a.json.$.b.kv.y"] == b"2"


def test_bounds_are_kept_and_counted() -> None:
    many = b" ".join(b"k%d=v" % number for number in range(2000))
    deep = b"[" * 100 + b"1" + b"]" * 100
    long = b'{"' + b"n" * 500 + b'":1}'

    assert len(_core.fields_of(many)[0]) == 1024
    assert _core.fields_of(many)[1] == 1
    assert _core.fields_of(deep)[1] == 1
    assert max(len(name) for name, *_ in _core.fields_of(long)[0]) < 200


@needs_shared_data
@pytest.mark.parametrize("cases", ["cef_graylog", "cef_jcustenborder"])
def test_real_cef_lines_give_the_fields_that_other_parsers_read(cases: str) -> None:
    for line in (SHARED / "real" / "cases" / f"{cases}.jsonl").read_text().splitlines():
        case = json.loads(line)
        seen = fields(case["input"].encode())
        for name, value in case["expected"].get("extensions", {}).items():
            # That parser reads a time and a priority, and keeps what they mean.
            is_read = name in ("level", "facility") or re.match(r"\d{4}-\d\d-\d\dT", str(value))
            assert is_read or str(value).strip() in seen.values(), (case["id"], name, value)
