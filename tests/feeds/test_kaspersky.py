"""Kaspersky's record shapes."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from feed_rows import read, read_text
from shared_data import SHARED, needs_shared_data
from vedette.config.settings import FieldRule

DEMO = SHARED / "cybertrace"


def json_of(*records: Mapping[str, object]) -> str:
    return msgspec.json.encode(records).decode()


@needs_shared_data
def test_the_demo_reputation_feed_gives_addresses_and_the_files_seen_with_them() -> None:
    collector, report = read(DEMO / "Demo_IP_Reputation_Data_Feed.json")

    assert collector.pairs() == [
        ("ipv4", "192.0.2.1"),
        ("md5", "F97C5D29941BFB1B2FDAB0874906AB82"),
        ("sha256", "7692C3AD3540BB803C020B3AEE66CD8887123234EA0C6E7143C0ADD73FF431ED"),
        ("ipv4", "198.51.100.23"),
        ("ipv4", "203.0.113.200"),
    ]
    hashes = ["KL_IP_Reputation_Hash_MD5", "KL_IP_Reputation_Hash_SHA256"]
    assert collector.categories() == ["KL_IP_Reputation", *hashes, "KL_IP_Reputation", "KL_IP_Reputation"]
    assert (report.format, report.records, report.indicators, report.rejected) == ("kaspersky", 3, 5, 0)


@needs_shared_data
def test_the_demo_records_are_kept_whole_as_context_with_their_times() -> None:
    collector, _ = read(DEMO / "Demo_IP_Reputation_Data_Feed.json")

    records = msgspec.json.decode((DEMO / "Demo_IP_Reputation_Data_Feed.json").read_bytes())
    assert collector.contexts() == [records[0], records[0], records[0], records[1], records[2]]
    # 03.02.2020 11:07 and 22.03.2020 08:41, in UTC.
    assert collector.rows[0][4:7] == (1580728020000, 1584866460000, None)


@needs_shared_data
def test_the_demo_botnet_masks_reach_as_far_as_their_type_says() -> None:
    collector, _ = read(DEMO / "Demo_Botnet_CnC_URL_Data_Feed.json")

    assert collector.values() == [
        ("domain", "5a015004f9fc05290d87e86d69c4b237.com", "subdomains"),
        ("md5", "B8A9F715DBB64FD5C56E7783C6820A61", None),
        ("sha1", "AD782ECDAC770FC6EB9A62E44F90873FB97FB26B", None),
        ("sha256", "3FC4CCFE745870E2C0D99F71F30FF0656C8DEDD41CC1D7D3D376B0DBE685E2F3", None),
        ("domain", "gate.botnet.example", "host"),
        ("url", "drop.example/a/b.exe", "exact"),
        ("url", "panel.example/admin/*", "mask"),
    ]
    hashes = [f"KL_BotnetCnC_Hash_{kind}" for kind in ("MD5", "SHA1", "SHA256")]
    assert collector.categories() == ["KL_BotnetCnC_URL", *hashes, *["KL_BotnetCnC_URL"] * 3]


@needs_shared_data
def test_the_demo_hash_feed_gives_every_hash_of_a_record() -> None:
    collector, _ = read(DEMO / "Demo_Malicious_Hash_Data_Feed.json")

    assert [kind for kind, _ in collector.pairs()] == ["md5", "sha1", "sha256", "md5"]
    assert set(collector.categories()) == {f"KL_Malicious_Hash_{kind}" for kind in ("MD5", "SHA1", "SHA256")}


@needs_shared_data
def test_fields_take_only_what_they_name_under_their_own_categories() -> None:
    fields = (FieldRule(field="mask", kind="url", category="A"), FieldRule(field="files/MD5", category="B"))

    collector, _ = read(DEMO / "Demo_Botnet_CnC_URL_Data_Feed.json", fields=fields)

    assert [kind for kind, _ in collector.pairs()] == ["domain", "md5", "domain", "url", "url"]
    assert collector.categories() == ["A", "B", "A", "A", "A"]


@pytest.mark.parametrize(
    ("type_", "mask", "kind", "scope"),
    [
        (1, "bad.example.com", "domain", "subdomains"),
        ("1", "*.bad.example.com", "domain", "subdomains"),
        (1, "192.0.2.1", "ipv4", None),
        (2, "bad.example.com", "domain", "host"),
        (2, "192.0.2.1:8080", "ip_port", None),
        (3, "bad.example.com/a", "url", "prefix"),
        (4, "bad.example.com/a", "url", "exact"),
        (4, "bad.example.com/a*", "url", "mask"),
        (20, "bad.example.com/a/*", "url", "mask"),
        (22, "bad.example.com/a?x=*", "url", "mask"),
    ],
)
def test_the_type_of_a_mask_says_its_scope(
    tmp_path: Path, type_: object, mask: str, kind: str, scope: str | None
) -> None:
    collector, _ = read_text(tmp_path, json_of({"type": type_, "mask": mask}), "Malicious_URL_Data_Feed.json")

    assert collector.values() == [(kind, mask, scope)]
    assert collector.categories() == ["KL_Malicious_URL"]


def test_a_mask_of_an_unknown_type_is_refused_and_the_next_record_is_read(tmp_path: Path) -> None:
    records = [{"type": 9, "mask": "a.example.com"}, {"type": 1, "mask": "b.example.com"}]

    collector, report = read_text(tmp_path, json_of(*records))

    assert collector.pairs() == [("domain", "b.example.com")]
    assert [str(reject).split(": ", 1)[1] for reject in report.rejects] == [
        "record 1: `type` is 9; there are: 1 to 4, 19 to 22"
    ]


def test_the_exact_flavour_gives_urls_hosts_and_domains(tmp_path: Path) -> None:
    record = {
        "urls": [{"url": "http://a.example.com/x"}],
        "hosts": [{"host": "b.example.com"}, {"host": "192.0.2.1"}],
        "domains": [{"domain": "c.example.com"}],
    }

    collector, report = read_text(tmp_path, json_of(record), "Phishing_URL_Data_Feed.json")

    assert collector.values() == [
        ("url", "http://a.example.com/x", None),
        ("domain", "b.example.com", "host"),
        ("ipv4", "192.0.2.1", None),
        ("domain", "c.example.com", "subdomains"),
    ]
    assert (report.format, set(collector.categories())) == ("kaspersky", {"KL_Phishing_URL"})


def test_a_mobile_botnet_record_gives_its_hash_and_the_masks_of_its_details(tmp_path: Path) -> None:
    record = {
        "MD5": "A" * 32,
        "verdict": "Trojan",
        "Details": [{"Mask": "a.example.com/*"}, {"Mask": "b.example.com/c"}],
    }

    collector, _ = read_text(tmp_path, json_of(record), "Mobile_Botnet_Data_Feed.json")

    assert collector.values() == [
        ("md5", "A" * 32, None),
        ("url", "a.example.com/*", "mask"),
        ("url", "b.example.com/c", None),
    ]


@pytest.mark.parametrize(
    ("file", "category"),
    [
        ("Demo_Ransomware_URL_Data_Feed.json", "KL_Ransomware_URL"),
        ("IoT_URL_Data_Feed.json", "KL_IoT_URL"),
        ("APT_URL_Data_Feed.json", "KL_APT_URL"),
        ("ICS_Feed.json", "KL_ICS_URL"),
        ("InternalTI.json", "KL_InternalTI_URL"),
        ("captures.json", "sample"),
    ],
)
def test_the_category_comes_from_the_files_name_where_it_is_one_of_the_vendors(
    tmp_path: Path, file: str, category: str
) -> None:
    collector, _ = read_text(tmp_path, json_of({"type": 1, "mask": "a.example.com"}), file)

    assert collector.categories() == [category]
