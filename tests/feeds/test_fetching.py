"""Feeds over HTTP: what is asked, what is kept, and what a server may do wrong."""

import asyncio
import gzip
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from servers.certificates import Certificates, needs_openssl
from servers.web import Answer, Asked, Web
from vedette.config.fetching import HttpFetch
from vedette.config.settings import Feed
from vedette.errors import FeedError
from vedette.feeds.fetch_record import FetchRecord, record_of
from vedette.feeds.fetching import FetchReport, fetch_all, fetch_feed
from vedette.feeds.transports.transport import Watch

LIST = b"192.0.2.1\nevil.example\n"


def feed_in(folder: Path, url: str, **its: Any) -> Feed:
    fetch = HttpFetch.model_validate({"url": url, "retries": 0, "timeout_s": 5, **its})
    return Feed(path=folder / "feeds" / "bad" / "content", fetch=fetch)


def fetched(
    folder: Path, answer: Callable[[Asked], Answer], path: str = "/list.txt", times: int = 1, **its: Any
) -> tuple[list[FetchReport | FeedError], list[Asked], Feed]:
    """What came of fetching it so often from a server that answers so."""

    async def sleep(seconds: float) -> None:
        assert seconds > 0

    async def run() -> tuple[list[FetchReport | FeedError], list[Asked], Feed]:
        found: list[FetchReport | FeedError] = []
        async with Web(answer) as web:
            feed = feed_in(folder, web.url + path, **its)
            for _ in range(times):
                try:
                    found.append(await fetch_feed("bad", feed, sleep=sleep))
                except FeedError as fault:
                    found.append(fault)
        return found, web.asked, feed

    return asyncio.run(run())


def failure(folder: Path, answer: Callable[[Asked], Answer], **its: Any) -> str:
    (fault,), _, feed = fetched(folder, answer, **its)
    assert isinstance(fault, FeedError)
    assert record_of(feed).fault
    return str(fault)


def test_what_came_is_kept_with_what_is_known_of_it(tmp_path: Path) -> None:
    headers = {"ETag": '"1"', "Last-Modified": "Tue, 01 Sep 2026 00:00:00 GMT"}

    (report,), (asked,), feed = fetched(tmp_path, lambda _: Answer(body=LIST, headers=headers))

    assert isinstance(report, FetchReport)
    assert report.changed
    assert feed.path.read_bytes() == LIST
    assert asked.headers["user-agent"].startswith("vedette/")
    record = record_of(feed)
    assert record == report.record
    assert (record.known.etag, record.size_bytes, record.failures, record.fault) == ('"1"', len(LIST), 0, "")
    assert sorted(path.name for path in feed.path.parent.iterdir()) == ["LOCK", "content", "fetch.json"]


def test_what_the_server_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"1"':
            return Answer(304)
        return Answer(body=LIST, headers={"ETag": '"1"'})

    (first, second), _, feed = fetched(tmp_path, answer, times=2)

    assert isinstance(first, FetchReport)
    assert isinstance(second, FetchReport)
    assert (first.changed, second.changed) == (True, False)
    assert second.record.changed_at == first.record.changed_at
    assert feed.path.read_bytes() == LIST


def test_a_server_that_sends_the_same_again_changes_nothing(tmp_path: Path) -> None:
    reports, _, feed = fetched(tmp_path, lambda _: Answer(body=LIST), times=2)

    assert [isinstance(one, FetchReport) and one.changed for one in reports] == [True, False]
    assert feed.path.stat().st_nlink == 1


def test_content_that_was_lost_is_asked_for_anew(tmp_path: Path) -> None:
    _, _, feed = fetched(tmp_path, lambda _: Answer(body=LIST, headers={"ETag": '"1"'}))
    feed.path.unlink()

    _, (asked,), _ = fetched(tmp_path, lambda _: Answer(body=LIST, headers={"ETag": '"1"'}))

    assert "if-none-match" not in asked.headers
    assert feed.path.read_bytes() == LIST


def test_secrets_go_where_they_are_named_and_into_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAD_KEY", "s3cret-key")
    (tmp_path / "password").write_text("pass word\n")
    its: dict[str, Any] = {
        "secrets": {"key": {"env": "BAD_KEY"}, "password": {"file": tmp_path / "password"}},
        "headers": {"Auth-Key": "{key}"},
        "user": "me",
        "password": "{password}",
        "body": '{"key":"{key}","days":1}',
    }

    (fault,), (asked,), feed = fetched(tmp_path, lambda _: Answer(403), path="/{key}/list", **its)

    assert (asked.method, asked.path, asked.headers["auth-key"]) == ("POST", "/s3cret-key/list", "s3cret-key")
    assert asked.headers["authorization"] == "Basic bWU6cGFzcyB3b3Jk"
    assert asked.body == b'{"key":"s3cret-key","days":1}'
    assert "refuses access (403" in str(fault)
    for told in (str(fault), (feed.path.parent / "fetch.json").read_text()):
        assert "s3cret" not in told
        assert "pass" not in told.replace("passes", "")


def test_a_secret_that_is_not_there_is_named(tmp_path: Path) -> None:
    its = {"secrets": {"key": {"env": "VEDETTE_TEST_NO_SUCH"}}, "headers": {"Auth-Key": "{key}"}}

    assert failure(tmp_path, lambda _: Answer(body=LIST), **its) == (
        "feeds.bad: secret `key`: the variable VEDETTE_TEST_NO_SUCH of the environment holds nothing"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(404), "there is nothing at this address (404"),
        (Answer(401), "the server wants other credentials (401"),
        (Answer(500), "500 Said"),
        (Answer(body=b""), "what came is empty"),
        (Answer(body=b"<!DOCTYPE html><p>Log in"), "it is an HTML page, not a feed"),
        (Answer(body=gzip.compress(LIST * 4000)[:60]), "what came is damaged"),
        (Answer(body=LIST, cut=5), "the connection failed"),
        (Answer(body=b"x", headers={"Content-Encoding": "br"}), "coded as `br`, which was not asked for"),
        (Answer(body=b"no gzip", headers={"Content-Encoding": "gzip"}), "damaged while it was sent"),
        (Answer(body=gzip.compress(LIST)[:-9], headers={"Content-Encoding": "gzip"}), "cut short while it was sent"),
        (Answer(302, headers={"Location": "/list.txt"}), "more than 5 redirects: do they lead in a circle?"),
        (Answer(302, headers={"Location": "file:///etc/passwd"}), "it redirects from http to file"),
    ],
)
def test_what_is_no_feed_leaves_the_one_that_is_kept(tmp_path: Path, answer: Answer, said: str) -> None:
    fetched(tmp_path, lambda _: Answer(body=LIST))

    (fault,), _, feed = fetched(tmp_path, lambda _: answer)

    assert isinstance(fault, FeedError)
    assert said in str(fault)
    assert feed.path.read_bytes() == LIST
    record = record_of(feed)
    assert (record.failures, record.sha256 != "", said in record.fault) == (1, True, True)
    assert sorted(path.name for path in feed.path.parent.iterdir()) == ["LOCK", "content", "fetch.json"]


def test_a_feed_that_is_too_long_is_turned_away_by_what_it_says_and_by_what_comes(tmp_path: Path) -> None:
    long = b"192.0.2.1\n" * 10_000
    bomb = gzip.compress(b"\0" * 50_000_000)

    said = "it is longer than 1,000 bytes (`limit_bytes`)"
    assert said in failure(tmp_path, lambda _: Answer(body=long), limit_bytes=1000)
    unsaid = Answer(body=bomb, headers={"Content-Encoding": "gzip"})
    assert said in failure(tmp_path, lambda _: unsaid, limit_bytes=1000)


def test_a_server_that_drips_is_left_in_time(tmp_path: Path) -> None:
    begun = time.monotonic()

    said = failure(tmp_path, lambda _: Answer(body=LIST * 100, pause_s=0.01), whole_s=0.3)

    assert "not whole in 0.3 s" in said
    assert time.monotonic() - begun < 10


def test_a_server_that_says_nothing_is_left_in_time(tmp_path: Path) -> None:
    said = failure(tmp_path, lambda _: Answer(body=LIST * 100, pause_s=3.0), timeout_s=0.2)

    assert "no answer in 0.2 s" in said


def test_what_passes_is_tried_again_and_retry_after_is_heeded(tmp_path: Path) -> None:
    answers = iter([Answer(503, headers={"Retry-After": "7"}), Answer(500), Answer(body=LIST)])

    (report,), asked, _ = fetched(tmp_path, lambda _: next(answers), retries=2)

    assert isinstance(report, FetchReport)
    assert len(asked) == 3


def test_a_server_that_wants_to_be_left_alone_for_long_is(tmp_path: Path) -> None:
    answer = Answer(429, headers={"Retry-After": "4000"})

    (fault,), asked, feed = fetched(tmp_path, lambda _: answer, retries=5)

    assert isinstance(fault, FeedError)
    assert len(asked) == 1
    record = record_of(feed)
    assert record.tried_at is not None
    assert record.due_at(60) == record.tried_at + timedelta(seconds=4000)


def test_what_is_certain_is_not_tried_again(tmp_path: Path) -> None:
    _, asked, _ = fetched(tmp_path, lambda _: Answer(404), retries=5)

    assert len(asked) == 1


def test_what_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    body = b"".join(b"192.0.2.%d\n" % (number % 250) for number in range(10_000))

    def answer(asked: Asked) -> Answer:
        headers = {"ETag": '"1"', "Accept-Ranges": "bytes"}
        if "range" not in asked.headers:
            return Answer(body=body, headers=headers, cut=50_000)
        assert asked.headers["if-range"] == '"1"'
        begin = int(asked.headers["range"].removeprefix("bytes=").removesuffix("-"))
        part = body[begin:]
        return Answer(206, part, {**headers, "Content-Range": f"bytes {begin}-{len(body) - 1}/{len(body)}"})

    (report,), asked, feed = fetched(tmp_path, answer, retries=1)

    assert isinstance(report, FetchReport)
    assert feed.path.read_bytes() == body
    assert asked[1].headers["range"] == "bytes=50000-"


def test_a_server_that_has_another_content_meanwhile_is_read_from_its_beginning(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Answer:
        headers = {"ETag": '"1"', "Accept-Ranges": "bytes"}
        if "range" in asked.headers:
            return Answer(body=LIST, headers={"ETag": '"2"'})
        return Answer(body=b"198.51.100.1\n" * 1000, headers=headers, cut=5000)

    (report,), _, feed = fetched(tmp_path, answer, retries=1)

    assert isinstance(report, FetchReport)
    assert feed.path.read_bytes() == LIST
    assert report.record.known.etag == '"2"'


def test_another_server_gets_neither_headers_nor_body_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAD_KEY", "s3cret-key")
    its = {"secrets": {"key": {"env": "BAD_KEY"}}, "headers": {"Auth-Key": "{key}"}, "user": "me", "password": "{key}"}

    async def run() -> tuple[list[Asked], list[Asked]]:
        async with (
            Web(lambda _: Answer(body=LIST)) as other,
            Web(lambda _: Answer(302, headers={"Location": f"{other.url}/x"})) as web,
        ):
            await fetch_feed("bad", feed_in(tmp_path, f"{web.url}/list", **its))
            return web.asked, other.asked

    ours, theirs = asyncio.run(run())

    assert ours[0].headers["auth-key"] == "s3cret-key"
    assert "s3cret-key" not in repr(theirs)
    assert "authorization" not in theirs[0].headers


@needs_openssl
def test_a_server_that_asks_for_a_certificate_gets_ours_and_one_that_is_not_trusted_nothing(tmp_path: Path) -> None:
    made = Certificates.made_in(tmp_path)

    async def run() -> tuple[FetchReport, dict[str, FetchReport | FeedError]]:
        async with Web(lambda _: Answer(body=LIST), made.server_context(asks_client=True)) as web:
            known = feed_in(tmp_path, web.url, ca=made.ca, client_certificate=made.client)
            others = {
                "untrusted": feed_in(tmp_path / "a", web.url, client_certificate=made.client),
                "unnamed": feed_in(tmp_path / "b", web.url, ca=made.ca),
            }
            return await fetch_feed("bad", known), await fetch_all(others)

    report, others = asyncio.run(run())

    assert report.changed
    assert "no trusted connection" in str(others["untrusted"])
    assert isinstance(others["unnamed"], FeedError)


def test_feeds_come_at_once_and_one_that_fails_holds_no_other_up(tmp_path: Path) -> None:
    async def run() -> dict[str, FetchReport | FeedError]:
        async with Web(lambda asked: Answer(body=LIST) if asked.path == "/a" else Answer(404)) as web:
            feeds = {name: feed_in(tmp_path / name, f"{web.url}/{name}") for name in ("b", "a", "c")}
            return await fetch_all(feeds)

    found = asyncio.run(run())

    assert list(found) == ["b", "a", "c"]
    assert [isinstance(one, FetchReport) for one in found.values()] == [False, True, False]


def test_two_processes_do_not_fetch_one_feed(tmp_path: Path) -> None:
    async def run() -> None:
        async with Web(lambda _: Answer(body=LIST)) as web:
            feed = feed_in(tmp_path, web.url)

            async def other(_come: int, _all: int) -> None:
                await fetch_feed("bad", feed)

            others: list[asyncio.Task[None]] = []
            watch = Watch(lambda come, whole: others.append(asyncio.ensure_future(other(come, whole))))
            await fetch_feed("bad", feed, watch)
            with pytest.raises(FeedError, match="another process is fetching it"):
                await others[0]

    asyncio.run(run())


@pytest.mark.parametrize(("failures", "after_s"), [(0, 3600), (1, 60), (2, 120), (5, 960), (7, 3600), (9000, 3600)])
def test_a_feed_that_failed_is_due_sooner(failures: int, after_s: float) -> None:
    tried_at = datetime(2026, 9, 1, tzinfo=UTC)

    assert FetchRecord(tried_at=tried_at, failures=failures).due_at(3600) == tried_at + timedelta(seconds=after_s)
