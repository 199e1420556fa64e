"""The allowlist holds back what its entries say, for as long as they say; internal indicators are never held back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from made_detections import NOON, made_entry
from vedette.config.allowlist import AllowlistEntry
from vedette.detections.allowlist import Allowlist, key_of
from vedette.detections.judgement import Judge, Judgement
from vedette.detections.roles import role_of
from vedette.index.entry import Entry
from vedette.matching.judging import roles_among, words_of


def listed(value: str, **changes: Any) -> AllowlistEntry:
    return AllowlistEntry.model_validate(
        {"value": value, "owner": "soc", "reason": "ours", "expires": "never", **changes}
    )


def outcome(entry: AllowlistEntry, kind: str = "ipv4", normal_form: str = "192.0.2.1", **seen: Any) -> str:
    judge = Judge(allowlist=Allowlist((entry,)))
    return judge.judge(made_entry(), kind, normal_form, now=seen.pop("now", NOON), **seen).outcome


@pytest.mark.parametrize(
    ("entry", "kind", "normal_form", "expected"),
    [
        (listed("192.0.2.1"), "ipv4", "192.0.2.1", "held back"),
        (listed("192.0.2[.]1"), "ipv4", "192.0.2.1", "held back"),
        (listed("192.0.2.0/24"), "ipv4", "192.0.2.1", "held back"),
        (listed("192.0.2.2"), "ipv4", "192.0.2.1", "detected"),
        (listed("Corp.example"), "domain", "a.corp.example", "held back"),
        (listed("corp.example", kind="domain", scope="exact"), "domain", "a.corp.example", "detected"),
        (listed("corp.example"), "url", "a.corp.example/x", "held back"),
        (listed("corp.example/x", kind="url", scope="prefix"), "url", "corp.example/x/y", "held back"),
        (listed("corp.example/x", kind="url", scope="prefix"), "url", "corp.example/z", "detected"),
    ],
)
def test_an_entry_reaches_as_far_as_an_indicator_would(
    entry: AllowlistEntry, kind: str, normal_form: str, expected: str
) -> None:
    assert outcome(entry, kind, normal_form) == expected


@pytest.mark.parametrize(
    ("entry", "seen", "expected"),
    [
        (listed("192.0.2.1", feeds="demo"), {}, "held back"),
        (listed("192.0.2.1", feeds=["other"]), {}, "detected"),
        (listed("192.0.2.1", profiles=["proxy", "mail"]), {"profile": "mail"}, "held back"),
        (listed("192.0.2.1", profiles=["proxy"]), {"profile": "mail"}, "detected"),
        (listed("192.0.2.1", networks=["10.1.0.0/16"]), {"near": "10.1.2.3"}, "held back"),
        (listed("192.0.2.1", networks=["10.1.0.0/16"]), {"far": "10.1.2.3"}, "held back"),
        (listed("192.0.2.1", networks=["10.1.0.0/16"]), {"near": "10.2.2.3", "far": "host"}, "detected"),
        (listed("192.0.2.1", networks=["10.1.0.0/16"]), {}, "detected"),
    ],
)
def test_an_entry_holds_back_only_what_it_is_about(entry: AllowlistEntry, seen: dict[str, str], expected: str) -> None:
    assert outcome(entry, **seen) == expected


@pytest.mark.parametrize(
    ("expires", "now", "expected"),
    [
        ("2026-03-01", datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), "held back"),
        ("2026-03-01", datetime(2026, 3, 2, tzinfo=UTC), "detected"),
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC), "detected"),
        ("never", datetime(9999, 1, 1, tzinfo=UTC), "held back"),
    ],
)
def test_an_expired_entry_holds_nothing_back(expires: str, now: datetime, expected: str) -> None:
    assert outcome(listed("192.0.2.1", expires=expires), now=now) == expected


def test_what_held_a_detection_back_is_said_and_can_be_counted() -> None:
    entry = listed("192.0.2.1", reason="our scanner")

    judgement = Judge(allowlist=Allowlist((entry,))).judge(made_entry(), "ipv4", "192.0.2.1", now=NOON)

    assert judgement.holder is not None
    assert judgement.holder.key == key_of(listed("192.0.2.1", owner="somebody else"))
    assert judgement.holder.text == "the allowlist's `192.0.2.1` of soc: our scanner"


def test_another_allowlist_is_in_force_for_the_judges_of_all_generations() -> None:
    judge = Judge()
    earlier = judge.of_generation({})

    judge.put_in_force(Allowlist((listed("192.0.2.1"),)))

    assert earlier.judge(made_entry(), "ipv4", "192.0.2.1", now=NOON).outcome == "held back"


def test_a_value_without_a_normal_form_is_refused_and_the_others_hold() -> None:
    allowlist = Allowlist((listed("no value"), listed("192.0.2.1")))

    assert [one.position for one in allowlist.refused] == [0]
    assert allowlist.holding("ipv4", "192.0.2.1", feed="f", profile="", near="", far="", now=NOON) is not None


@pytest.mark.parametrize(
    ("feed", "role"),
    [
        ("InternalTI", "internal"),
        ("KL_InternalTI_URL", "indicators"),
        ("internal-ti", "internal"),
        ("FalsePositive", "false_positives"),
        ("False_Positives.json", "false_positives"),
        ("urlhaus", "indicators"),
        ("ours", "internal"),
    ],
)
def test_a_feeds_role_is_that_of_its_configuration_or_of_its_name(feed: str, role: str) -> None:
    assert role_of(feed, {"ours": "internal"}) == role


def match(feed: str, observable: int = 1, **changes: Any) -> tuple[int, Entry]:
    return observable, made_entry(feed=feed, **changes)


def judged(judge: Judge, matches: list[tuple[int, Entry]]) -> list[Judgement]:
    observables, entries = zip(*matches, strict=True)
    words = words_of(judge, roles_among(judge, {entry.feed for entry in entries}), observables, entries, NOON)
    return [
        judge.judge(entry, "ipv4", "192.0.2.1", now=NOON, word=word) for entry, word in zip(entries, words, strict=True)
    ]


@pytest.mark.parametrize(
    ("matches", "expected"),
    [
        ([match("demo")], ["detected"]),
        ([match("demo"), match("other"), match("FalsePositive")], ["held back", "held back", "held back"]),
        ([match("FalsePositive")], ["held back"]),
        (
            [match("demo"), match("InternalTI"), match("FalsePositive")],
            ["detected", "detected", "held back"],
        ),
        ([match("demo", 1), match("FalsePositive", 2)], ["detected", "held back"]),
        ([match("demo"), match("FalsePositive", valid_until=NOON)], ["detected", "held back"]),
        (
            [match("demo"), match("FalsePositive"), match("InternalTI", valid_until=NOON)],
            ["held back", "held back", "expired"],
        ),
    ],
)
def test_a_false_positive_raises_nothing_unless_internal_indicators_know_it(
    matches: list[tuple[int, Entry]], expected: list[str]
) -> None:
    judgements = judged(Judge(), matches)

    assert [one.outcome for one in judgements] == expected


def test_internal_indicators_go_before_the_allowlist() -> None:
    judge = Judge(allowlist=Allowlist((listed("192.0.2.1"),)))

    judgements = judged(judge, [match("demo"), match("InternalTI")])

    assert [one.outcome for one in judgements] == ["detected", "detected"]


def test_only_what_would_have_been_a_detection_is_counted_for_its_holder() -> None:
    judgements = judged(Judge(), [match("demo"), match("FalsePositive")])

    assert [one.holder.key if one.holder else None for one in judgements] == ["feed FalsePositive", None]
