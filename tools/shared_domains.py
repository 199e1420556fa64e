"""Writes `core/data/shared_domains.txt`: the names whose subdomains belong to many owners, one a line.

They come from the Public Suffix List, as the package `publicsuffixlist` carries it or as a file of your own:

    python tools/shared_domains.py [public_suffix_list.dat] > core/data/shared_domains.txt

The suffixes of both sections are there, and what stands behind a wildcard (`kobe.jp`, `localto.net`). A wildcard of
ICANN's section stays one, too (`*.ck`), with its exceptions (`!www.ck`). One of the private section (`*.localto.net`)
does not: each name below `localto.net` is one customer's.
"""

import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from vedette.indicators.normal_form import normalise

NAME = "public_suffix_list.dat"
PRIVATE = "===BEGIN PRIVATE DOMAINS==="


def rules_of(section: str) -> Iterator[tuple[str, str]]:
    """What each rule begins with (`*.`, `!` or nothing), and its name in normal form."""
    for line in section.splitlines():
        if not line.strip() or line.startswith("//"):
            continue
        rule = line.split()[0]
        sign = next((sign for sign in ("*.", "!") if rule.startswith(sign)), "")
        yield sign, normalise("domain", rule.removeprefix(sign)).decode("ascii")


def shared(text: str) -> set[str]:
    """The lines of the file."""
    of_icann, _, private = text.partition(PRIVATE)
    public = list(rules_of(of_icann))
    names = {name for sign, name in (*public, *rules_of(private)) if sign != "!"}
    return names | {sign + name for sign, name in public if sign}


def main() -> None:
    """Print them in order."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else files("publicsuffixlist") / NAME
    print("\n".join(sorted(shared(given.read_text(encoding="utf-8")))))


if __name__ == "__main__":
    main()
