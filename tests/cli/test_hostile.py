"""What a user sees of broken input: a message or a count, an exit code, never a stack trace."""

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import vedette
from cli.test_index import built

CONFIGURATION = """
feeds:
  bad: {{path: {feed}}}
profiles:
  default:
    rules:
      Endless: {{type: domain, regex: '((?:a+)+)!(?=\\d)\\d'}}
      Address: {{type: ip, regex: 'dst=(\\S+)'}}
outputs:
  out: {{type: stdout}}
inputs:
  in: {{type: stdin}}
"""
ENDLESS_EVENT = b"dst=192.0.2.1 " + b"a" * 5000 + b"!\n"


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A configuration with a rule that backtracks for ever."""
    (tmp_path / "feed.txt").write_text("192.0.2.1\n")
    (tmp_path / "vedette.yaml").write_text(CONFIGURATION.format(feed="feed.txt"))
    return tmp_path / "vedette.yaml"


def test_a_scan_names_the_rule_that_gave_up_and_goes_on(endless: Path) -> None:
    done = vedette("scan", "-c", endless, "--format", "json", "-", stdin=ENDLESS_EVENT * 2)

    assert [json.loads(line)["observed"] for line in done.stdout.splitlines()] == ["192.0.2.1"] * 2
    assert "profile default, rule Endless: stopped at the match limit 2 times" in done.stderr


def test_a_run_logs_the_rule_that_gave_up(endless: Path) -> None:
    done = vedette("run", "-c", endless, stdin=ENDLESS_EVENT)

    told = [json.loads(line) for line in done.stderr.splitlines()]
    over = next(line for line in told if line["event"] == "rule.over_match_limit")
    assert (over["profile"], over["rule"], over["times"], over["level"]) == ("default", "Endless", 1, "warning")
    assert json.loads(done.stdout)["observed"] == "192.0.2.1"


def test_a_run_names_the_rules_that_are_tried_on_every_event(endless: Path) -> None:
    endless.write_text(endless.read_text().replace("dst=", ""))

    done = vedette("run", "-c", endless, stdin=b"192.0.2.1\n")

    told = [json.loads(line) for line in done.stderr.splitlines()]
    unfiltered = [(line["profile"], line["rule"]) for line in told if line["event"] == "rule.unfiltered"]
    assert unfiltered == [("default", "Address")]


MISTAKEN = """feeds:
  bad: {path: gone.txt, format: cvs}
profiles:
  default:
    rules:
      A: {type: ip, regex: '(a'}
      B: {type: nix, regex: 'b'}
"""


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("broken.conf", "<Configuration><b></Configuration>", [1]),
        ("broken.yaml", "inputs: [a\n b: {", [2]),
        ("mistaken.yaml", MISTAKEN, [2, 2, 6, 7]),
    ],
)
def test_every_mistake_of_a_configuration_is_named_at_once(
    tmp_path: Path, name: str, text: str, lines: list[int]
) -> None:
    file = tmp_path / name
    file.write_text(text)

    checked, run = vedette("check", "-c", file), vedette("run", "-c", file)

    told = [line for line in checked.stderr.splitlines() if line.startswith(f"{file}:")]
    assert [int(line.removeprefix(f"{file}:").partition(":")[0]) for line in told] == lines
    assert checked.returncode == run.returncode == 78
    assert "Traceback" not in checked.stderr + run.stderr


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<html><body>192.0.2.1</body></html>", "HTML"),
        (b"\x7fELF\2\1\1\0\0\0", "binary"),
        (b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n", "no indicators"),
        (gzip.compress(bytes(100 << 20)), "binary"),
        (gzip.compress(b"# nothing\n" * (10 << 20)), "bomb"),
        (gzip.compress(b"192.0.2.1\n")[:-6], "damaged"),
    ],
)
def test_a_feed_that_is_none_is_turned_away_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "feed").write_bytes(data)

    done = vedette("index", "build", "--feed", f"bad={tmp_path}/feed", "--out", tmp_path / "iocs")

    assert done.returncode == 65
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_bytes_of_any_sort_in_an_event_stop_nothing(tmp_path: Path) -> None:
    index = built(tmp_path, "203.0.113.9", "bad.example.com")

    done = vedette(
        "scan", "--index", index, "--format", "json", "-", stdin=b"\0\xff 203.0.113.9\xfe bad.example.com\0\n"
    )

    assert [json.loads(line)["observed"] for line in done.stdout.splitlines()] == ["203.0.113.9", "bad.example.com"]


def test_a_reader_that_has_seen_enough_hears_no_complaint(tmp_path: Path) -> None:
    index = built(tmp_path, "203.0.113.9")
    (tmp_path / "a.log").write_bytes(b"dst=203.0.113.9\n" * 20_000)
    scan = [sys.executable, "-m", "vedette", "scan", "--index", str(index), "--format", "json", str(tmp_path / "a.log")]

    with subprocess.Popen(scan, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as one:
        assert one.stdout is not None
        assert one.stderr is not None
        one.stdout.readline()
        one.stdout.close()
        complaint = one.stderr.read()

    assert complaint == b""
    assert one.returncode in (0, 1)


def heed_ctrl_c() -> None:
    """A shell has what it starts in the background ignore SIGINT, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_during_a_scan_ends_it_with_a_word(tmp_path: Path) -> None:
    index = built(tmp_path, "203.0.113.9")
    scan = [sys.executable, "-m", "vedette", "scan", "--index", str(index), "--format", "json", "-"]

    with subprocess.Popen(
        scan, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed_ctrl_c
    ) as one:
        assert one.stdin is not None
        assert one.stdout is not None
        assert one.stderr is not None
        one.stdin.write(b"dst=203.0.113.9\n" * 5000)
        one.stdin.flush()
        one.stdout.readline()
        one.send_signal(signal.SIGINT)
        complaint = one.stderr.read()

    assert one.returncode == 130
    assert complaint.decode().strip().endswith("vedette: interrupted")
    assert b"Traceback" not in complaint


def test_ctrl_c_while_the_command_is_still_being_loaded_shows_no_stack_trace(tmp_path: Path) -> None:
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "vedette", "--help"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            preexec_fn=heed_ctrl_c,
        ) as one:
            assert one.stderr is not None
            for line in one.stderr:
                if b"click" in line:
                    break
            one.send_signal(signal.SIGINT)
            rest = one.stderr.read()

        assert b"Traceback" not in rest
        assert one.returncode == 130
