"""Runs the C rival: compiles `pcre2_loop.c`, keeps it running, and asks it for a run at a time."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vedette._core import Matcher, RuleSpec

SOURCE = Path(__file__).with_suffix(".c")
CASELESS = frozenset({"hash", "url", "domain", "md5", "sha1", "sha256"})
MOST_RULES, PRIME, ALL_BITS = 64, 0x9E3779B97F4A7C15, 2**64 - 1


class NoRivalError(Exception):
    """It cannot be built here; the message says why."""


@dataclass(frozen=True)
class Taken:
    """What a run took out of the events.

    Args:
        values: How many.
        digest: Sums up which: the rule and the place of each.
    """

    values: int
    digest: int


class Pcre2Loop:
    """The rival, its events and its table in memory.

    Args:
        folder: Where its program and its table's values are written.
        rules: Regexes whose value is group 1.

    Raises:
        NoRivalError: There is no compiler, or no PCRE2 to link with.
    """

    def __init__(self, folder: Path, events: Path, indicators: Iterable[bytes], rules: "Sequence[RuleSpec]") -> None:
        values = folder / "values.txt"
        values.write_bytes(b"".join(value + b"\n" for value in indicators))
        arguments = [word for rule in rules for word in (flags(rule), str(rule[3] or ""))]
        command = [str(compiled(folder)), str(events), str(values), *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def run(self) -> Taken:
        """Once through all events."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(b"\n")
        words = self._process.stdout.readline().split()
        if len(words) != 4:
            raise NoRivalError(f"it ended with status {self._process.wait()}")
        return Taken(int(words[1]), int(words[3]))

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def compiled(folder: Path) -> Path:
    """The program, built as `cc -O3` does."""
    program, compiler = folder / "pcre2_loop", shutil.which("cc")
    if compiler is None:
        raise NoRivalError("no C compiler: `cc` is not in PATH")
    command = [compiler, "-O3", "-o", str(program), str(SOURCE), "-lpcre2-8"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoRivalError(f"`cc` failed (Debian: libpcre2-dev): {done.stderr.strip().splitlines()[0]}")
    return program


def flags(rule: "RuleSpec") -> str:
    """The rule's type and extraction, as the program's flags."""
    _, kind, extract, _, _ = rule
    return (
        "".join(
            flag for flag, is_so in (("i", kind in CASELESS), ("f", extract == "first"), ("u", kind == "url")) if is_so
        )
        or "-"
    )


def taken(matcher: "Matcher", lines: Iterable[bytes], rules: "Sequence[RuleSpec]") -> Taken:
    """What the core's rules take, summed up as the program does."""
    place_of = {name: place for place, (name, *_) in enumerate(rules)}
    values = digest = 0
    for number, line in enumerate(lines):
        for _, rule, _, start, end, observed, *_ in matcher.explain(line):
            if observed:
                values += 1
                digest += (number * MOST_RULES + place_of[rule] + 1) * PRIME & ALL_BITS ^ (start << 32 | end)
    return Taken(values, digest & ALL_BITS)
