"""All warninglists of a configuration, asked about a match, and what they do to its detection."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.detections.warninglists.freezing import Frozen, frozen
from vedette.detections.warninglists.outcomes import Outcomes, unknown_names
from vedette.detections.warninglists.reading import package_folder

if TYPE_CHECKING:
    from vedette.config.harm import Warninglists as Settings
    from vedette.index.entry import Entry

REMEMBERED = 4096


class Warninglists:
    """Warninglists with their outcomes. Shared by every thread.

    Args:
        lists: As they were frozen.
        settings: As configured.
    """

    def __init__(self, lists: Frozen, settings: "Settings") -> None:
        self.frozen = lists
        self.outcomes = Outcomes(settings, lists.about)
        self.faults = (
            *lists.faults,
            *(f"there is no warninglist `{name}`; {hint}" for name, hint in unknown_names(settings, lists.about)),
        )
        self.effect = functools.lru_cache(REMEMBERED)(self.outcomes.effect)

    @classmethod
    def of(cls, settings: "Settings", keep_in: Path | None = None) -> "Warninglists":
        """Read and freeze the lists of a configuration.

        Args:
            settings: As configured; its path is absolute.
            keep_in: Where what was frozen is kept for the next time.

        Raises:
            ValueError: A regex of a list does not compile.
            LookupError: No path is given, and the package that carries MISP's lists is not installed.
        """
        folder = settings.path or package_folder()
        if folder is None:
            raise LookupError(NO_LISTS)
        return cls(frozen(folder, keep_in), settings)

    def ask(self, entry: "Entry", kind: str, normal_form: str) -> tuple[str, ...]:
        """The lists that know the observable, or else the indicator that knows it."""
        names = self.frozen.lists.ask(kind, normal_form)
        if normal_form == entry.normal_form:
            return names
        own = self.frozen.lists.ask(entry.kind, entry.normal_form)
        return tuple(dict.fromkeys((*names, *own))) if own else names


NO_LISTS = "no list is here: install `vedette[warninglists]`, which brings MISP's own, or name a folder with `path`"
