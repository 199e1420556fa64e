"""What is timed of matching: the rules, and bytes as they come, framed and matched."""

from collections.abc import Callable

from vedette import _core
from vedette.index.index import Index

CHUNK_BYTES = 1 << 20

GUIDE_URL = (
    r"(?:\:\/\/)((?:\S+(?:\:\S*)?+@)?(?:(?:[a-z\x{00a1}-\x{ffff}0-9]-*)*[a-z\x{00a1}-\x{ffff}0-9]+)"
    r"(?:\.(?:[a-z\x{00a1}-\x{ffff}0-9]-*)*[a-z\x{00a1}-\x{ffff}0-9]+)*(?:\.(?:[a-z\x{00a1}-\x{ffff}0-9]{2,}+))"
    r"(?:\.*\:\d{2,5})?+(?:\.*\/[^\s\"<>]*+)?+)"
)
GUIDE: "list[_core.RuleSpec]" = [
    ("RE_HASH", "hash", "all", r"([\da-fA-F]{32,64})", None),
    ("RE_IP", "ip", "first", r"dst\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)", None),
    ("SRC_IP", "ip", "first", r"src\=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)", None),
    ("RE_URL", "url", "all", GUIDE_URL, None),
]
AUTO: "list[_core.RuleSpec]" = [("auto", "auto", "all", None, None)]


def profile(rules: "list[_core.RuleSpec]") -> _core.Rules:
    return _core.Rules([("default", (), (), None, (), (), rules)])


def work(index: Index, rules: _core.Rules, log: bytes, threads: int = 1) -> Callable[[], int]:
    """What is timed: bytes as they come from a socket, framed, matched, counted."""
    matcher = _core.Matcher(index.core, rules, threads)
    chunks = [log[start : start + CHUNK_BYTES] for start in range(0, len(log), CHUNK_BYTES)]

    def run() -> int:
        framer = _core.Framer()
        return (
            sum(matcher.match(framer.push(chunk)).matched for chunk in chunks) + matcher.match(framer.finish()).matched
        )

    return run
