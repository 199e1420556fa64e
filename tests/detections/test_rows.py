"""A block's rows are judged as each would be by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_detections import made_entry
from vedette.config.allowlist import AllowlistEntry
from vedette.config.harm import Own
from vedette.config.harm import Warninglists as Settings
from vedette.detections.allowlist import Allowlist
from vedette.detections.expiry import Lifetimes
from vedette.detections.judgement import NO_WORD, SILENT, Judge, Judgement, Word
from vedette.detections.places import Places
from vedette.detections.rows import Rows
from vedette.detections.warninglists.warninglists import Warninglists

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
OWN = Own(networks=("10.1.0.0/16",), names=("corp.example",))
ENDS = ("", "10.1.2.3", "192.0.2.1:80", "PC.corp.example", "8.8.8.8", "not an end", "fe80::1", "\udc80", "中." * 120)
OBSERVABLES = (
    ("ipv4", "10.1.2.3"),
    ("ipv4", "8.8.8.8"),
    ("url", "corp.example/x"),
    ("domain", "evil.example"),
    ("url", "\udc80"),
)
ROW = st.tuples(
    st.builds(
        made_entry,
        valid_until=st.sampled_from((None, NOON, NOON + timedelta(days=1))),
        confidence=st.integers(0, 100),
        feed=st.sampled_from(("demo", "short", "FalsePositive")),
        tags=st.sampled_from(((), ("c2",))),
    ),
    st.sampled_from(OBSERVABLES),
    st.sampled_from(("mail", "proxy")),
    st.sampled_from(ENDS),
    st.sampled_from(ENDS),
    st.sampled_from(("", "allowed", "blocked")),
    st.sampled_from((NO_WORD, SILENT, Word(vouched=True), Word(denied="FalsePositive"))),
)


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> tuple[Judge, ...]:
    folder = tmp_path_factory.mktemp("warninglists")
    (folder / "dns").mkdir()
    (folder / "dns" / "list.json").write_text(
        '{"name": "dns", "version": 1, "description": "", "type": "string", "list": ["8.8.8.8"],'
        ' "matching_attributes": ["ip-dst"]}'
    )
    held = AllowlistEntry(value="evil.example", owner="soc", reason="ours", expires="never", profiles=("mail",))
    return (
        Judge(),
        Judge(
            OWN,
            allowlist=Allowlist((held,)),
            lifetimes={"short": Lifetimes(retention=timedelta(days=1), renewed=NOON - timedelta(days=2))},
            warninglists=Warninglists.of(Settings(path=folder)),
        ),
    )


@given(rows=st.lists(ROW), has_words=st.booleans())
def test_rows_judged_together_are_judged_as_each_by_itself(
    judges: tuple[Judge, ...], rows: list[tuple[Any, ...]], has_words: bool
) -> None:
    entries, observables, profiles, near, far, actions, words = zip(*rows, strict=True) if rows else ((),) * 7
    kinds, normal_forms = [kind for kind, _ in observables], [value for _, value in observables]
    said = words if has_words else ()

    for judge in judges:
        together = judge.judge_all(
            Rows(entries, kinds, normal_forms, profiles, list(near), list(far), actions), NOON, said
        )

        assert together == [_alone(judge, row, has_words) for row in rows]


def _alone(judge: Judge, row: tuple[Any, ...], has_word: bool) -> Judgement:
    entry, (kind, normal_form), profile, near, far, action, word = row
    said = {"profile": profile, "near": near, "far": far, "action": action}
    return judge.judge(entry, kind, normal_form, now=NOON, word=word if has_word else NO_WORD, **said)


@pytest.mark.parametrize(
    ("near", "far", "direction"),
    [
        ("10.1.2.3", "pc.CORP.example", "internal"),
        ("10.1.2.3:99", "8.8.8.8", "outbound"),
        ("8.8.8.8", "10.1.2.3", "inbound"),
        ("8.8.8.8", "9.9.9.9", "external"),
        ("10.1.2.3", "", ""),
        ("10.1.2.3", "http://a.example/", ""),
        ("10.1.2.3", "a." * 150 + "example", ""),
    ],
)
def test_the_direction_follows_from_whose_each_end_is(near: str, far: str, direction: str) -> None:
    assert Places(OWN).direction(near, far) == direction
    assert Places(OWN).directions(["8.8.8.8", near, near], ["", far, far]) == ["", direction, direction]
