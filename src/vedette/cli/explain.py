"""`vedette explain`: why an event raises a detection, or none."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.text import Text
from rich.tree import Tree

from vedette.cli.opening import CONFIG_OPTION, INDEX_OPTION, Opened, UsageError, open_all
from vedette.cli.printing import console, format_option, print_records, printable
from vedette.cli.replaying import (
    peer_of,
    print_replayed,
    replayed,
    stored_detection,
    version_record,
    versions_of,
    write_replayed,
)
from vedette.cli.throttling import Throttling
from vedette.detections.detection import Detection
from vedette.detections.judgement import Judgement
from vedette.engine.loading import load
from vedette.index.generation import FeedManifest
from vedette.indicators.text import text_of
from vedette.matching.explanation import Answer, Ends, Question, Step, ends_of, explain
from vedette.matching.judged_steps import judged_steps


@click.command("explain")
@click.argument("line", required=False)
@CONFIG_OPTION
@INDEX_OPTION
@click.option("--peer", help="The address that the event came from, where a profile is chosen by it.")
@click.option("--generation", type=click.IntRange(min=1), help="A kept generation to ask, in place of the current one.")
@click.option(
    "--detection", help="The id of a detection in the store of `-c`: its event is replayed, in place of LINE."
)
@format_option("table", "json", "csv")
def command(
    line: str | None,
    config: Path | None,
    index: Path | None,
    peer: str | None,
    generation: int | None,
    detection: str | None,
    format_: str,
) -> None:
    """Replay one event, LINE, and say what every rule took, what was asked of the index, and what answered.

    `-` reads the event from standard input. With --detection, the detection as it was is held against what its event
    raises now.
    """
    then = _stored(line, config, detection)
    opened = open_all(config, index, generation)
    event = then.event if then else _event(line or "")
    peer = peer or (peer_of(then) if then else None)
    ends = ends_of(opened.index, opened.rules, event, peer)
    steps = explain(opened.index, opened.rules, event, terms=opened.terms, peer=peer)
    steps = judged_steps(steps, opened.judge, opened.index.feeds, then.time if then else datetime.now(UTC), ends)
    around = _around(opened, ends, peer or "", throttled=config is not None)
    if format_ == "table":
        print_tree(event, steps, around)
    else:
        print_records([step_record(step, around) for step in steps], tuple(STEP_COLUMNS), format_)
    if then is not None and format_ != "csv":
        say = print_replayed if format_ == "table" else write_replayed
        say(replayed(then, opened))


@dataclass(frozen=True)
class Around:
    """What stands around an event's steps.

    Args:
        ends: Of the event's connection.
        direction: Which way it went; empty where that cannot be said.
        versions: What each feed was when the generation was built.
        throttling: None where nothing is throttled.
    """

    ends: Ends
    direction: str
    versions: Mapping[str, FeedManifest]
    throttling: Throttling | None


def _around(opened: Opened, ends: Ends, peer: str, *, throttled: bool) -> Around:
    settings = opened.configuration.throttle
    store = opened.configuration.state / "detections.db"
    throttling = Throttling(settings, store, ends, peer) if throttled and settings.enabled else None
    return Around(ends, opened.judge.direction(ends.near, ends.far), versions_of(opened.index), throttling)


def _stored(line: str | None, config: Path | None, detection: str | None) -> Detection | None:
    if (line is None) == (detection is None):
        raise UsageError("say what to explain: an event, LINE, or `--detection ID`")
    if detection is None:
        return None
    if config is None:
        raise UsageError("`--detection` wants `-c FILE`: the store is in that configuration's state folder")
    return stored_detection(load(config).anchored.state, detection)


def _event(line: str) -> bytes:
    return sys.stdin.buffer.read().rstrip(b"\r\n") if line == "-" else os.fsencode(line)


STEP_COLUMNS = (
    "profile",
    "rule",
    "type",
    "span",
    "observed",
    "normal_form",
    "observed_kind",
    "obfuscation",
    "note",
    "near",
    "far",
    "action",
    "direction",
    "questions",
)


def step_record(step: Step, around: Around) -> dict[str, Any]:
    """A step as a JSON object."""
    return {
        "profile": step.profile,
        "rule": step.rule,
        "type": step.type,
        "span": step.span,
        "observed": step.observed,
        "normal_form": step.normal_form,
        "observed_kind": step.observed_kind,
        "obfuscation": step.obfuscation,
        "note": step.note,
        "near": around.ends.near,
        "far": around.ends.far,
        "action": around.ends.action,
        "direction": around.direction,
        "questions": [
            {
                "kind": question.kind,
                "normal_form": question.normal_form,
                "answers": [answer_record(step, answer, around) for answer in question.answers],
            }
            for question in step.questions
        ],
    }


def answer_record(step: Step, answer: Answer, around: Around) -> dict[str, Any]:
    """An entry that answered, as a JSON object."""
    entry = answer.entry
    return {
        "kind": entry.kind,
        "indicator": entry.indicator,
        "normal_form": entry.normal_form,
        "scope": answer.scope,
        "variant": answer.variant,
        "heard": answer.heard,
        "feed": entry.feed,
        "feed_version": version_record(around.versions.get(entry.feed)),
        "category": entry.category,
        "confidence": entry.confidence,
        "context": msgspec.Raw(entry.context_json) if entry.context_json else None,
        "judgement": None if answer.judgement is None else judgement_record(answer.judgement),
        "throttle": around.throttling.record(step, entry) if around.throttling and raises(answer) else None,
    }


def judgement_record(judgement: Judgement) -> dict[str, Any]:
    """What becomes of a match, as a JSON object."""
    return {
        "outcome": judgement.outcome,
        "severity": judgement.severity,
        "severity_steps": [{"what": what, "change": change} for what, change in judgement.steps],
        "warninglists": judgement.warninglists,
        "quarantined": judgement.quarantined,
        "expired": judgement.expired,
        "held_back_by": judgement.holder.text if judgement.holder else "",
    }


def add_judgement(branch: Tree, judgement: Judgement) -> None:
    """Add what becomes of a match below the entry that knows it."""
    if judgement.expired:
        branch.add(Text(f"the indicator counts no more: {printable(judgement.expired)}"))
    if judgement.holder:
        branch.add(Text(f"held back by {printable(judgement.holder.text)}"))
    for name in judgement.warninglists:
        branch.add(Text(f"on the warninglist {printable(name)}"))
    if judgement.quarantined:
        branch.add(Text("in quarantine: stored, and sent to no output"))
    if judgement.outcome == "detected":
        steps = ", ".join(f"{printable(what)}: {change:+}" for what, change in judgement.steps)
        branch.add(Text(f"severity {judgement.severity} = {steps}"))


def print_tree(event: bytes, steps: tuple[Step, ...], around: Around) -> None:
    """Print the steps as a tree: rules, what they took, questions, answers."""
    tree = Tree(Text(printable(text_of(event)), style="dim"))
    if any(around.ends):
        tree.add(Text(connection_of(around), style="dim"))
    matched = answered = 0
    branches: dict[tuple[str, str], Tree] = {}
    for step in steps:
        key = (step.profile, step.rule)
        if key not in branches:
            branches[key] = tree.add(Text.assemble((step.rule, "bold"), f"  type {step.type}, profile {step.profile}"))
        if not step.observed:
            branches[key].add(Text(step.note or "took nothing", style="dim"))
            continue
        took = branches[key].add(
            Text.assemble("took ", (printable(step.observed), "cyan"), f"  at {step.span[0]}-{step.span[1]}")
        )
        if step.obfuscation:
            took.add(Text(f"disguised: {step.obfuscation}", style="yellow"))
        if step.note:
            took.add(Text(step.note, style="dim"))
        for question in step.questions:
            matched += sum(raises(answer) for answer in question.answers)
            answered += sum(answer.heard for answer in question.answers)
            add_question(took, step, question, around)
    console().print(tree)
    console().print(outcome(matched, answered))


def connection_of(around: Around) -> str:
    """What the event says of its connection, in words."""
    near, far, action = (printable(one) if one else "not named" for one in around.ends)
    return f"near end {near}, far end {far}, action {action}" + (f": {around.direction}" if around.direction else "")


def raises(answer: Answer) -> bool:
    """Whether an answer makes a detection."""
    return answer.heard and (answer.judgement is None or answer.judgement.outcome == "detected")


def outcome(matched: int, answered: int) -> str:
    """The last line: whether the event raises detections."""
    if not answered:
        return "No entry answered that the rule may ask: this event raises no detection."
    if not matched:
        return "What answered is held back or counts no more: this event raises no detection."
    return f"{matched} {'entry' if matched == 1 else 'entries'} answered."


def add_question(branch: Tree, step: Step, question: Question, around: Around) -> None:
    """Add a question and its answers below what a rule took."""
    asked = branch.add(Text.assemble(f"asked as {question.kind}: ", (printable(question.normal_form), "cyan")))
    if not question.answers:
        asked.add(Text("no entry", style="dim"))
    for answer in question.answers:
        entry = answer.entry
        known = asked.add(
            Text.assemble(
                ("known ", "bold red" if answer.heard else "dim"),
                f"by {entry.feed} as {entry.category}: {entry.kind} ",
                (printable(entry.indicator), "cyan"),
                f", reached by scope {answer.scope} as {answer.variant}, confidence {entry.confidence}",
                "" if answer.heard else "; no detection: the feed listens to other rules",
            )
        )
        if version := around.versions.get(entry.feed):
            of = f", of {version.modified_at:%Y-%m-%d %H:%M:%S}" if version.modified_at else ""
            known.add(Text(f"{entry.feed} as it was read: SHA-256 {version.sha256[:16]}…{of}", style="dim"))
        if answer.judgement is not None:
            add_judgement(known, answer.judgement)
        if around.throttling and raises(answer):
            for line in around.throttling.lines(step, entry):
                known.add(Text(line, style="dim"))
