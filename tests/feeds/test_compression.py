"""Compressed feeds, honest and hostile."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from feed_rows import Collector, read, read_text
from vedette.config.settings import Feed
from vedette.errors import FeedError
from vedette.feeds.compression import Limits
from vedette.feeds.reading import read_feed

LIST = b"192.0.2.1\n192.0.2.2\n"
MIB = 1024 * 1024
COMMENT = b"#" * 1023 + b"\n"


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
    "zip": lambda content: zipped({"list.txt": content}),
    "gzip in zip": lambda content: zipped({"list.gz": gzip.compress(content)}),
    "zip in gzip": lambda content: gzip.compress(zipped({"list.txt": content})),
    "tar": lambda content: tarred({"list.txt": content}),
    "tar in gzip": lambda content: gzip.compress(tarred({"list.txt": content})),
    "xz in xz": lambda content: lzma.compress(lzma.compress(content)),
}


@pytest.mark.parametrize("packing", PACKED)
def test_a_feed_is_unpacked_by_its_first_bytes_whatever_its_name(tmp_path: Path, packing: str) -> None:
    collector, report = read_text(tmp_path, PACKED[packing](LIST), "feed.txt")

    assert [value for _, value in collector.pairs()] == ["192.0.2.1", "192.0.2.2"]
    assert report.size_bytes == (tmp_path / "feed.txt").stat().st_size


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd])
def test_streams_one_behind_the_other_are_one_feed(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    collector, _ = read_text(tmp_path, pack(b"192.0.2.1\n") + pack(b"192.0.2.2\n"))

    assert len(collector.rows) == 2


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd])
def test_a_large_feed_comes_out_whole(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    lines = [f"host{number}.example.com" for number in range(100_000)]

    collector, _ = read_text(tmp_path, pack("\n".join(lines).encode()), kind="domain")

    # The index puts what the core read in an order of its own.
    assert sorted(str(row[1]) for row in collector.rows) == sorted(lines)


def test_every_member_of_a_zip_is_read_and_named_in_its_rejects(tmp_path: Path) -> None:
    content = zipped({"a.txt": LIST, "b/c.csv": b"ip,note\n192.0.2.3,x\n192.0.2,y\n", "logo.png": b"\x89PNG\0\0"})

    collector, report = read_text(tmp_path, content, "feeds.zip")

    assert len(collector.rows) == 3
    assert [reject.file.rsplit("/", 1)[-1] for reject in report.rejects[1:]] == ["feeds.zip!logo.png"]
    assert report.rejects[0].file.endswith("feeds.zip!b/c.csv")
    assert report.format == "plain, csv, none"


def test_what_is_packed_four_times_over_is_turned_away(tmp_path: Path) -> None:
    content = gzip.compress(gzip.compress(gzip.compress(gzip.compress(LIST))))

    with pytest.raises(FeedError, match="packed more than 3 times over"):
        read_text(tmp_path, content)


@pytest.mark.parametrize("packing", [packing for packing in PACKED if packing != "tar"])
def test_a_bomb_is_stopped_with_its_numbers(tmp_path: Path, packing: str) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(PACKED[packing](COMMENT * 8192))

    with pytest.raises(FeedError, match=r"decompression bomb: [\d,]+ bytes and more out of [\d,]+"):
        read_feed("sample", Feed(path=path), Collector(), limits=Limits(ratio_from_bytes=2 * MIB))


def test_sixty_four_megabytes_are_let_through_before_the_ratio_counts(tmp_path: Path) -> None:
    small = gzip.compress(COMMENT * 63 * 1024 + LIST)
    large = gzip.compress(COMMENT * 65 * 1024 + LIST)

    collector, _ = read_text(tmp_path, small)

    assert len(collector.rows) == 2
    with pytest.raises(FeedError, match="beyond 67,108,864 bytes no more than 200 to 1 is allowed"):
        read_text(tmp_path, large)


def test_more_than_the_limit_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "feed.gz"
    path.write_bytes(gzip.compress(LIST * 1000))

    with pytest.raises(FeedError, match="unpacks to more than 10,000 bytes, the limit"):
        read_feed("sample", Feed(path=path), Collector(), limits=Limits(unpacked_bytes=10_000))


@pytest.mark.parametrize("packing", PACKED)
def test_a_feed_that_was_cut_short_is_an_error_in_words(tmp_path: Path, packing: str) -> None:
    content = PACKED[packing](b"".join(b"host%d.example.com\n" % number for number in range(5000)))

    with pytest.raises(FeedError, match=r"^feeds.sample: .*feed: its compressed data is damaged: "):
        read_text(tmp_path, content[: len(content) // 2], "feed")


def test_an_encrypted_member_is_an_error_that_names_it(tmp_path: Path) -> None:
    content = bytearray(zipped({"secret.txt": LIST}))
    directory = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[directory + 8] |= 1

    with pytest.raises(FeedError, match=r"'secret\.txt' in the archive is encrypted"):
        read_text(tmp_path, bytes(content))


def test_an_xz_that_asks_for_too_much_memory_is_turned_away(tmp_path: Path) -> None:
    greedy = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 * MIB}]

    with pytest.raises(FeedError, match=r"[Mm]emory"):
        read_text(tmp_path, lzma.compress(LIST, filters=greedy))


def test_an_empty_zip_holds_no_indicators(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(zipped({}))

    with pytest.raises(FeedError, match="holds no indicators"):
        read(path)
