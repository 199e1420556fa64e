import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from made_detections import made_detection, made_entry
from vedette.detections.templates.json import JsonTemplate


def test_json_holds_everything_that_a_detection_knows() -> None:
    entry = made_entry(
        {"id": 1, "files": [{"MD5": "A"}]}, last_seen=datetime(2020, 3, 22, 8, 41, tzinfo=UTC), tags=("t",)
    )

    detection = made_detection(
        entry, event_line=7, origin="a.log", values={"U": "x"}, severity_steps=(("confidence 100", 10),)
    )

    line = JsonTemplate().render(detection)

    assert json.loads(line) == {
        "id": "0123456789abcdef",
        "time": "2020-03-24T12:00:05Z",
        "event": "dst=192.0.2.1 ",
        "event_line": 7,
        "origin": "a.log",
        "profile": "default",
        "rule": "RE_IP",
        "kind": "ipv4",
        "observed": "192.0.2.1",
        "observed_kind": "ipv4",
        "span": [4, 13],
        "normal_form": "192.0.2.1",
        "indicator": "192.0.2.1",
        "scope": "exact",
        "variant": "itself",
        "obfuscation": "",
        "field": "",
        "near": "",
        "far": "",
        "action": "",
        "feed": "demo",
        "feed_version": "",
        "category": "KL_IP_Reputation",
        "confidence": 100,
        "severity": 10,
        "severity_steps": [{"what": "confidence 100", "change": 10}],
        "warninglists": [],
        "quarantined": False,
        "cold": False,
        "expired": "",
        "count": 1,
        "since": None,
        "tags": ["t"],
        "tlp": None,
        "first_seen": None,
        "last_seen": "2020-03-22T08:41:00Z",
        "valid_until": None,
        "generation": 1,
        "in_force": "",
        "actionable": {},
        "values": {"U": "x"},
        "context": {"id": 1, "files": [{"MD5": "A"}]},
    }


def test_a_record_spread_over_lines_still_gives_one_line() -> None:
    entry = made_entry(context_json=b'{\n "id": 1,\n "text": "a\\nb"\n}')

    assert JsonTemplate().render(made_detection(entry)).count(b"\n") == 0


def test_a_record_nested_very_deep_is_written() -> None:
    entry = made_entry(context_json=b'{"a":' + b"[" * 500 + b"]" * 500 + b"}")

    assert JsonTemplate().render(made_detection(entry)).endswith(b"]" * 500 + b"}}")


def test_a_record_that_no_number_can_hold_does_not_lose_the_detection() -> None:
    line = JsonTemplate().render(made_detection(made_entry(context_json=b'{"a": 1e400}')))

    assert json.loads(line)["context"] == {"value": '{"a": 1e400}'}


@given(
    st.text(st.sampled_from('\n\r\0\x85\u2028\u2029\udc80"\\') | st.characters(), max_size=30), st.binary(max_size=30)
)
def test_hostile_values_give_one_line_of_json(text: str, event: bytes) -> None:
    entry = made_entry({"field": text}, category=text, tags=(text,))

    line = JsonTemplate().render(made_detection(entry, event=event, observed=text, values={text: text})).decode()

    assert len(line.splitlines()) == 1
    assert json.loads(line)["observed"] == text.encode("utf-8", "backslashreplace").decode()
