"""A real rsyslogd as the SIEM's side: listens on a free port, parses CEF with liblognorm, writes the fields as JSON."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/sbin:/usr/bin:/usr/local/sbin")

needs_rsyslogd = pytest.mark.skipif(RSYSLOGD is None, reason="rsyslogd is not installed")

# liblognorm 2.0.6 drops the first letter of an extension that begins right after the header's last bar, as the
# standard has it. It is given a blank there; nothing else of the message is touched.
CONFIGURATION = r"""
global(workDirectory="{folder}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp")
module(load="imudp")
module(load="mmnormalize")
input(type="imtcp" address="127.0.0.1" port="{port}")
input(type="imudp" address="127.0.0.1" port="{port}")
template(name="raw" type="string" string="%rawmsg%\n")
template(name="fields" type="string" string="%$!cef%\n")
action(type="omfile" file="{folder}/raw" template="raw" flushOnTXEnd="on" asyncWriting="off")
set $.header = re_extract($rawmsg, "CEF:[0-9](\\|[^|]*){{6}}\\|", 0, 0, "");
set $.extension = re_extract($rawmsg, "CEF:[0-9](\\|[^|]*){{6}}\\|(.*)\$", 0, 2, "");
set $.cef = $.header & " " & $.extension;
action(type="mmnormalize" variable="$.cef" rule=["rule=:%{{\"name\":\"cef\",\"type\":\"cef\"}}%"])
action(type="omfile" file="{folder}/fields" template="fields" flushOnTXEnd="on" asyncWriting="off")
"""


class Rsyslog:
    """A running rsyslogd, and what it has received."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._folder = folder

    def raw(self, count: int, within_s: float = 15) -> list[bytes]:
        """The messages as they came, once there are `count` of them or time is up."""
        return self._lines("raw", count, within_s)

    def fields(self, count: int, within_s: float = 15) -> list[dict[str, Any]]:
        """The CEF extension of each message, as liblognorm parsed it."""
        return [json.loads(line)["Extensions"] for line in self._lines("fields", count, within_s)]

    def _lines(self, name: str, count: int, within_s: float) -> list[bytes]:
        path, until = self._folder / name, time.monotonic() + within_s
        lines: list[bytes] = []
        while time.monotonic() < until and len(lines) < count:
            lines = path.read_bytes().splitlines() if path.exists() else []
            time.sleep(0.05)
        return lines


@contextmanager
def rsyslog(folder: Path, port: int) -> Iterator[Rsyslog]:
    """Run rsyslogd in this folder; what an earlier run in it received is still there."""
    assert RSYSLOGD is not None
    folder.mkdir(exist_ok=True)
    configuration = folder / "rsyslog.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port))
    with (folder / "log").open("ab") as log:
        daemon = subprocess.Popen(
            [RSYSLOGD, "-n", "-f", str(configuration), "-i", str(folder / "pid")], stdout=log, stderr=log
        )
    try:
        _wait_until_it_listens(port, folder / "log")
        yield Rsyslog(folder, port)
    finally:
        daemon.terminate()
        daemon.wait(10)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_it_listens(port: int, log: Path) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"rsyslogd does not listen: {log.read_text()}")
