"""Normal forms, made in the core and nowhere else."""

from vedette._core import guess_kind, is_range, is_shared, normalise, range_networks, refang

__all__ = ["guess_kind", "is_range", "is_shared", "looks_like", "normalise", "range_networks", "refang"]


def looks_like(value: str) -> str | None:
    """The kind that a value looks like in a feed, or None; an address range is a `cidr`, for it becomes networks."""
    return guess_kind(value) or ("cidr" if is_range(value) else None)
