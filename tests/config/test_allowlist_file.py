"""An allowlist's own file is read in YAML and CSV, with the line of every mistake."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vedette.config.allowlist import AllowlistEntry
from vedette.config.allowlist_file import read_allowlist
from vedette.config.checking import Checks
from vedette.config.loading import Loaded, settle
from vedette.config.yaml import parse_yaml
from vedette.errors import ConfigurationError

IN_YAML = """\
entries:
  - {value: 192.0.2.1, owner: soc, reason: ours, expires: never, feeds: demo}
  - value: a.example
    owner: netops
    reason: partner
    ticket: 17
    expires: 2026-03-01
    networks: [10.0.0.0/8, 10.0.0.1]
"""
IN_CSV = """\
value,owner,reason,ticket,expires,feeds,networks
192.0.2.1,soc,ours,,never,demo,

a.example,netops,partner,17,2026-03-01,,10.0.0.0/8; 10.0.0.1
"""


@pytest.mark.parametrize(("name", "text"), [("a.yaml", IN_YAML), ("a.CSV", IN_CSV)])
def test_entries_are_the_same_in_yaml_and_csv(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    first, second = read_allowlist(tmp_path / name).entries

    assert (first.value, first.expires, first.feeds) == ("192.0.2.1", "never", ("demo",))
    assert (second.ticket, second.expires) == ("17", datetime(2026, 3, 2, tzinfo=UTC))
    assert second.networks == ("10.0.0.0/8", "10.0.0.1/32")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.yaml", "entries:\n  - {value: a, owner: b, reason: c}\n", "a.yaml:2: entries[0].expires: is missing"),
        ("a.yaml", "entries: [{valeu: a}]\n", "entries[0].valeu: is not a key here; did you mean `value`?"),
        ("a.yaml", "path: x\n", "a.yaml:1: path: is not a key here"),
        ("a.yaml", "- a\n", "holds no keys"),
        ("a.csv", "value,owner,reason,expires\na,b,c,never\nd,e,,never\n", "a.csv:3: entries[1].reason: is missing"),
        ("a.csv", "value,owner,reason,expires\na,b,c,soon\n", "a.csv:2: entries[0].expires: should be a date"),
        ("gone.yaml", None, "gone.yaml: cannot be read"),
    ],
)
def test_a_mistake_is_named_with_its_file_line_and_key(tmp_path: Path, name: str, text: str | None, found: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)

    with pytest.raises(ConfigurationError) as raised:
        read_allowlist(tmp_path / name)

    assert any(found in str(one) for one in raised.value.mistakes), str(raised.value)


def test_bytes_that_are_no_text_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"value\n\xff\n")

    with pytest.raises(ConfigurationError, match=r"is no CSV in UTF-8"):
        read_allowlist(tmp_path / "a.csv")


def settled(folder: Path, text: str) -> Loaded:
    def refuse(entries: Sequence[AllowlistEntry]) -> list[tuple[int, str]]:
        return [(position, "no value") for position, one in enumerate(entries) if one.value == "bad"]

    path = folder / "vedette.yaml"
    checks = Checks(allowlist=refuse, now=lambda: datetime(2026, 3, 2, tzinfo=UTC))
    return settle(parse_yaml(text.encode(), str(path)), path, checks=checks)


def test_an_entry_whose_end_has_come_is_warned_of_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(IN_YAML)
    own = "entries: [{value: b.example, owner: soc, reason: c, expires: 2020-01-01}]"

    loaded = settled(tmp_path, f"allowlist:\n  path: a.yaml\n  {own}\n")

    warned = [str(one) for one in loaded.warnings if "no longer holds" in one.message]
    assert f"{tmp_path}/vedette.yaml:3: allowlist.entries[0].expires: no longer holds back `b.example`" in warned[0]
    assert f"{tmp_path}/a.yaml:7: entries[1].expires: no longer holds back `a.example`: ask netops" in warned[1]


def test_a_value_without_a_normal_form_is_a_mistake_wherever_it_stands(tmp_path: Path) -> None:
    entry = "{value: bad, owner: soc, reason: c, expires: never}"
    (tmp_path / "a.yaml").write_text(f"entries:\n  - {entry}\n")

    with pytest.raises(ConfigurationError) as raised:
        settled(tmp_path, f"allowlist: {{path: a.yaml, entries: [{entry}]}}")

    assert sorted(str(one) for one in raised.value.mistakes) == [
        f"{tmp_path}/a.yaml:2: entries[0].value: no value, not 'bad'",
        f"{tmp_path}/vedette.yaml:1: allowlist.entries[0].value: no value, not 'bad'",
    ]
