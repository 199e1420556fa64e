"""A detection is read back from its stored form exactly as it was."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sample_detection import DETECTION
from vedette.detections.detection import Detection
from vedette.index.entry import Entry
from vedette.indicators.kind import KINDS, SCOPES, TLPS
from vedette.store.stored import decode, encode

HOSTILE_TEXT = st.text(st.characters())
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001, asked so
ENTRIES = st.builds(
    lambda **values: Entry(**values),
    kind=st.sampled_from(KINDS),
    indicator=HOSTILE_TEXT,
    normal_form=HOSTILE_TEXT,
    scope=st.sampled_from(SCOPES),
    feed=st.just("feed"),
    category=HOSTILE_TEXT,
    confidence=st.integers(0, 100),
    first_seen=st.none() | TIMES,
    last_seen=st.none() | TIMES,
    valid_until=st.none() | TIMES,
    tags=st.lists(HOSTILE_TEXT, max_size=3).map(tuple),
    tlp=st.none() | st.sampled_from(TLPS),
    context_json=st.binary(),
)
DETECTIONS = st.builds(
    lambda **values: Detection(**values),
    id=st.uuids().map(str),
    time=TIMES,
    event=st.binary(),
    profile=st.just("default"),
    rule=st.just("auto"),
    observed_kind=st.sampled_from(KINDS),
    observed=HOSTILE_TEXT,
    span=st.tuples(st.integers(0, 2**40), st.integers(0, 2**40)),
    normal_form=HOSTILE_TEXT,
    matched_scope=st.sampled_from(SCOPES),
    entry=ENTRIES,
    generation=st.integers(0, 2**40),
    values=st.dictionaries(st.just("RE_URL"), HOSTILE_TEXT),
    actionable=st.lists(st.tuples(st.just("cs3"), HOSTILE_TEXT), max_size=2).map(tuple),
    origin=HOSTILE_TEXT,
    event_line=st.none() | st.integers(1, 2**40),
    variant=st.sampled_from(("itself", "host", "parent domain")),
    obfuscation=st.sampled_from(("", "defanged")),
    near=HOSTILE_TEXT,
    far=HOSTILE_TEXT,
    action=st.sampled_from(("", "allowed", "blocked")),
    in_force=st.sampled_from(("", "rules 0123abcd, severity 4567cdef")),
    field=st.text(),
    severity=st.integers(0, 10),
    warninglists=st.lists(st.text(), max_size=2).map(tuple),
    quarantined=st.booleans(),
    expired=st.text(),
    severity_steps=st.lists(st.tuples(st.text(), st.integers(-10, 10)), max_size=2).map(tuple),
)


@given(DETECTIONS)
def test_every_detection_comes_back_exactly_as_it_was(given_detection: Detection) -> None:
    assert decode(encode(given_detection), given_detection.event) == given_detection


def test_a_detection_stored_before_there_were_severities_has_its_confidences() -> None:
    fields = msgspec.msgpack.decode(encode(DETECTION))

    earlier = decode(msgspec.msgpack.encode(fields[:19]), b"")

    assert (earlier.severity, earlier.severity_steps) == (9, ())


def test_a_lone_surrogate_survives() -> None:
    odd = replace(DETECTION, observed="\ud800", values={"RE_URL": "a\udcffb"})

    assert decode(encode(odd), odd.event) == odd


def test_a_detection_of_another_version_is_refused_with_both_versions() -> None:
    fields = msgspec.msgpack.decode(encode(DETECTION))
    later = msgspec.msgpack.encode([99, *fields[1:]])

    with pytest.raises(ValueError, match="version 99; this Vedette reads version 1"):
        decode(later, b"")


def test_bytes_that_are_no_detection_are_refused() -> None:
    with pytest.raises(ValueError, match="not a stored detection"):
        decode(b"\x93\x01\x02\x03", b"")
