"""A build's memory is bounded by what it was given, not by what it is fed."""

import subprocess
import sys
from pathlib import Path

BUILD = """
import resource, sys
from vedette import _core
builder = _core.IndexBuilder(sys.argv[1], 4_000_000)
builder.facts("feed", "c2")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for start in range(0, 500_000, 5_000):
    rows = [
        ("url", f"http://h{n}.example/{n:x}", None, 0, None, None, None, b'{"n":%d,"x":"%s"}' % (n, b"x" * 200))
        for n in range(start, start + 5_000)
    ]
    assert builder.add(rows) == []
stats = builder.finish()
print(stats["entries"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_build_of_many_rows_holds_no_more_than_it_was_given_and_a_little(tmp_path: Path) -> None:
    path = tmp_path / "index.vdx"

    built = subprocess.run([sys.executable, "-c", BUILD, str(path)], check=True, capture_output=True, text=True)

    entries, grown_kib = map(int, built.stdout.split())
    assert entries == 500_000
    assert path.stat().st_size > 140_000_000
    assert grown_kib < 40_000
