"""What the benchmarks run on: the shared indicators, and events generated from them."""

import subprocess
import sys
from pathlib import Path

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "bench"
INDICATORS = SHARED / "indicators.csv.gz"


def events(seed: int, size_bytes: int) -> tuple[Path, Path]:
    """The events and the truth beside them, made on first use."""
    DATA.mkdir(exist_ok=True)
    log = DATA / f"events-{seed}-{size_bytes}.log"
    truth = log.with_suffix(".truth.tsv")
    if not truth.exists():
        generator = [sys.executable, str(SHARED / "gen_events.py"), "--seed", str(seed), "--bytes", str(size_bytes)]
        subprocess.run([*generator, "--out", str(log), "--truth", str(truth)], check=True, capture_output=True)
    return log, truth
