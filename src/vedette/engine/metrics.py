"""What the engine counts, as Prometheus reads it: one row in a table for each metric."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from vedette.engine.counts import Counts
from vedette.matching.throttle import Throttle
from vedette.outputs.delivery import Delivery

Row = tuple[tuple[str, ...], float]
"""The labels' values, and the number."""


class Asked(Protocol):
    """What is asked of the matcher in force, as `vedette.matching.matcher.Matcher` answers it."""

    @property
    def generation(self) -> int:
        """The number of the generation."""

    def unfiltered(self) -> Iterable[tuple[str, str]]:
        """(profile, rule) of what is asked of every event."""

    def over_limit(self) -> Mapping[tuple[str, str], int]:
        """(profile, rule) → how often it was stopped at a limit."""

    def lists_over_limit(self) -> Mapping[str, int]:
        """Warninglist → how often its regex was stopped at the match limit."""


@dataclass(frozen=True)
class Counted:
    """Where the numbers are.

    Args:
        inputs: By the input's name.
        outputs: By the output's name.
        matcher: Returns the one in force.
        throttle: None where repeats are not held back.
    """

    inputs: Mapping[str, Counts]
    outputs: Mapping[str, Delivery]
    matcher: Callable[[], Asked]
    throttle: Throttle | None


@dataclass(frozen=True)
class Family:
    """A metric.

    Args:
        name: As Prometheus has it; a counter's ends in `_total`.
        says: One sentence.
        labels: What its rows are told apart by.
        rows: Its rows as they are now.
    """

    name: str
    says: str
    labels: tuple[str, ...]
    rows: Callable[[Counted], Iterable[Row]]

    def collect(self, counted: Counted) -> Metric:
        """The metric with its rows."""
        make = CounterMetricFamily if self.name.endswith("_total") else GaugeMetricFamily
        metric = make(self.name, self.says, labels=self.labels)
        for labels, number in self.rows(counted):
            metric.add_metric(labels, number)
        return metric


def _of_inputs(**counts: str) -> Callable[[Counted], Iterable[Row]]:
    """For each input a row for each of these: what the label says, and the count's name."""

    def rows(counted: Counted) -> Iterator[Row]:
        for name, its in tuple(counted.inputs.items()):
            for label, count in counts.items():
                yield (name, label), getattr(its, count)

    return rows


def _of_each_input(count: str) -> Callable[[Counted], Iterable[Row]]:
    return lambda counted: (((name,), getattr(its, count)) for name, its in tuple(counted.inputs.items()))


def _of_outputs(*counts: str) -> Callable[[Counted], Iterable[Row]]:
    def rows(counted: Counted) -> Iterator[Row]:
        for name, its in tuple(counted.outputs.items()):
            yield from (((name, count), getattr(its, count)) for count in counts)

    return rows


def _of_throttle(count: str) -> Callable[[Counted], Iterable[Row]]:
    return lambda counted: [((), counted.throttle.stats()[count])] if counted.throttle else []


FAMILIES = (
    Family(
        "vedette_events_total",
        "Events received, by what became of them.",
        ("input", "outcome"),
        _of_inputs(matched="matched", unmatched="unmatched", ignored="ignored", dropped="dropped"),
    ),
    Family("vedette_detections_total", "Detections committed.", ("input",), _of_each_input("detections")),
    Family(
        "vedette_quarantined_total",
        "Those of them that a warninglist keeps from the outputs.",
        ("input",),
        _of_each_input("quarantined"),
    ),
    Family(
        "vedette_withheld_total",
        "Matches that made no detection: repeats, allowed ones, and those of indicators that no longer count.",
        ("input", "reason"),
        _of_inputs(throttled="throttled", allowlist="held_back", expired="expired"),
    ),
    Family(
        "vedette_events_cut_total",
        "How many times an event was cut because it was too long.",
        ("input",),
        _of_each_input("cut"),
    ),
    Family("vedette_empty_lines_total", "Empty lines passed over.", ("input",), _of_each_input("empty")),
    Family(
        "vedette_rule_unfiltered",
        "1 for each rule that is asked of every event, for want of a literal or a run to go by.",
        ("profile", "rule"),
        lambda counted: ((names, 1) for names in counted.matcher().unfiltered()),
    ),
    Family(
        "vedette_rule_stopped_total",
        "How many times a rule was stopped at a limit, and went without a match.",
        ("profile", "rule"),
        lambda counted: counted.matcher().over_limit().items(),
    ),
    Family(
        "vedette_warninglist_stopped_total",
        "How many times a warninglist's regex was stopped at the match limit.",
        ("list",),
        lambda counted: (((name,), times) for name, times in counted.matcher().lists_over_limit().items()),
    ),
    Family(
        "vedette_output_detections_total",
        "Detections by what became of them at an output: sent, withheld from it, or not writable by its template.",
        ("output", "outcome"),
        _of_outputs("sent", "withheld", "unwritable"),
    ),
    Family(
        "vedette_output_failures_total",
        "How often a batch of detections had to be sent again.",
        ("output",),
        lambda counted: (((name,), its.failures) for name, its in tuple(counted.outputs.items())),
    ),
    Family("vedette_throttle_keys", "Keys that the throttle remembers.", (), _of_throttle("keys")),
    Family(
        "vedette_throttle_evicted_total",
        "Keys that the throttle forgot for want of room; each is told of anew when it comes again.",
        (),
        _of_throttle("evicted"),
    ),
    Family(
        "vedette_generation",
        "The number of the generation in force.",
        (),
        lambda counted: [((), counted.matcher().generation)],
    ),
)


@dataclass(eq=False)
class Collector:
    """Hands every metric to whoever collects."""

    counted: Counted

    def collect(self) -> Iterator[Metric]:
        """Each metric of the table with its rows as they are now."""
        return (family.collect(self.counted) for family in FAMILIES)
