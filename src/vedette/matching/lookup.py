"""Single values asked of an index, outside any event."""

from typing import TYPE_CHECKING, cast

from vedette._core import observables
from vedette.detections.detection import Detection
from vedette.detections.judgement import Judge
from vedette.indicators.kind import KINDS, Kind, Scope
from vedette.indicators.normal_form import guess_kind, normalise, refang
from vedette.indicators.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vedette.index.index import Index

ALSO_ASKED: dict[str, tuple[Kind, ...]] = {"domain": ("url",), "ipv4": ("url",), "ipv6": ("url",)}
"""A bare host is also the shortest URL on it: `http://host/` has it as its normal form."""


KEY = b"ip="
"""A number is an address where its key says so, and a person who asks about one says so."""


def read(value: str) -> tuple[Kind, bytes, str]:
    """What a person's text is, disguised or not: (kind, the value without what `auto` undoes, how it was disguised).

    Raises:
        ValueError: It looks like no indicator.
    """
    event = KEY + value.encode("utf-8", "surrogateescape")
    whole = (len(KEY), len(event))
    kind = guess_kind(value)
    for seen, start, end, normal_form, how in observables(event):
        if how and (start, end) == whole and kind in (None, seen):
            return cast("Kind", seen), refang(value) if kind else normal_form, how
    if kind is None:
        raise ValueError(f"{value!r} looks like no indicator; say its kind, one of: {', '.join(KINDS)}")
    return cast("Kind", kind), refang(value), ""


def look_up(
    index: "Index", value: str, kind: Kind | None, *, ids: "Iterator[str]", now: "datetime", judge: Judge | None = None
) -> tuple[Detection, ...]:
    """Ask an index what it knows of one value; one detection an entry, most specific first.

    Args:
        index: The generation asked.
        value: As a person writes it; disguised text is understood as `auto` understands it.
        kind: None to be told by looking; then a bare host is also asked as a URL.
        ids: Where the detections' ids come from.
        now: The time that the detections carry.
        judge: Says how bad each is; by default, one without a configuration.

    Raises:
        ValueError: The value is not of that kind, or looks like none.
    """
    asked, observed, obfuscation = (kind, refang(value), "") if kind else read(value)
    kinds = (asked,) if kind else (asked, *ALSO_ASKED.get(asked, ()))
    judge = judge or Judge()
    detections: dict[object, Detection] = {}
    for each in kinds:
        key = normalise(each, observed)
        normal_form = text_of(key)
        for number, scope in index.core.look_up(each, observed):
            entry = index.entry(number)
            judgement = judge.judge(entry, each, normal_form, now=now, profile="lookup", whole=True)
            detections.setdefault(
                (entry.kind, entry.indicator, entry.feed, entry.category),
                Detection(
                    id=next(ids),
                    time=now,
                    event=value.encode("utf-8", "surrogateescape"),
                    profile="lookup",
                    rule="lookup",
                    observed_kind=each,
                    observed=value,
                    span=(0, len(value.encode("utf-8", "surrogateescape"))),
                    normal_form=normal_form,
                    matched_scope=cast("Scope", scope),
                    entry=entry,
                    generation=index.generation,
                    variant=index.core.variant(each, key, number),
                    obfuscation=obfuscation,
                    severity=judgement.severity,
                    severity_steps=judgement.steps,
                    warninglists=judgement.warninglists,
                    quarantined=judgement.quarantined,
                    expired=judgement.expired,
                ),
            )
    return tuple(detections.values())
