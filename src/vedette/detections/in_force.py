"""What was in force when a detection was made, in short digests or numbers: it tells later what has changed."""

import hashlib
from collections.abc import Iterable, Mapping

_DIGITS = 8


def digest_of(texts: Iterable[str]) -> str:
    """Short, the same for the same texts in the same order."""
    told = hashlib.sha256()
    for text in texts:
        told.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return told.hexdigest()[:_DIGITS]


def in_force(digests: Mapping[str, str]) -> str:
    """Digests and numbers by what they are of, as a detection carries them."""
    return ", ".join(f"{what} {digest}" for what, digest in digests.items())


def changed_since(then: str, now: str) -> tuple[str, ...] | None:
    """What has changed from one to the other; None where one of them is not known."""
    if not then or not now:
        return None
    before, after = _digests(then), _digests(now)
    return tuple(what for what in dict.fromkeys((*before, *after)) if before.get(what) != after.get(what))


def _digests(text: str) -> dict[str, str]:
    return dict(part.rpartition(" ")[::2] for part in text.split(", "))
