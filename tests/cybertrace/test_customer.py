"""The first customer: a configuration, feeds and events as CyberTrace's FortiSIEM guide asks for them."""

import json
from datetime import UTC, datetime
from typing import Any

from made_detections import made_detection, made_entry
from shared_data import SHARED, needs_shared_data
from vedette.config.shaping import shape
from vedette.config.yaml import parse_yaml
from vedette.cybertrace.loading import convert, load
from vedette.cybertrace.writing import to_yaml
from vedette.detections.context import actionable_fields
from vedette.detections.detection import Detection
from vedette.detections.templates.catalogue import template_named

pytestmark = needs_shared_data
FOLDER = SHARED / "cybertrace"
CONF = FOLDER / "kl_feed_service.conf"
HEAD = "CEF:0|Kaspersky|CyberTrace|3.1|2|CyberTrace Detection Event|8|"
BASE = {"Device": "FortiGate", "Product": "FortiGate", "DeviceIp": "10.43.0.1"}


def test_the_configuration_loads_without_a_mistake() -> None:
    loaded = load(CONF)

    assert loaded.configuration.inputs["events"].model_dump()["listen"] == "127.0.0.1:9999"
    assert [feed.path.is_file() for feed in loaded.anchored.feeds.values()] == [True, True, True]
    assert loaded.anchored.state == FOLDER.resolve() / "vedette-state"


def test_what_is_written_as_yaml_reads_back_as_the_same_configuration() -> None:
    configuration, notes = convert(CONF)

    text = to_yaml(configuration, notes, "From CyberTrace.")

    assert shape(parse_yaml(text.encode(), "vedette.yaml").data) == configuration
    for name in ("EULA", "AlertFormat", "FinishedEventFormat", "outdated_alert_period"):
        assert any(line.strip().startswith("#") and name in line for line in text.splitlines())
    assert configuration.feeds_check_s == 30 * 60


def test_an_address_is_reported_with_its_score_and_its_whole_record() -> None:
    seen = found("Demo_IP_Reputation_Data_Feed", 0, "RE_IP", "192.0.2.1", "KL_IP_Reputation", "192.0.2.1", "1001")

    assert line_of(seen, SRC_IP="10.1.2.3", UserName="alice ") == (
        f"{HEAD}reason=KL_IP_Reputation dst=192.0.2.1 src=10.1.2.3 dvc=10.43.0.1 fileHash=- request=- "
        "sourceServiceName=FortiGate sproc=FortiGate suser=alice  externalId=1001 cs3=85  "
        "cs5Label=MatchedIndicator cs5=192.0.2.1 msg=id:1 ip:192.0.2.1 threat_score:85 category:spam, ddos "
        "first_seen:03.02.2020 11:07 last_seen:22.03.2020 08:41 popularity:4 ip_geo:ru users_geo:ru, br, ua, cz, us "
        "ip_whois/net_range:192.0.2.0 - 192.0.2.255 ip_whois/net_name:TEST-NET-1 ip_whois/descr:documentation "
        "ip_whois/country:zz files/MD5:F97C5D29941BFB1B2FDAB0874906AB82 "
        "files/SHA256:7692C3AD3540BB803C020B3AEE66CD8887123234EA0C6E7143C0ADD73FF431ED "
        "files/threat:HEUR:Trojan.Test.One "
    )


def test_a_url_is_reported_as_it_stood_and_escaped() -> None:
    url = "www.5a015004f9fc05290d87e86d69c4b237.com:80/gate.php?x=1"
    mask = "5a015004f9fc05290d87e86d69c4b237.com"
    seen = found("Demo_Botnet_CnC_URL_Data_Feed", 0, "RE_URL", url, "KL_BotnetCnC_URL", mask, "1003")

    line = line_of(seen, RE_IP="198.51.100.99", SRC_IP="10.1.2.5", UserName="carol ", RE_HASH=mask[:32])

    assert line == (
        f"{HEAD}reason=KL_BotnetCnC_URL dst=198.51.100.99 src=10.1.2.5 dvc=10.43.0.1 "
        "fileHash=5a015004f9fc05290d87e86d69c4b237 "
        "request=www.5a015004f9fc05290d87e86d69c4b237.com:80/gate.php?x\\=1 "
        "sourceServiceName=FortiGate sproc=FortiGate suser=carol  externalId=1003  "
        f"cs5Label=MatchedIndicator cs5={mask} msg=id:10 type:1 mask:{mask} threat:HEUR:Trojan.Test.CnC "
        "first_seen:01.03.2020 09:00 last_seen:23.03.2020 10:00 popularity:3 geo:de, us IP:192.0.2.77 "
        f"whois/domain:{mask} whois/created:01.01.2020 whois/country:zz "
        "files/MD5:B8A9F715DBB64FD5C56E7783C6820A61 files/SHA1:AD782ECDAC770FC6EB9A62E44F90873FB97FB26B "
        "files/SHA256:3FC4CCFE745870E2C0D99F71F30FF0656C8DEDD41CC1D7D3D376B0DBE685E2F3 "
        "files/threat:HEUR:Trojan.Test.Two "
    )


def test_a_hash_is_reported_in_the_case_it_had_beside_the_feeds_own() -> None:
    upper = "776735A8CA96DB15B422879DA599F474"
    seen = found("Demo_Malicious_Hash_Data_Feed", 0, "RE_HASH", upper.lower(), "KL_Malicious_Hash_MD5", upper, "1004")

    line = line_of(seen, RE_IP="198.51.100.99", SRC_IP="10.1.2.6", UserName="dave ")

    assert line == (
        f"{HEAD}reason=KL_Malicious_Hash_MD5 dst=198.51.100.99 src=10.1.2.6 dvc=10.43.0.1 "
        f"fileHash={upper.lower()} request=- sourceServiceName=FortiGate sproc=FortiGate suser=dave  externalId=1004  "
        f"cs5Label=MatchedIndicator cs5={upper} msg=MD5:{upper} SHA1:B802F384302CB24FBAB0A44997E820BF2E8507BB "
        "SHA256:8B5B9DB0C13DB24256C829AA364AA90C6D2EBA318B9232A4AB9313B954D3555F first_seen:11.02.2020 10:10 "
        "last_seen:20.03.2020 11:11 popularity:5 threat:HEUR:Trojan.Test.Three file_size:123904 "
    )


def test_a_mask_is_reported_as_the_feed_wrote_it() -> None:
    url = "panel.example/admin/login/../users.php"
    mask = "panel.example/admin/*"
    seen = found("Demo_Botnet_CnC_URL_Data_Feed", 3, "RE_URL", url, "KL_BotnetCnC_URL", mask, "1005")

    line = line_of(seen, RE_IP="198.51.100.99", SRC_IP="10.1.2.7", UserName="erin ")

    assert line == (
        f"{HEAD}reason=KL_BotnetCnC_URL dst=198.51.100.99 src=10.1.2.7 dvc=10.43.0.1 fileHash=- request={url} "
        "sourceServiceName=FortiGate sproc=FortiGate suser=erin  externalId=1005  "
        f"cs5Label=MatchedIndicator cs5={mask} msg=id:13 type:20 mask:{mask} threat:HEUR:Trojan.Test.Panel "
        "first_seen:04.03.2020 09:00 last_seen:23.03.2020 10:00 popularity:2 geo:us "
    )


def found(feed: str, record: int, rule: str, observed: str, category: str, indicator: str, number: str) -> Detection:
    """A detection of this record, as the guide's rules take it."""
    context: dict[str, Any] = json.loads((FOLDER / f"{feed}.json").read_text())[record]
    chosen = tuple(load(CONF).configuration.feeds[feed].actionable.items())
    return made_detection(
        made_entry(context, category=category, indicator=indicator, feed=feed),
        rule=rule,
        observed=observed,
        time=datetime(2020, 3, 24, 10, 0, 1, tzinfo=UTC),
        values={**BASE, rule: observed, "Id": number},
        actionable=actionable_fields(context, chosen),
    )


def line_of(detection: Detection, **values: str) -> str:
    """What the guide's template says of it."""
    configuration = load(CONF).configuration
    detection.values.update(values)
    return template_named("cybertrace", configuration.templates).render(detection).decode()
