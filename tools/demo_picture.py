"""Draws the demo as it looks in a terminal: `python tools/demo_picture.py docs/pictures/demo.svg`."""

import re
import sys
import time
from pathlib import Path

from rich.console import Console

from vedette.cli.demo import print_summary, watcher
from vedette.demo.demo import run_demo
from vedette.engine.logs import set_up_logs

WIDTH = 132
FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Rich points at a font on a server; a picture in a repository should ask nobody for anything."""


def draw(path: Path) -> None:
    """Run the demo for real and keep what it prints."""
    set_up_logs(level=40)
    with Path("/dev/null").open("w") as nowhere:
        out = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True, highlight=False)
        began = time.monotonic()
        outcome = run_demo(watcher(out, stays=False), pause_s=0.05)
        print_summary(out, outcome, time.monotonic() - began)
        svg = out.export_svg(title="vedette demo")
    path.write_text(FONT.sub("", svg).replace("Fira Code", "monospace"))


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
