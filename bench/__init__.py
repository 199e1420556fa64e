"""Figures, measured beside a rival in one run."""
