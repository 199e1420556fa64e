"""Address ranges of feeds become the fewest networks that are exactly them."""

import ipaddress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vedette import _core

V4 = st.integers(0, 2**32 - 1)
V6 = st.integers(0, 2**128 - 1)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def ends_of_v4(numbers: tuple[int, int]) -> tuple[Address, Address]:
    return ipaddress.IPv4Address(min(numbers)), ipaddress.IPv4Address(max(numbers))


def ends_of_v6(numbers: tuple[int, int]) -> tuple[Address, Address]:
    return ipaddress.IPv6Address(min(numbers)), ipaddress.IPv6Address(max(numbers))


def summarised(first: Address, last: Address) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The standard library's answer."""
    if isinstance(first, ipaddress.IPv4Address) and isinstance(last, ipaddress.IPv4Address):
        return list(ipaddress.summarize_address_range(first, last))
    assert isinstance(first, ipaddress.IPv6Address)
    assert isinstance(last, ipaddress.IPv6Address)
    return list(ipaddress.summarize_address_range(first, last))


def built(folder: Path, *rows: tuple[str | None, str]) -> tuple[_core.Index, list[tuple[int, str]]]:
    builder = _core.IndexBuilder(str(folder / "index.vdx"))
    facts = builder.facts("f", "c2")
    refused = builder.add([(kind, value, None, facts, None, None, None, b'{"n":1}') for kind, value in rows])
    builder.finish()
    return _core.Index(str(folder / "index.vdx")), refused


@given(st.one_of(st.tuples(V4, V4).map(ends_of_v4), st.tuples(V6, V6).map(ends_of_v6)))
@example(ends_of_v4((0, 2**32 - 1)))
@example(ends_of_v4((1, 2**32 - 2)))
@example(ends_of_v6((0, 2**128 - 1)))
@example(ends_of_v6((1, 2**128 - 2)))
def test_a_range_is_the_networks_that_the_plain_oracle_makes_of_it(ends: tuple[Address, Address]) -> None:
    networks = _core.range_networks(f"{ends[0]}-{ends[1]}")

    assert networks is not None
    assert [ipaddress.ip_network(network.decode()) for network in networks] == summarised(*ends)
    assert len(networks) <= (62 if isinstance(ends[0], ipaddress.IPv4Address) else 254)


@pytest.mark.parametrize("kind", [None, "ip", "ipv4", "cidr"])
@pytest.mark.parametrize("text", ["192.0.2.1-192.0.2.6", "192.0.2.1 - 192.0.2.6", "192[.]0[.]2[.]1 - 192[.]0[.]2[.]6"])
def test_every_address_of_a_range_is_found_under_the_feeds_own_text(
    tmp_path: Path, kind: str | None, text: str
) -> None:
    index, refused = built(tmp_path, (kind, text))

    known = [index.look_up("ipv4", f"192.0.2.{last}") for last in range(9)]

    assert refused == []
    assert [len(found) for found in known] == [0, 1, 1, 1, 1, 1, 1, 0, 0]
    assert {index.entry(number)[1] for number, _ in index.entries()} == {text.encode()}
    assert {raw[12] for _, raw in index.entries()} == {b'{"n":1}'}


def test_a_range_of_ipv6_is_found_and_one_that_maps_ipv4_is_ipv4(tmp_path: Path) -> None:
    index, _ = built(tmp_path, (None, "2001:db8::1-2001:db8::ff"), (None, "::ffff:192.0.2.0-::ffff:192.0.2.3"))

    assert len(index.look_up("ipv6", "2001:db8::80")) == 1
    assert len(index.look_up("ipv6", "2001:db8::100")) == 0
    assert len(index.look_up("ipv4", "192.0.2.3")) == 1


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("192.0.2.9-192.0.2.1", "ends behind its beginning"),
        ("192.0.2.1-2001:db8::1", "both ends in one family"),
        ("192.0.2.1-192.0.2.256", "none of the kinds"),
        ("192.0.2.1-", "none of the kinds"),
        ("192.0.2.1-9", "none of the kinds"),
    ],
)
def test_what_is_no_range_is_refused_in_words(tmp_path: Path, value: str, why: str) -> None:
    _, ((position, reason),) = built(tmp_path, (None, value))

    assert position == 0
    assert why in reason


def test_a_name_with_a_hyphen_is_no_range() -> None:
    assert not _core.is_range("a-b.example")
    assert _core.range_networks("192.0.2.1") is None
