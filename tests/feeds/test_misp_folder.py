"""The folder of a MISP feed: the events that its manifest names are read, and no others."""

from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest

from feed_rows import read
from vedette.config.settings import Feed
from vedette.engine.generation import feed_as_it_stands
from vedette.errors import FeedError

FIRST, SECOND, THIRD = (f"6f1b2c3d-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))


def made_folder(folder: Path, *, named: tuple[str, ...], there: tuple[str, ...]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_bytes(msgspec.json.encode({uuid: {"info": "A day"} for uuid in named}))
    for uuid in there:
        attribute = {"type": "ip-dst", "value": f"192.0.2.{uuid[-1]}", "to_ids": True}
        (folder / f"{uuid}.json").write_bytes(msgspec.json.encode({"Event": {"uuid": uuid, "Attribute": [attribute]}}))
    (folder / "hashes.csv").write_text(f"{'a' * 32},{FIRST}\n")
    return folder


def test_the_events_that_the_manifest_names_are_read_and_others_are_left_out(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "feed", named=(FIRST, SECOND), there=(FIRST, SECOND, THIRD))

    collector, report = read(folder)

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]
    assert (report.format, report.rejected) == ("misp", 0)
    assert [count for _, count in report.left_out] == [1, 1]
    assert "the manifest does not name" in report.left_out[0][0]
    assert "hashes of values" in report.left_out[1][0]


def test_an_event_that_is_missing_or_no_event_costs_itself_alone(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "feed", named=(FIRST, SECOND, "../../etc/passwd", THIRD), there=(THIRD,))
    (folder / f"{SECOND}.json").write_text("<html>log in</html>")

    collector, report = read(folder)

    assert collector.pairs() == [("ipv4", "192.0.2.3")]
    assert [reject.reason[:40] for reject in report.rejects] == [
        f"the manifest names {FIRST}"[:40],
        "it is an HTML page, not a feed; is a log",
        "the manifest names '../../etc/passwd', w",
    ]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = made_folder(tmp_path / "other", named=(SECOND,), there=(SECOND,))
    folder = made_folder(tmp_path / "feed", named=(FIRST, SECOND), there=(FIRST,))
    (folder / f"{SECOND}.json").symlink_to(outside / f"{SECOND}.json")

    collector, report = read(folder)

    assert collector.pairs() == [("ipv4", "192.0.2.1")]
    assert report.rejected == 1


def test_an_archive_of_such_a_folder_is_read_and_its_manifest_and_hashes_are_left_out(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "feed", named=(FIRST, SECOND), there=(FIRST, SECOND))
    with ZipFile(tmp_path / "feed.zip", "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)

    collector, report = read(tmp_path / "feed.zip")

    assert collector.pairs() == [("ipv4", "192.0.2.1"), ("ipv4", "192.0.2.2")]
    assert report.rejected == 0
    assert sum(count for _, count in report.left_out) == 2


@pytest.mark.parametrize(("file", "why"), [("manifest.json", "manifests of MISP feeds"), ("hashes.csv", "hashes of")])
def test_a_part_of_such_a_folder_is_no_feed_by_itself(tmp_path: Path, file: str, why: str) -> None:
    folder = made_folder(tmp_path / "feed", named=(FIRST,), there=(FIRST,))

    with pytest.raises(FeedError, match=why):
        read(folder / file)


@pytest.mark.parametrize("manifest", [None, b"[]", b"{}", b"{" * 1_000_000, b"\xff"])
def test_another_folder_is_turned_away_in_words(tmp_path: Path, manifest: bytes | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_bytes(manifest)

    with pytest.raises(FeedError, match="manifest"):
        read(tmp_path)


def test_a_new_manifest_makes_the_feed_another(tmp_path: Path) -> None:
    folder = made_folder(tmp_path / "feed", named=(FIRST,), there=(FIRST,))
    before = feed_as_it_stands("misp", Feed(path=folder))

    made_folder(tmp_path / "feed", named=(FIRST, SECOND), there=(FIRST, SECOND))

    assert feed_as_it_stands("misp", Feed(path=folder)) != before
