"""Finds out whether another generation should take the place of the one in use: the one in force, or a new one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vedette.config.settings import Feed
from vedette.engine.generation import current_index, feed_as_it_stands, generations_of, is_fresh
from vedette.errors import FeedError
from vedette.index.generation import FeedManifest
from vedette.index.index import Index

Check = Callable[[], None]
"""Called now and then; what it raises ends the work."""


@dataclass
class FeedWatch:
    """Looks at the feeds' files and at the generations of a state folder.

    A look at which nothing has changed reads one manifest, `CURRENT`, and each file's size and time.

    Args:
        build: Opens the index of the feeds, built anew; without it, that is done here.
    """

    state: Path
    feeds: Mapping[str, Feed]
    build: Callable[[Check], Index] | None = None
    _given_up: tuple[FeedManifest, ...] = field(default=(), init=False)

    def index_other_than(self, generation: int, check: Check = lambda: None) -> Index | None:
        """Open the index that should take this generation's place, built of the feeds if they have changed.

        Feeds of which nothing could be made are not read again until one changes.

        Raises:
            IndexFileError: The generation in force is damaged, or another process is building one.
            FeedError: It is damaged, and no feed can be read.
        """
        generations = generations_of(self.state)
        enabled = {name: feed for name, feed in self.feeds.items() if feed.enabled}
        standing = tuple(feed_as_it_stands(name, feed) for name, feed in enabled.items())
        if standing != self._given_up and not is_fresh(generations, enabled):
            return self._built(generation, standing, check)
        current = generations.current()
        if current is None or current.number == generation:
            return None
        return Index.open_current(generations)

    def _built(self, generation: int, standing: tuple[FeedManifest, ...], check: Check) -> Index | None:
        try:
            index = self.build(check) if self.build is not None else current_index(self.state, self.feeds)
        except FeedError:
            self._given_up = standing
            raise
        if index.generation == generation:
            self._given_up = standing
            return None
        return index
