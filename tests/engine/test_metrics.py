"""`/metrics` as Prometheus reads it, over a real connection."""

import asyncio
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from engine.starting import bad, configuration, port_of, running, tcp_input
from servers.rsyslog import free_port
from vedette.engine import metrics_server
from vedette.engine.metrics import FAMILIES
from vedette.errors import ListenError

if TYPE_CHECKING:
    from vedette.config.settings import Configuration

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
BACKTRACKS = {"type": "domain", "regex": r"((?:a+)+)!(?=\d)(\d)"}
WITHOUT_LITERAL = {"type": "domain", "regex": r"(?=\w)(\w+)(?<=e)$"}


def measured(folder: Path, rules: dict[str, Any] | None = None, **more: Any) -> tuple["Configuration", int]:
    """A configuration whose metrics are at a free port."""
    port = free_port()
    settings = configuration(folder, tcp_input(free_port()), {"out": {"type": "file", "path": folder / "out.log"}})
    values = settings.model_dump(by_alias=True, exclude_unset=True) | {"metrics": f"127.0.0.1:{port}"} | more
    values["profiles"]["default"]["rules"] |= rules or {}
    return type(settings).model_validate(values), port


def fetched(port: int) -> dict[tuple[str, ...], float]:
    """Every number by its metric's name and its labels' values, in the order of the labels' names."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


async def say(port: int, *events: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(events))
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def numbers(settings: "Configuration", port: int, *events: bytes) -> dict[tuple[str, ...], float]:
    """What is told once all of these events have been counted."""
    async with running(settings) as one:
        await say(port_of(one), *events)
        async with asyncio.timeout(20):
            while sum(its.received for its in one.counts.values()) < len(events):
                await asyncio.sleep(0.02)
            while one.deliveries["out"].sent < 1:
                await asyncio.sleep(0.02)
        return await asyncio.to_thread(fetched, port)


def test_what_is_counted_is_told_by_input_and_outcome(tmp_path: Path) -> None:
    settings, port = measured(tmp_path)

    told = asyncio.run(numbers(settings, port, bad(1), bad(2), b"fine\n", b"skip\n"))

    outcomes = {outcome: told["vedette_events_total", "siem", outcome] for outcome in ("matched", "unmatched")}
    assert outcomes == {"matched": 2, "unmatched": 1}
    assert told["vedette_events_total", "siem", "ignored"] == 1
    assert told["vedette_events_total", "siem", "dropped"] == 0
    assert told["vedette_detections_total", "siem"] == 2
    assert told["vedette_output_detections_total", "sent", "out"] >= 1
    assert told["vedette_generation",] == 1
    assert told["process_resident_memory_bytes",] > 0


def test_rules_asked_of_every_event_and_rules_that_were_stopped_are_named(tmp_path: Path) -> None:
    settings, port = measured(tmp_path, {"Slow": WITHOUT_LITERAL, "Bad": BACKTRACKS}, match_limit=1000)

    told = asyncio.run(numbers(settings, port, bad(1), b"a" * 5000 + b"!\n", b"a" * 5000 + b"!\n"))

    assert told["vedette_rule_unfiltered", "default", "Slow"] == 1
    assert ("vedette_rule_unfiltered", "default", "BAD") not in told
    assert told["vedette_rule_stopped_total", "default", "Bad"] == 2


def test_what_the_throttle_remembers_is_told(tmp_path: Path) -> None:
    settings, port = measured(tmp_path, throttle={"enabled": True})

    told = asyncio.run(numbers(settings, port, bad(1), bad(1), bad(1)))

    assert told["vedette_withheld_total", "siem", "throttled"] == 2
    assert told["vedette_throttle_keys",] == 1


def test_the_page_names_every_metric_with_its_labels() -> None:
    rows = re.findall(r"^\| `(vedette_\w+)` \| (.*?) \|", PAGE.read_text(), re.MULTILINE)

    said = {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    assert said == {family.name: family.labels for family in FAMILIES}


def test_an_address_that_cannot_be_had_is_said_before_anything_is_read(tmp_path: Path) -> None:
    settings, port = measured(tmp_path)

    with socket.create_server(("127.0.0.1", port)), pytest.raises(ListenError, match=r"metrics: .* in use"):
        asyncio.run(numbers(settings, port))


def test_connections_beyond_the_most_are_closed_and_free_ones_answered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_server, "MOST_CONNECTIONS", 2)
    settings, port = measured(tmp_path)

    async def scenario() -> None:
        async with running(settings):
            silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
            await asyncio.sleep(0.3)
            with pytest.raises((urllib.error.URLError, ConnectionError)):
                await asyncio.to_thread(fetched, port)
            for _, writer in silent:
                writer.close()
            await asyncio.sleep(0.3)
            assert await asyncio.to_thread(fetched, port)

    asyncio.run(scenario())
