"""Entries of one generation, put as rows into the next, are the same entries again."""

from pathlib import Path

from vedette import _core
from vedette.index.entry import row_of

ROWS = [
    (None, "192.0.2.1 - 192.0.2.77", None),
    (None, "2001:db8::1-2001:db8::ff", None),
    ("ip", "::ffff:192.0.2.200", None),
    ("ip", "::ffff:198.51.100.0/120", None),
    ("ip", "203.0.113.1:8080", None),
    ("ip_port", "203.0.113.2|8080", None),
    ("ipv4", "203.0.113.3:8080", None),
    ("domain", "*.evil.example", None),
    ("domain", "github.io", "host"),
    ("url", "*.evil.example/x/*", "mask"),
    ("url", "http://Evil.example/a?", "prefix"),
    ("hash", "AB" * 64, None),
]


def listed(path: Path) -> list[tuple[object, ...]]:
    entries = _core.Index(str(path)).entries(0, 10_000)
    return sorted((raw[:6] for _, raw in entries), key=repr)


def test_entries_of_every_kind_and_scope_outlive_a_renewal(tmp_path: Path) -> None:
    first = _core.IndexBuilder(str(tmp_path / "first.vdx"))
    facts = first.facts("f", "c2")
    assert first.add([(*row, facts, None, None, None, None) for row in ROWS]) == []
    first.finish()

    second = _core.IndexBuilder(str(tmp_path / "second.vdx"))
    rows = [row_of(raw, second) for _, raw in _core.Index(str(tmp_path / "first.vdx")).entries(0, 10_000)]
    refused = second.add(rows)
    second.finish()

    assert refused == []
    assert listed(tmp_path / "second.vdx") == listed(tmp_path / "first.vdx")
