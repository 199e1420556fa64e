"""What becomes of a match: how bad it is, and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from vedette.config.harm import DEFAULT_SEVERITY, Own, SeverityRule
from vedette.detections.places import Places
from vedette.detections.severity import Circumstances, Reckoning, Steps
from vedette.detections.warninglists.outcomes import NO_EFFECT
from vedette.detections.warninglists.warninglists import Warninglists

if TYPE_CHECKING:
    from vedette.index.entry import Entry


class Judgement(NamedTuple):
    """What becomes of a match.

    Args:
        severity: 0 to 10.
        steps: How it was reckoned; their sum is the severity.
        warninglists: The lists that know the observable or the indicator.
        quarantined: One of them wants the detection stored, and sent nowhere.
    """

    severity: int
    steps: Steps
    warninglists: tuple[str, ...] = ()
    quarantined: bool = False


class Judge:
    """Judges matches: by the configuration, and by nothing that a generation holds. Shared by every thread.

    Args:
        own: What is the site's own.
        rules: How severities are reckoned.
        warninglists: Asked about every match; None where there are none.
    """

    def __init__(
        self,
        own: Own | None = None,
        rules: Sequence[SeverityRule] = DEFAULT_SEVERITY,
        warninglists: Warninglists | None = None,
    ) -> None:
        self._places = Places(own or Own())
        self._reckoning = Reckoning(rules)
        self.warninglists = warninglists

    def judge(
        self,
        entry: "Entry",
        kind: str,
        normal_form: str,
        *,
        profile: str = "",
        near: str = "",
        far: str = "",
        action: str = "",
    ) -> Judgement:
        """Say what becomes of a match.

        Args:
            entry: That knows the observable.
            kind: The observable's.
            normal_form: The observable's, of this kind.
            profile: The event's.
            near: The near end of the event's connection, an address or a name; empty if unknown.
            far: The far end.
            action: What the device did: `allowed`, `blocked`, or empty.
        """
        names: tuple[str, ...] = ()
        effect = NO_EFFECT
        if self.warninglists is not None and (names := self.warninglists.ask(entry, kind, normal_form)):
            effect = self.warninglists.effect(names)
        severity, steps = self._reckoning.of(
            Circumstances(
                entry.confidence,
                entry.feed,
                entry.category,
                entry.kind,
                entry.tags,
                profile,
                self._places.direction(near, far),
                action,
                self._places.of(kind, normal_form),
                names,
                effect.lowered,
            )
        )
        return Judgement(severity, steps, names, effect.quarantined)
