"""What became of the rows of a block that were in doubt before its throttle was asked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vedette.detections.judgement import NO_WORD, Word

if TYPE_CHECKING:
    from vedette.detections.judgement import Judgement


@dataclass(frozen=True)
class Held:
    """What became no detection, counted.

    Args:
        words: The word on each row in doubt; empty where no feed has a say.
        held_back: What held detections back → how many.
        expired: How many were not made because their indicator no longer counts.
    """

    words: Sequence[Word] = ()
    held_back: Mapping[str, int] = field(default_factory=dict)
    expired: int = 0

    def and_of(self, judgements: "Iterable[Judgement]", times: Iterable[int]) -> "Held":
        """And these, each of which stands for so many rows."""
        held_back = Counter(self.held_back)
        expired = self.expired
        for judgement, count in zip(judgements, times, strict=False):
            if judgement.holder is not None:
                held_back[judgement.holder.key] += count
            if judgement.outcome == "expired":
                expired += count
        return Held(self.words, held_back, expired)

    def words_of(self, doubts: Sequence[int | None]) -> Sequence[Word]:
        """The word on each row that is left, by its place among those in doubt."""
        return [NO_WORD if doubt is None else self.words[doubt] for doubt in doubts] if self.words else ()


NOTHING_HELD = Held()
