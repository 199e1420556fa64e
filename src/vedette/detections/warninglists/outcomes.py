"""What it means that a list knows a value: where a configuration does not say, by what the list is about."""

from typing import TYPE_CHECKING, NamedTuple

from vedette.config.harm import WarninglistTerms
from vedette.config.shaping import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vedette.config.harm import Outcome, SeverityRule, Warninglists
    from vedette.detections.warninglists.freezing import FrozenList

QUARANTINED = frozenset(
    {"common-ioc-false-positive", "empty-hashes", "nioc-filehash", "second-level-tlds", "ti-falsepositives", "tlds"}
)
"""Values that can identify nothing bad: empty files, known good files, whole top-level domains."""

KEPT = frozenset(
    {
        "akamai", "amazon-aws", "cloudflare", "disposable-email", "dynamic-dns", "fastly", "google-gcp", "link-in-bio",
        "lots-project", "microsoft-azure", "microsoft-azure-china", "microsoft-azure-germany", "microsoft-azure-us-gov",
        "ovh-cluster", "parking-domain", "parking-domain-ns", "public-ipfs-gateways", "sinkholes", "stackpath",
        "url-shortener", "vpn-ipv4", "vpn-ipv6", "zscaler",
    }
)  # fmt: skip
"""Places that good and bad share: worth knowing, and no reason to think less of a detection."""


class Effect(NamedTuple):
    """What lists do to a detection.

    Args:
        lowered: The list that lowers the severity most, as a step of it, and by how much; None where none does.
    """

    quarantined: bool = False
    lowered: tuple[str, int] | None = None


NO_EFFECT = Effect()


class Outcomes:
    """What each list does to a detection.

    Args:
        settings: As configured.
        lists: Those that there are.
    """

    def __init__(self, settings: "Warninglists", lists: "Iterable[FrozenList]") -> None:
        self._settings = settings
        self.by_name: Mapping[str, tuple[Outcome, int]] = {one.name: self._of(one) for one in lists}

    def effect(self, names: tuple[str, ...]) -> Effect:
        """What these lists do together: the one that lowers most lowers, once."""
        outcomes = [(name, *self.by_name[name]) for name in names]
        lowering = [(by, name) for name, outcome, by in outcomes if outcome == "lower" and by]
        most = max(lowering, default=None)
        return Effect(
            any(outcome == "quarantine" for _, outcome, _ in outcomes),
            None if most is None else (f"warninglist {most[1]}", -most[0]),
        )

    def _of(self, one: "FrozenList") -> "tuple[Outcome, int]":
        terms = self._settings.lists.get(one.name) or self._settings.lists.get(one.folder) or WarninglistTerms()
        outcome = terms.outcome or self._settings.outcome or default_outcome(one.folder)
        return outcome, self._settings.lower_by if terms.lower_by is None else terms.lower_by


def default_outcome(folder: str) -> "Outcome":
    """What the list of this folder does where nobody says."""
    if folder in QUARANTINED:
        return "quarantine"
    return "keep" if folder in KEPT else "lower"


def with_list_names(rules: "Sequence[SeverityRule]", lists: "Iterable[FrozenList]") -> "tuple[SeverityRule, ...]":
    """The same rules, with a list's name wherever they call it by its folder's."""
    names = {one.folder: one.name for one in lists}

    def named(rule: "SeverityRule") -> "SeverityRule":
        words = tuple(names.get(word, word) for word in rule.when.warninglist)
        return rule.model_copy(update={"when": rule.when.model_copy(update={"warninglist": words}), "why": rule.name})

    return tuple(named(rule) if rule.when.warninglist else rule for rule in rules)


def unknown_names(settings: "Warninglists", lists: "Iterable[FrozenList]") -> tuple[tuple[str, str], ...]:
    """Lists that are configured and not there, each with what may have been meant."""
    known = sorted({word for one in lists for word in (one.name, one.folder)})
    return tuple((name, did_you_mean(name, known)) for name in settings.lists if name not in known)
