"""A scope that would reach the sites of everybody is refused: on public suffixes and on shared hosts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_data import SHARED, needs_shared_data
from vedette import _core

LINES = frozenset((Path(__file__).resolve().parents[2] / "core/data/shared_domains.txt").read_text().split())
VECTORS = SHARED / "real" / "cases" / "psl_tests.txt"


def refusals(folder: Path, *rows: tuple[str | None, str, str | None]) -> list[str]:
    builder = _core.IndexBuilder(str(folder / "index.vdx"))
    facts = builder.facts("f", "c2")
    return [why for _, why in builder.add([(*row, facts, None, None, None, None) for row in rows])]


@pytest.mark.parametrize(
    ("kind", "value", "scope"),
    [
        ("domain", "com", None),
        ("domain", "CO.UK.", None),
        ("domain", "github.io", None),
        ("domain", "github.io", "subdomains"),
        ("domain", "*.github.io", "exact"),
        (None, "公司.cn", None),
        ("domain", "co.ck", None),
        ("domain", "localto.net", None),
        ("domain", "localhost", None),
        ("url", "*.github.io/*", "mask"),
        ("url", "*.github.io", "mask"),
        ("url", "*com/*", "mask"),
    ],
)
def test_what_reaches_the_sites_of_many_is_refused_with_the_reason(
    tmp_path: Path, kind: str | None, value: str, scope: str | None
) -> None:
    (why,) = refusals(tmp_path, (kind, value, scope))

    assert "is a public suffix or a shared host, whose subdomains belong to many" in why


@pytest.mark.parametrize(
    ("kind", "value", "scope"),
    [
        ("domain", "github.io", "exact"),
        ("domain", "github.io", "host"),
        ("domain", "evil.github.io", None),
        ("domain", "www.ck", None),
        ("domain", "evil.localto.net", None),
        ("domain", "amazonaws.com", None),
        ("url", "github.io/*", "mask"),
        ("url", "*.github.io/gate/*", "mask"),
        ("url", "*.evil.github.io/*", "mask"),
        ("url", "github.io", "prefix"),
    ],
)
def test_what_reaches_one_owners_sites_is_kept(tmp_path: Path, kind: str, value: str, scope: str | None) -> None:
    assert refusals(tmp_path, (kind, value, scope)) == []


def is_shared(name: str) -> bool:
    """The plain oracle: the lines of the list, each label of a name apart."""
    parent = name.partition(".")[2]
    return not parent or name in LINES or (f"*.{parent}" in LINES and f"!{name}" not in LINES)


labels = st.sampled_from(("www", "city", "kobe", "ck", "co", "jp", "uk", "com", "github", "io", "evil", "sch", "nom"))


@given(st.lists(labels, min_size=1, max_size=4).map(".".join))
def test_the_core_and_the_plain_oracle_agree_on_what_is_shared(name: str) -> None:
    assert _core.is_shared(name) == is_shared(name)


def test_every_line_of_the_list_is_what_it_says() -> None:
    for line in LINES:
        name = line.replace("*", "any").removeprefix("!")
        assert _core.is_shared(name) == (not line.startswith("!")), line


@needs_shared_data
def test_the_lists_own_vectors_hold() -> None:
    rows = [line.split() for line in VECTORS.read_text().splitlines() if line.strip() and not line.startswith("//")]
    # A leading dot asks for a site, and here for the name; the others say of each name what is registered.
    given = [(name, site) for name, site in rows if name != "null" and not name.startswith(".")]

    for name, site in given:
        assert _core.is_shared(name) == (site == "null"), name
    assert len(given) > 70
