"""Reading a feed: the report, and feeds that are none."""

import hashlib
import os
import random
from pathlib import Path

import pytest

from feed_rows import Collector, read, read_text
from vedette.config.settings import Feed
from vedette.errors import FeedError
from vedette.feeds.reading import read_feed
from vedette.feeds.report import EmptyFeedError


def test_the_report_says_what_was_read_from_which_bytes(tmp_path: Path) -> None:
    content = "192.0.2.1\nbroken\n192.0.2.2\n"

    _, report = read_text(tmp_path, content, "list.txt")

    assert (report.feed, report.file, report.format) == ("sample", str(tmp_path / "list.txt"), "plain")
    assert (report.records, report.indicators, report.rejected, len(report.rejects)) == (3, 2, 1, 1)
    assert (report.size_bytes, report.sha256) == (len(content), hashlib.sha256(content.encode()).hexdigest())


def test_rejects_are_all_counted_and_the_first_thousand_kept(tmp_path: Path) -> None:
    _, report = read_text(tmp_path, "192.0.2.1\n" + "x\n" * 5000)

    assert report.rejected == 5000
    assert [report.rejects[0].place, report.rejects[-1].place, len(report.rejects)] == [2, 1001, 1000]


def test_the_reason_of_a_reject_is_cut_where_a_feed_would_make_it_long(tmp_path: Path) -> None:
    _, report = read_text(tmp_path, "type,value,feed\nip,192.0.2.1,a\n" + "t" * 50_000 + ",x,a\n")

    assert len(report.rejects[0].reason) < 400


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b"<!DOCTYPE html><html>Log in</html>", "it is an HTML page, not a feed"),
        (b"  <HTML><head>", "it is an HTML page, not a feed"),
        (b'<?xml version="1.0"?><list/>', "it holds no indicators"),
        (b"\x7fELF\x02\x01\0\0", "it is binary, not text"),
        (random.Random(7).randbytes(10_000), "it is binary, not text"),
        ("192.0.2.1\n".encode("utf-16"), "it is UTF-16; UTF-8 is wanted"),
        (b"# nothing but a comment\n", "it holds no indicators"),
        (b"[]", "it holds no indicators"),
        (b"hello world\n", "it holds no indicators \\(plain format\\); 1 rejected, the first: .*line 1"),
        (b'{"a": ', "broken JSON"),
        (b"[{]", "it holds no indicators"),
    ],
)
def test_what_is_no_feed_is_an_error_in_words(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(FeedError, match=f"^feeds.sample: .*feed.txt: {reason}"):
        read_text(tmp_path, content)


@pytest.mark.parametrize(
    ("text", "format_", "place"),
    [
        (b"192.0.2.1\nb\0d.example.com\n192.0.2.2\n", "plain", 2),
        (b"type,value,feed\nip,192.0.2.1,a\nip,192.0.2.\x003,a\nip,192.0.2.2,a\n", "csv", 3),
        (b'{"ip": "192.0.2.1"}\n{"ip": "192.0.\x002.3"}\n{"ip": "192.0.2.2"}\n', "jsonl", 2),
    ],
)
def test_a_nul_near_the_start_costs_its_own_record_alone(tmp_path: Path, text: bytes, format_: str, place: int) -> None:
    collector, report = read_text(tmp_path, text)

    assert (report.format, report.rejected, report.rejects[0].place) == (format_, 1, place)
    assert [value for _, value in collector.pairs()] == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_feed_whose_every_line_holds_nuls_is_no_text(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(FeedError, match="it is binary, not text"):
        read_text(tmp_path, "192.0.2.1\n192.0.2.2\n192.0.2.3\n".encode(encoding))


def test_a_missing_file_and_a_folder_are_errors_in_words(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="there is no such file"):
        read(tmp_path / "absent.txt")
    with pytest.raises(FeedError, match="it is a folder; a file is wanted"):
        read(tmp_path)


def test_a_pipe_is_turned_away_before_it_blocks(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FeedError, match="it is no regular file"):
        read(tmp_path / "pipe")


def test_an_empty_feed_brings_its_report(tmp_path: Path) -> None:
    with pytest.raises(EmptyFeedError) as caught:
        read_text(tmp_path, "no\nindicators\n")

    assert caught.value.report.rejected == 2


def test_progress_ends_with_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "feed.txt"
    path.write_text("".join(f"host{number}.example.com\n" for number in range(100_000)))
    seen: list[tuple[int, int]] = []

    read_feed("sample", Feed(path=path), Collector(), lambda *progress: seen.append(progress))

    size = path.stat().st_size
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert seen[-1] == (size, size)


def test_a_line_of_seventeen_megabytes_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    text = b"192.0.2.1\n" + b"x" * (17 * 1024 * 1024) + b"\n192.0.2.2\n"

    collector, report = read_text(tmp_path, text)

    assert [value for _, value in collector.pairs()] == ["192.0.2.1", "192.0.2.2"]
    assert [(reject.place, reject.reason) for reject in report.rejects] == [(2, "a line of more than 16,777,216 bytes")]


def test_values_that_make_up_facts_without_end_are_refused_beyond_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vedette.feeds.facts.LIMIT", 10)
    text = "ip,category\n" + "".join(f"192.0.2.{number},made up {number}\n" for number in range(50))

    collector, report = read_text(tmp_path, text)

    assert (len(collector.rows), report.rejected) == (10, 40)
    assert "more than 10 combinations" in report.rejects[0].reason
