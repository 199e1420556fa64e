"""`vedette feeds`: fetched from a real server, listed, and told by the exit code."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cli.command import vedette


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server of these files; what it knows of `If-Modified-Since` is Python's own."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def configured(folder: Path, feeds: dict[str, object]) -> Path:
    config = folder / "vedette.yaml"
    config.write_text(json.dumps({"state": str(folder / "state"), "feeds": feeds}))
    return config


def test_feeds_are_fetched_and_found_in_what_is_built_of_them(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "bad.txt").write_text("203.0.113.9\n")
    with serving(tmp_path / "www") as url:
        config = configured(tmp_path, {"bad": {"fetch": {"url": f"{url}/bad.txt"}}})

        first = vedette("feeds", "update", "-c", config, "--format", "json")
        second = vedette("feeds", "update", "bad", "-c", config, "--format", "json")

    outcomes = [json.loads(done.stdout)["outcome"] for done in (first, second)]
    assert (outcomes, first.returncode, second.returncode) == (["changed", "unchanged"], 0, 0)
    assert "203.0.113.9" in vedette("lookup", "-c", config, "203.0.113.9").stdout
    listed = json.loads(vedette("feeds", "list", "-c", config, "--format", "json").stdout)
    assert (listed["feed"], listed["entries"], listed["comes_from"]) == ("bad", 1, "http, every 3600 s")
    assert listed["fetched_at"] <= listed["due_at"]


def test_the_exit_code_says_whether_all_or_some_failed_or_nothing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "good.txt").write_text("203.0.113.9\n")
    with serving(tmp_path / "www") as url:
        good, gone = ({"fetch": {"url": f"{url}/{name}.txt", "retries": 0}} for name in ("good", "gone"))
        some = vedette("feeds", "update", "-c", configured(tmp_path, {"good": good, "gone": gone}))
        none = vedette("feeds", "update", "-c", configured(tmp_path, {"gone": gone}))
    nothing = vedette("feeds", "update", "-c", configured(tmp_path, {}))

    assert (some.returncode, none.returncode, nothing.returncode) == (2, 1, 3)
    assert "feeds.gone: http://127.0.0.1: there is nothing at this address (404" in some.stderr
    assert "good.txt" not in some.stderr


def test_a_feed_that_was_never_fetched_is_told_how_it_is(tmp_path: Path) -> None:
    config = configured(tmp_path, {"bad": {"fetch": {"url": "http://127.0.0.1:9/bad.txt"}}})

    done = vedette("lookup", "-c", config, "203.0.113.9")

    assert done.returncode == 65
    assert "feeds.bad: it was never fetched: `vedette feeds update` does that" in done.stderr


def test_a_feed_that_is_not_there_or_not_fetched_cannot_be_updated(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("203.0.113.9\n")
    config = configured(tmp_path, {"bad": {"path": "bad.txt"}})

    assert "there is no feed `good`; there are: bad" in vedette("feeds", "update", "good", "-c", config).stderr
    assert "it is not fetched: it is read from" in vedette("feeds", "update", "bad", "-c", config).stderr
