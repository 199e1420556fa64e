"""Rules of Suricata and Snort: the names, URLs and addresses that are all that a rule asks for."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import msgspec

from vedette.feeds.document import is_text
from vedette.feeds.formats.format import RecordFormat
from vedette.feeds.formats.lines import LONGEST_LINE
from vedette.feeds.formats.suricata_addresses import addresses_of
from vedette.feeds.formats.suricata_rule import BUFFERS, rule_of
from vedette.feeds.rejects import LeftOut
from vedette.indicators.indicator import Indicator
from vedette.indicators.kind import scopes_of

if TYPE_CHECKING:
    from vedette.feeds.document import Document
    from vedette.feeds.formats.suricata_rule import Content, Rule
    from vedette.feeds.rejects import Refuse, Unit
    from vedette.indicators.kind import Scope

_ACTIONS = ("alert", "block", "drop", "log", "pass", "reject", "rejectboth", "rejectdst", "rejectsrc", "sdrop")
_BEGINS = re.compile(rf"(?:{'|'.join(_ACTIONS)})\s+\S+\s+\S")
_DISABLED = re.compile(rf"#+\s*{_BEGINS.pattern}")
_NAME = re.compile(r"(?:[\w-]+\.)+[A-Za-z][\w-]*")
_HOST = re.compile(rf"{_NAME.pattern}|[\d.]+")
_MORE = "rules that ask for more than names, URLs or addresses"


class SuricataFormat(RecordFormat[str]):
    """A rule gives what it names where that is all that it asks for; its classtype is the category.

    A rule with a further condition (`pcre`, a content of another buffer, both a name and an address) says of none of
    its parts that it is bad by itself, and is left out; so are disabled rules and `pass`.
    """

    unit: ClassVar["Unit"] = "line"

    def records(self, document: "Document", refuse: "Refuse") -> Iterator[tuple[int, str]]:
        """Each rule; one that goes on behind a backslash is joined."""
        begun, parts, size = 0, list[str](), 0
        for block in document.blocks(refuse):
            for number, whole in enumerate(block.text.split("\n"), block.first):
                line = whole.strip()
                if not parts and (not line or line.startswith("#")):
                    if line:
                        refuse.leave_out("disabled rules" if _DISABLED.match(line) else "comments")
                    continue
                begun = begun if parts else number
                parts.append(line.removesuffix("\\"))
                size += len(line)
                if line.endswith("\\") and size <= LONGEST_LINE:
                    continue
                text, parts = " ".join(parts), []
                if size > LONGEST_LINE:
                    refuse(begun, f"a rule of more than {LONGEST_LINE:,} characters")
                elif not block.clean and not is_text(text):
                    refuse(begun, "bytes that are no UTF-8")
                else:
                    yield begun, text
                size = 0
        if parts:
            yield begun, " ".join(parts)

    def indicators(self, record: str, file: str) -> Iterator[Indicator]:
        """What one rule names."""
        rule = rule_of(record)
        if rule.action == "pass":
            raise LeftOut("exceptions")
        if rule.action not in _ACTIONS:
            raise ValueError(f"{rule.action!r} is no action of a rule; there are: {', '.join(_ACTIONS)}")
        context = msgspec.json.encode(rule.context)
        category = self.feed.category or rule.context.get("classtype")
        for value, kind, scope in _readings(rule):
            of_feed = self.feed.scope if self.feed.scope in scopes_of(kind) else None
            yield Indicator(value, kind, of_feed or scope, category, context=context)


def _readings(rule: "Rule") -> "list[tuple[str, str, Scope | None]]":
    holds = [(BUFFERS.get(content.buffer or ""), content) for content in rule.contents]
    wanted = [(word, content) for word, content in holds if not content.negated and word != "method"]
    ends = [list(addresses_of(*end)) for end in rule.ends]
    if rule.conditions or any(content.negated for content in rule.contents):
        raise LeftOut(_MORE)
    if any(ends):
        if wanted or all(ends):
            raise LeftOut(_MORE)
        return [(address, "ip", None) for end in ends for address in end]
    if not wanted:
        raise LeftOut("rules that name nothing")
    by_buffer = dict(wanted)
    if len(by_buffer) < len(wanted):
        raise LeftOut(_MORE)
    match sorted(map(str, by_buffer)):
        case ["name"]:
            return [_of_name(by_buffer["name"])]
        case ["name", "path"]:
            return [_of_url(by_buffer["name"], by_buffer["path"])]
        case ["sha1"]:
            return [(by_buffer["sha1"].text.replace(":", ""), "sha1", None)]
        case _:
            raise LeftOut(_MORE)


def _of_name(content: "Content") -> "tuple[str, str, Scope | None]":
    """A name that may stand within a longer one is taken for itself alone: less than the rule says, never more."""
    text = content.text.removeprefix(".")
    if _NAME.fullmatch(text):
        below = text != content.text and content.is_whole_at(start=False)
        return text, "domain", "subdomains" if below else "host"
    if _HOST.fullmatch(text):
        return text, "ip", None
    raise LeftOut("rules with a part of a name")


def _of_url(host: "Content", path: "Content") -> "tuple[str, str, Scope]":
    if not _HOST.fullmatch(host.text) or not path.text.startswith("/"):
        raise LeftOut("rules with a part of a URL")
    if path.is_whole_at(start=True) and not path.is_whole_at(start=False):
        return f"{host.text}{path.text}*", "url", "mask"
    return host.text + path.text, "url", "exact"


def looks_like_suricata(lines: list[str]) -> bool:
    """Whether most lines begin as a rule does and end in its parenthesis."""
    return 2 * sum(_BEGINS.match(line) is not None and "(" in line for line in lines) > len(lines)
