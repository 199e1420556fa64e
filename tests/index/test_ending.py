"""A process ends, whatever it remembers of an index."""

import subprocess
import sys
from pathlib import Path

from vedette import _core

ASK_AND_END = """
import sys
from pathlib import Path
from vedette.index.index import Index

index = Index.open(Path(sys.argv[1]))
print(len(index.entries_of([number for number, _ in index.core.entries(0, 1000)])))
"""


def test_a_process_ends_while_it_remembers_many_entries(tmp_path: Path) -> None:
    builder = _core.IndexBuilder(str(tmp_path / "index.vdx"))
    builder.facts("feed", "c2")
    builder.add([("domain", f"{n}.example", None, 0, None, None, None, None) for n in range(1000)])
    builder.finish()

    asked = [sys.executable, "-c", ASK_AND_END, str(tmp_path / "index.vdx")]
    ended = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)

    assert ended.stdout == "1000\n"
