"""A configuration from end to end: real feeds, real events over TCP, a real SIEM's side."""

import asyncio
from pathlib import Path

from engine.starting import port_of, running, say
from servers.rsyslog import Rsyslog, free_port, needs_rsyslogd, rsyslog
from shared_data import SHARED, needs_shared_data
from vedette.config.settings import Configuration, Feed, Profile, Rule
from vedette.engine.assembly import assemble
from vedette.engine.counts import Counts
from vedette.engine.loading import load
from vedette.engine.matchers import terms_of


def cybertrace(state: Path, siem_port: int) -> Configuration:
    """The shared CyberTrace configuration as it stands, on free ports."""
    settings = ("inputs.events.listen=127.0.0.1:0", f"outputs.siem.address=127.0.0.1:{siem_port}")
    return load(SHARED / "cybertrace" / "kl_feed_service.conf", settings=settings, state=state).anchored


async def run(configuration: Configuration, events: bytes, siem: Rsyslog, detections: int) -> Counts:
    async with running(configuration) as one:
        await say(port_of(one), events)
        await asyncio.to_thread(siem.raw, detections)
    return one.counts["events"]


@needs_shared_data
@needs_rsyslogd
def test_a_cybertrace_configuration_brings_parsed_detections_to_a_real_siem(tmp_path: Path) -> None:
    events = (SHARED / "cybertrace" / "events.cef").read_bytes()

    with rsyslog(tmp_path / "siem", free_port()) as siem:
        counts = asyncio.run(run(cybertrace(tmp_path / "state", siem.port), events, siem, 5))
        found = {fields["externalId"].strip(): fields for fields in siem.fields(5)}

    assert set(found) == {"1001", "1003", "1004", "1005", "1007"}
    assert (counts.received, counts.matched, counts.unmatched, counts.ignored) == (7, 5, 1, 1)
    assert found["1001"]["reason"] == "KL_IP_Reputation"
    assert found["1001"]["cs3"].strip() == "85"
    assert all(fields["cs5Label"] == "MatchedIndicator" for fields in found.values())
    assert found["1003"]["cs5"] == "5a015004f9fc05290d87e86d69c4b237.com"
    assert found["1004"]["cs5"] == "776735A8CA96DB15B422879DA599F474"
    assert found["1005"]["cs5"] == "panel.example/admin/*"


def test_a_feed_s_categories_listen_to_the_rules_that_its_fields_name(tmp_path: Path) -> None:
    feed = Feed.model_validate(
        {
            "path": tmp_path / "feed.json",
            "fields": [
                {"field": "mask", "category": "urls", "rules": ["RE_URL"]},
                {"field": "MD5", "category": "hashes", "rules": ["RE_HASH"]},
                {"field": "SHA1", "category": "hashes"},
            ],
            "actionable": {"threat_score": "cs3"},
        }
    )

    terms = terms_of({"botnets": feed})["botnets"]

    assert terms.listens == {"urls": frozenset({"RE_URL"})}
    assert terms.actionable == (("threat_score", "cs3"),)


def test_a_stop_while_feeds_are_read_ends_before_anything_listens(tmp_path: Path) -> None:
    feed = tmp_path / "feed.txt"
    feed.write_text("gate.botnet.example\n")
    configuration = Configuration(
        state=tmp_path / "state",
        feeds={"botnets": Feed(path=feed)},
        profiles={"default": Profile(rules={"auto": Rule(type="auto")})},
    )

    async def scenario() -> None:
        one = assemble(configuration)
        one.stop()
        await one.run(started=lambda: None)
        assert one.inputs == {}

    asyncio.run(scenario())
