"""Why an event raised a detection, or none: every rule, what it took, what was asked, what answered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vedette import _core
from vedette.indicators.text import text_of
from vedette.matching.matcher import NO_TERMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vedette._core import Found, Rules
    from vedette.detections.judgement import Judgement
    from vedette.index.entry import Entry
    from vedette.index.index import Index
    from vedette.matching.matcher import FeedTerms


class Ends(NamedTuple):
    """What an event says of its connection, each empty where it says nothing.

    Args:
        action: What its device did.
    """

    near: str = ""
    far: str = ""
    action: str = ""


@dataclass(frozen=True)
class Answer:
    """An entry that answered.

    Args:
        scope: By which the entry was reached.
        variant: Which variant of the observable the entry knows.
        judgement: What becomes of it, where that was asked for.
        heard: False where its feed listens to other rules only: then it raises no detection.
    """

    entry: "Entry"
    scope: str
    heard: bool
    variant: str = "itself"
    judgement: "Judgement | None" = None


@dataclass(frozen=True)
class Question:
    """One question put to the index, and what answered."""

    kind: str
    normal_form: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Step:
    """What one rule did with the event.

    Args:
        observed: What it took; empty where it took nothing.
        span: Where in the event, in bytes.
        normal_form: None where the text has none, or is not looked up.
        note: Why there is nothing more to say, if so.
        obfuscation: How it was disguised; empty where it stood plainly.
    """

    profile: str
    rule: str
    type: str
    span: tuple[int, int]
    observed: str
    normal_form: str | None
    observed_kind: str | None
    note: str
    questions: tuple[Question, ...]
    obfuscation: str = ""


def ends_of(index: "Index", rules: "Rules", event: bytes, peer: str | None = None) -> Ends:
    """The ends of an event and its device's action, as its profile reads them."""
    return Ends(*_core.Matcher(index.core, rules).ends(event, peer))


def explain(
    index: "Index",
    rules: "Rules",
    event: bytes,
    *,
    terms: "Mapping[str, FeedTerms] | None" = None,
    peer: str | None = None,
) -> tuple[Step, ...]:
    """Replay an event against the rules and the index, and write down every step."""

    def answer(found: "Found", rule: str, kind: str | None, normal_form: bytes | None) -> Answer:
        number, scope = found
        entry = index.entry(number)
        heard = (terms or {}).get(entry.feed, NO_TERMS).hear(entry.category, rule)
        if kind is None or normal_form is None:
            return Answer(entry, scope, heard)
        return Answer(entry, scope, heard, index.core.variant(kind, normal_form, number))

    steps = _core.Matcher(index.core, rules).explain(event, peer)
    return tuple(
        Step(
            profile=profile,
            rule=rule,
            type=type_,
            span=(start, end),
            observed=text_of(observed),
            normal_form=None if normal_form is None else text_of(normal_form),
            observed_kind=kind,
            note=note,
            questions=tuple(
                Question(
                    asked,
                    text_of(key),
                    tuple(answer(one, rule, kind, normal_form) for one in found),
                )
                for asked, key, found in questions
            ),
            obfuscation=obfuscation,
        )
        for profile, rule, type_, start, end, observed, normal_form, kind, note, questions, obfuscation in steps
    )
