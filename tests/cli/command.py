"""The command line as a user runs it: a process of its own."""

import os
import subprocess
import sys
from pathlib import Path


def vedette(
    *arguments: str | Path, stdin: bytes = b"", folder: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `vedette` to its end; its output as text."""
    done = subprocess.run(
        [sys.executable, "-m", "vedette", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace")
    )
