"""Pairs of an address and a port: known as a pair, and as an address where the feed says so."""

from pathlib import Path

import pytest

from vedette import _core


def index_of(folder: Path, *rows: tuple[str | None, str, str | None]) -> _core.Index:
    builder = _core.IndexBuilder(str(folder / "index.vdx"))
    facts = builder.facts("f", "c2")
    assert builder.add([(*row, facts, None, None, None, None) for row in rows]) == []
    builder.finish()
    return _core.Index(str(folder / "index.vdx"))


def found(index: _core.Index, kind: str, value: str) -> list[tuple[str, str]]:
    return [(index.entry(number)[1].decode(), scope) for number, scope in index.look_up(kind, value)]


@pytest.mark.parametrize("pair", ["192.0.2.1:443", "[2001:db8::1]:443"])
def test_a_pair_is_found_as_a_pair_alone(tmp_path: Path, pair: str) -> None:
    index = index_of(tmp_path, (None, pair, None))
    address = pair.rpartition(":")[0].strip("[]")

    assert found(index, "ip_port", pair) == [(pair, "exact")]
    assert found(index, "ip_port", pair.replace("443", "444")) == []
    assert found(index, "ipv6" if ":" in address else "ipv4", address) == []


@pytest.mark.parametrize("row", [("ip_port", "192.0.2.1:443", "host"), ("ip", "192.0.2.1:443", None)])
def test_a_pair_whose_feed_says_so_is_known_by_its_address(tmp_path: Path, row: tuple[str, str, str | None]) -> None:
    index = index_of(tmp_path, row)

    for kind, value in [("ipv4", "192.0.2.1"), ("ip_port", "192.0.2.1:80"), ("url", "http://192.0.2.1/x")]:
        assert found(index, kind, value) == [("192.0.2.1:443", "host")]
    assert found(index, "ipv4", "192.0.2.2") == []


def test_a_pair_seen_is_asked_as_a_pair_then_as_an_address_then_by_its_networks(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        ("cidr", "192.0.2.0/24", None),
        ("ipv4", "192.0.2.1", None),
        ("ip_port", "192.0.2.1:80", "host"),
        ("ip_port", "192.0.2.1:443", "host"),
        ("ip_port", "192.0.2.1:443", "exact"),
    )

    assert found(index, "ip_port", "192.0.2.1:443") == [
        ("192.0.2.1:443", "exact"),
        ("192.0.2.1:443", "host"),
        ("192.0.2.1", "exact"),
        ("192.0.2.1:80", "host"),
        ("192.0.2.0/24", "network"),
    ]
