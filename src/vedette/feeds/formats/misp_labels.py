"""Tags and galaxies of MISP's events and attributes, and what they say: TLP, confidence."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple, get_args

from vedette.feeds.field_words import tlp_of
from vedette.indicators.kind import Tlp

MOST = 100
"""Tags, and galaxies, that an event or an attribute may have: each goes with every indicator."""
LONGEST = 255
"""Characters of a tag, which MISP itself cuts there."""

CONFIDENCES: Final = {
    'misp:confidence-level="completely-confident"': 100,
    'misp:confidence-level="usually-confident"': 75,
    'misp:confidence-level="fairly-confident"': 50,
    'misp:confidence-level="rarely-confident"': 25,
    'misp:confidence-level="unconfident"': 0,
}
"""The numbers that MISP's own taxonomy gives to its words."""

_STRICTER: Final = {tlp: rank for rank, tlp in enumerate(get_args(Tlp))}


class Labels(NamedTuple):
    """What tags and galaxies say.

    Args:
        tags: Names of tags but those of the TLP; a galaxy's cluster is one of them.
        galaxies: Names of the clusters alone: `APT28`.
    """

    tags: tuple[str, ...] = ()
    tlp: Tlp | None = None
    confidence: int | None = None
    galaxies: tuple[str, ...] = ()

    def above(self, other: "Labels") -> "Labels":
        """These before those of the event: its tags are added, its TLP and confidence hold where these say none."""
        return Labels(
            tuple(dict.fromkeys((*self.tags, *other.tags))),
            self.tlp or other.tlp,
            other.confidence if self.confidence is None else self.confidence,
            tuple(dict.fromkeys((*self.galaxies, *other.galaxies))),
        )


def labels_of(tags: Any, galaxies: Any) -> Labels:
    """What lies under `Tag` and `Galaxy`; what is no list, or holds no names, says nothing."""
    names = tuple(dict.fromkeys(_names(tags, "name")))[:MOST]
    clusters = tuple(_clusters(galaxies))[:MOST]
    of_clusters = tuple(_names(clusters, "tag_name"))
    marked = [tlp for name in names if name.lower().startswith("tlp:") and (tlp := tlp_of(name))]
    said = [CONFIDENCES[name] for name in names if name in CONFIDENCES]
    return Labels(
        tuple(dict.fromkeys(name for name in (*names, *of_clusters) if not _is_tlp(name))),
        max(marked, key=_STRICTER.__getitem__, default=None),  # type: ignore[arg-type]
        min(said, default=None),
        tuple(dict.fromkeys(_names(clusters, "value"))),
    )


def _is_tlp(name: str) -> bool:
    return name.lower().startswith("tlp:") and tlp_of(name) is not None


def _clusters(galaxies: Any) -> Iterator[Any]:
    for galaxy in galaxies if isinstance(galaxies, list) else ():
        clusters = galaxy.get("GalaxyCluster") if isinstance(galaxy, dict) else None
        yield from clusters if isinstance(clusters, list) else ()


def _names(members: Any, key: str) -> Iterator[str]:
    chosen: Iterable[Any] = members if isinstance(members, list | tuple) else ()
    for member in chosen:
        name = member.get(key) if isinstance(member, dict) else None
        if isinstance(name, str) and name.strip():
            yield name.strip()[:LONGEST]
