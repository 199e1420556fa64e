"""Lines that the core writes of a block, against those that plain Python writes of each detection."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_detections import made_detection, made_entry
from oracles.cef import CefTemplate as PlainCef
from oracles.json_line import JsonTemplate as PlainJson
from oracles.pattern import PatternTemplate as PlainPattern
from vedette._core import Escape, LineWriter, Overriding, Part
from vedette.config.settings import Template
from vedette.detections.detection import Detection
from vedette.detections.templates.cef import CefTemplate
from vedette.detections.templates.json import JsonTemplate
from vedette.detections.templates.pattern import PatternTemplate
from vedette.index.entry import Entry

TEXT = st.text(st.sampled_from('a|=\\"\n\r\t\b\f \0\x7f\x85\u2028\udc80é€𝄞') | st.characters(), max_size=40)
LONG = st.builds(lambda text, times: (text + "é=") * times, TEXT, st.sampled_from([1, 200, 2100]))
EVENTS = st.binary(max_size=60) | st.builds(lambda text: text.encode("utf-8", "surrogatepass"), LONG)
IPV4 = ("192.0.2.1", "192.0.2.01", "192.0.2.1 ", "256.0.0.1", "1.2.3")
IPV6 = ("2001:DB8::1", "::ffff:1.2.3.4", "fe80::1%a=b", "::", "a:b")
ENDS = st.sampled_from(["", *IPV4, *IPV6]) | TEXT
MOMENTS = st.none() | st.sampled_from(
    [datetime(2020, 2, 3, 11, 7, tzinfo=UTC), datetime(2020, 2, 3, 11, 7, 0, 5, tzinfo=timezone(timedelta(hours=5)))]
)
KINDS = st.sampled_from(["ipv4", "url", "domain", "md5", "sha256", "email"])


NAMES = st.sampled_from(
    [
        "rt",
        "start",
        "request",
        "fileHash",
        "src",
        "c6a2",
        "c6a2Label",
        "cs1",
        "cs1Label",
        "cs5",
        "cs5Label",
        "msg",
        "x",
        "xLabel",
        "xLabelLabel",
        "é",
        "a-b",
        "a_b",
    ]
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    record = draw(st.sampled_from([b"", b'{"a": ["\xc2\x85", 1e400]}', b'{"b": {"c": "x=|\\u2028"}}', b"[1]"]))
    given: dict[str, Any] = {name: draw(TEXT) for name in ("indicator", "category", "feed")}
    moments: dict[str, Any] = {name: draw(MOMENTS) for name in ("first_seen", "last_seen", "valid_until")}
    tags = tuple(draw(st.lists(TEXT, max_size=2)))
    tlp = draw(st.sampled_from([None, "amber"]))
    confidence = draw(st.integers(0, 100))
    return made_entry(**given, **moments, tags=tags, tlp=tlp, confidence=confidence, context_json=record)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Detection, ...]:
    """Detections as a block has them: some of one event, of one entry, or the same again."""
    some, events = draw(st.lists(entries(), min_size=1, max_size=2)), draw(st.lists(EVENTS, min_size=1, max_size=2))
    return tuple(
        made_detection(
            draw(st.sampled_from(some)),
            event=draw(st.sampled_from(events)),
            observed=draw(LONG),
            observed_kind=draw(KINDS),
            obfuscation=draw(st.sampled_from(["", "refanged"])),
            near=draw(ENDS),
            far=draw(ENDS),
            event_line=draw(st.none() | st.integers(0, 2**70)),
            values=draw(st.dictionaries(TEXT | st.sampled_from(["URL", "é", "auto"]), TEXT, max_size=2)),
            actionable=tuple(draw(st.lists(st.tuples(NAMES, TEXT | st.just("a=\udc80")), max_size=4))),
            warninglists=tuple(draw(st.lists(TEXT, max_size=2))),
            severity=draw(st.integers(0, 10)),
            severity_steps=((draw(TEXT), -3),),
            count=draw(st.integers(1, 5)),
            since=draw(MOMENTS),
            expired=draw(TEXT),
        )
        for _ in range(draw(st.integers(0, 4)))
    )


@given(blocks())
def test_a_block_in_cef_is_what_plain_python_writes(block: tuple[Detection, ...]) -> None:
    assert CefTemplate().render_all(block) == [PlainCef().render(one) for one in block]


@given(blocks())
def test_a_block_in_json_is_what_plain_python_writes(block: tuple[Detection, ...]) -> None:
    assert JsonTemplate().render_all(block) == [PlainJson().render(one) for one in block]


FILLED = (
    "%Category% %MatchedIndicator% %SourceId% %Confidence% %Date% %IndicatorInfo% %RecordContext% %ActionableFields% "
    "%auto% %URL% %é%"
)
FORMATS = (
    {"record_field": " %ParamName%:%ParamValue%", "actionable_field": "%ParamValue%{}"},
    {"record_field": "%ParamName%=%ParamValue% ", "actionable_field": "%ParamName%=%ParamValue% "},
)
PATTERNS = [
    Template(event=event, **format_)
    for event in (FILLED, f"CEF:0|a|%URL%|%Category%|b|%MatchedIndicator%|c|7|reason={FILLED}", f"x=\x85{FILLED}")
    for format_ in FORMATS
]


@given(blocks(), st.sampled_from(PATTERNS))
def test_a_block_in_a_pattern_is_what_plain_python_writes(block: tuple[Detection, ...], template: Template) -> None:
    assert PatternTemplate(template).render_all(block) == [PlainPattern(template).render(one) for one in block]


@given(blocks())
def test_one_detection_is_written_as_in_its_block(block: tuple[Detection, ...]) -> None:
    for template in (CefTemplate(), JsonTemplate(), PatternTemplate(PATTERNS[0])):
        assert [template.render(one) for one in block] == template.render_all(block)


def test_what_cannot_be_written_is_refused_with_its_reason() -> None:
    escape = Escape({"=": "\\="})

    with pytest.raises(TypeError, match=r"expected text or bytes, got .*int"):
        LineWriter([Part.text("", [("", (0, 0), "")], "", limit=9, escape=escape)]).lines([(1,)])
    with pytest.raises(TypeError, match=r"cannot be written as JSON: .*object"):
        LineWriter([Part.json((0, 0), escape)]).lines([(object(),)])
    with pytest.raises(ValueError, match="expected more than 1 tables, got 1"):
        LineWriter([Part.json((1, 0), escape)]).lines([("a",)])
    with pytest.raises(IndexError):
        LineWriter([Part.json((0, 1), escape)]).lines([("a",)])
    with pytest.raises(ValueError, match="expected a key, or none, for each part"):
        LineWriter([], Overriding((0, 0), [None], key=str, limits={}, limit=9, escape=escape))
    with pytest.raises(ValueError, match="at least one piece"):
        Part.text("", [], "", limit=9, escape=escape)
