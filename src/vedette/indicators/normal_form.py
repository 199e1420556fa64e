"""Normal forms, made in the core and nowhere else."""

from vedette._core import guess_kind, normalise, refang

__all__ = ["guess_kind", "normalise", "refang"]
