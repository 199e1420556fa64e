"""The rows of a block as far as a judge must know them: one column each, all of one length."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vedette.index.entry import Entry


class Rows(NamedTuple):
    """Matches: each an observable and an entry that knows it.

    Args:
        kinds: The observables'.
        normal_forms: The observables', of these kinds.
        near: The near ends of the events' connections; empty where they are unknown.
        far: The far ends.
        actions: What the devices did.
    """

    entries: "Sequence[Entry]"
    kinds: Sequence[str]
    normal_forms: list[str]
    profiles: Sequence[str]
    near: list[str]
    far: list[str]
    actions: Sequence[str]
