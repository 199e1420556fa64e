"""Draws the cost curves from what `bench/curves.py` measured: `python bench/draw_curves.py` (needs matplotlib)."""

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot

PICTURES = Path(__file__).parent / "pictures"
TITLES = {
    "indicators": ("number of indicators", "log"),
    "length": ("bytes of an event", "log"),
    "rules": ("regex rules of the profile", "log"),
    "hits": ("events with a match, %", "linear"),
}
STYLES = {"memory copy": "--", "memchr": ":"}


def draw(curve: str, points: list[dict[str, Any]], machine: str) -> Path:
    """One picture: events a second for each work, floors dashed."""
    label, scale = TITLES[curve]
    figure, axes = pyplot.subplots(figsize=(7.2, 4.2))
    for name in points[0]["events_per_second"]:
        rates = [point["events_per_second"][name] for point in points]
        axes.plot([point["x"] for point in points], rates, STYLES.get(name, "-o"), markersize=4, label=name)
    axes.set(xlabel=label, ylabel="events/s, one thread", xscale=scale, yscale="log")
    axes.set_title(machine, fontsize=8, color="gray")
    axes.grid(visible=True, which="both", alpha=0.25)
    axes.legend(fontsize=8)
    path = PICTURES / f"{curve}.svg"
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    pyplot.close(figure)
    return path


def main() -> None:
    mpl.rcParams["svg.hashsalt"] = "curves"
    curves = json.loads((PICTURES / "curves.json").read_text())
    for curve in TITLES:
        print(draw(curve, curves[curve], curves["machine"]))


if __name__ == "__main__":
    main()
