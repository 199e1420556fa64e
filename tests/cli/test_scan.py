"""`vedette scan`: files, folders, archives, standard input."""

import gzip
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from cli.command import vedette
from cli.test_index import built

EVENTS = b"one dst=203.0.113.9 x\n\ntwo nothing\nthree host=www.bad.example.com end\n"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return built(tmp_path, "203.0.113.9", "bad.example.com")


def scan(index: Path, *paths: Path | str, stdin: bytes = b"") -> list[dict[str, object]]:
    done = vedette("scan", "--index", index, "--format", "json", *paths, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_detection_says_what_was_seen_where_and_why(index: Path, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(EVENTS)

    first, second = scan(index, tmp_path / "a.log")

    assert first["event_line"] == 1
    assert first["origin"] == str(tmp_path / "a.log")
    assert (first["kind"], first["observed"], first["normal_form"]) == ("ipv4", "203.0.113.9", "203.0.113.9")
    assert first["span"] == [8, 19]
    assert (second["event_line"], second["indicator"], second["observed"]) == (
        4,
        "bad.example.com",
        "www.bad.example.com",
    )
    assert (second["feed"], second["category"], second["confidence"]) == ("bad", "Bad", 80)
    assert (second["rule"], second["generation"], second["context"]) == ("auto", 1, {})


def test_folders_compressed_files_archives_and_standard_input_are_scanned(index: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs" / "deep"
    logs.mkdir(parents=True)
    (logs / "a.log.gz").write_bytes(gzip.compress(EVENTS))
    with zipfile.ZipFile(logs / "b.zip", "w") as archive:
        archive.writestr("in/c.log", EVENTS)

    with tarfile.open(logs / "d.tgz", "w:gz") as tar:
        tar.add(logs / "a.log.gz", "in/a.log.gz")

    detections = scan(index, tmp_path / "logs", "-", stdin=EVENTS)

    assert [one["event_line"] for one in detections] == [1, 4] * 4
    assert {one["origin"] for one in detections} == {
        str(logs / "a.log.gz"),
        f"{logs / 'b.zip'}!in/c.log",
        f"{logs / 'd.tgz'}!in/a.log.gz",
        "-",
    }


def test_threads_change_nothing_but_time(index: Path, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(EVENTS * 5000)

    one = vedette("scan", "--index", index, "--format", "csv", tmp_path / "a.log")
    four = vedette("scan", "--index", index, "--format", "csv", "--threads", "4", tmp_path / "a.log")

    assert one.stdout == four.stdout
    assert len(one.stdout.splitlines()) == 10_001


def test_a_damaged_archive_is_named_and_the_rest_is_scanned(index: Path, tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(EVENTS)[:-12])
    (tmp_path / "b.log").write_bytes(EVENTS)

    done = vedette("scan", "--index", index, "--format", "json", tmp_path / "a.log.gz", tmp_path / "b.log")

    assert done.returncode == 1
    assert "a.log.gz" in done.stderr
    assert any(json.loads(line)["origin"].endswith("b.log") for line in done.stdout.splitlines())


def test_a_profile_of_a_configuration_takes_the_place_of_auto(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("203.0.113.9\n")
    (tmp_path / "vedette.yaml").write_text(
        "feeds: {bad: {path: bad.txt}}\nprofiles: {default: {rules: {DST: {type: ip, regex: 'dst=(\\S+)'}}}}\n"
    )

    done = vedette(
        "scan", "-c", tmp_path / "vedette.yaml", "--format", "json", "-", stdin=b"src=203.0.113.9 dst=203.0.113.9\n"
    )

    detection = json.loads(done.stdout)
    assert (detection["rule"], detection["span"]) == ("DST", [20, 31])


def test_hostile_bytes_are_scanned_to_their_end(index: Path) -> None:
    events = b"\x00\xff\xfe \xed\xa0\x80 dst=203.0.113.9\n" + b"A" * 200_000 + b" 203.0.113.9\n"

    detections = scan(index, "-", stdin=events)

    assert [one["event_line"] for one in detections] == [1, 2]


def test_without_anything_to_match_against_it_says_what_is_missing(tmp_path: Path) -> None:
    done = vedette("scan", tmp_path)

    assert done.returncode == 2
    assert "--index" in done.stderr
