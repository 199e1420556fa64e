"""Adds to an explanation what becomes of each answer: severity, warninglists, allowlist, expiry."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from vedette.detections.judgement import NO_WORD
from vedette.matching.judging import roles_among, words_of

if TYPE_CHECKING:
    from datetime import datetime

    from vedette.detections.judgement import Judge, Word
    from vedette.matching.explanation import Answer, Ends, Step


def judged_steps(
    steps: "tuple[Step, ...]",
    judge: "Judge",
    feeds: Iterable[str],
    now: "datetime",
    ends: "Ends",
) -> "tuple[Step, ...]":
    """The same steps, each answer that is heard with its judgement.

    Args:
        steps: Of one event.
        judge: Of the generation that was asked.
        feeds: Of that generation.
        now: The moment at which the event is judged.
        ends: Of the event's connection.
    """

    def judged(step: "Step", answer: "Answer", word: "Word") -> "Answer":
        if not answer.heard or step.observed_kind is None or step.normal_form is None:
            return answer
        judgement = judge.judge(
            answer.entry,
            step.observed_kind,
            step.normal_form,
            now=now,
            profile=step.profile,
            near=ends.near,
            far=ends.far,
            action=ends.action,
            word=word,
            whole=True,
        )
        return replace(answer, judgement=judgement)

    answers = [(step.span, answer) for step in steps for question in step.questions for answer in question.answers]
    heard = [(span, answer.entry) for span, answer in answers if answer.heard]
    given = words_of(judge, roles_among(judge, feeds), [span for span, _ in heard], [entry for _, entry in heard], now)
    words = {(span, id(entry)): word for (span, entry), word in zip(heard, given, strict=True)}
    return tuple(
        replace(
            step,
            questions=tuple(
                replace(
                    question,
                    answers=tuple(
                        judged(step, answer, words.get((step.span, id(answer.entry)), NO_WORD))
                        for answer in question.answers
                    ),
                )
                for question in step.questions
            ),
        )
        for step in steps
    )
