"""Reads YAML into a draft: every key with its line; size, depth and repeats bounded; no tags, no code."""

import math
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from vedette.config.draft import Draft, mistake, one_line
from vedette.config.lines import Key, Lines
from vedette.errors import ConfigurationError, Mistake

LIMIT_BYTES = 16 * 1024 * 1024
LIMIT_DEPTH = 32
LIMIT_VALUES = 200_000
"""Repeats (`*anchor`) count anew each time, so that a small file cannot unfold into a large one."""


def read_yaml(path: Path) -> Draft:
    """Read a file.

    Raises:
        ConfigurationError: It cannot be read, or is no YAML; one mistake, with its line.
    """
    return parse_yaml(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a configuration file, of a bounded size.

    Raises:
        ConfigurationError: It cannot be read, or is larger than any configuration.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT_BYTES + 1)
    except OSError as fault:
        raise _refused(str(path), None, f"cannot be read: {fault.strerror}") from fault
    if len(data) > LIMIT_BYTES:
        raise _refused(str(path), None, f"is larger than {LIMIT_BYTES} bytes")
    return data


def parse_yaml(data: bytes, path: str) -> Draft:
    """Read YAML, the configuration's keys at its top."""
    text = _text(data, path)
    try:
        _bounded(text, path)
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        said = ": ".join(part for part in (fault.context, fault.problem) if part)
        if fault.context_mark and mark and fault.context_mark.line != mark.line:
            said += f"; it begins on line {fault.context_mark.line + 1}"
        raise _refused(path, mark.line + 1 if mark else None, f"is not YAML: {said}") from fault
    except ReaderError as fault:
        line = text.count("\n", 0, fault.position) + 1
        raise _refused(path, line, f"is not YAML: it holds the character U+{fault.character:04X}") from fault
    except (YAMLError, ValueError) as fault:
        raise _refused(path, None, f"is not YAML: {fault}") from fault
    if node is None:
        return Draft({}, Lines(path))
    if not isinstance(node, MappingNode):
        raise _refused(path, 1, "holds no keys; a configuration begins with keys such as `inputs:`")
    return _Reading(path).draft(node)


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise _refused(path, line, f"is not UTF-8: byte 0x{data[fault.start]:02x}") from fault


def _bounded(text: str, path: str) -> None:
    """Walk the events, which takes no recursion, before anything that does is let near the text."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent)
        depth -= isinstance(event, CollectionEndEvent)
        if depth > LIMIT_DEPTH:
            raise _refused(path, event.start_mark.line + 1, f"is nested more than {LIMIT_DEPTH} deep")


def _refused(path: str, line: int | None, message: str) -> ConfigurationError:
    return ConfigurationError((Mistake(path, line, "", one_line(message)),))


class _Reading:
    """One file's nodes, turned into plain values."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: dict[Key, int] = {}
        self.mistakes: list[Mistake] = []
        self.values = 0

    def draft(self, node: MappingNode) -> Draft:
        data = self._mapping(node, ())
        return Draft(data, Lines(self.path, self.lines), mistakes=tuple(self.mistakes))

    def _value(self, node: Node, key: Key) -> Any:
        self.values += 1
        if self.values > LIMIT_VALUES or len(key) > LIMIT_DEPTH:
            raise _refused(self.path, node.start_mark.line + 1, "unfolds into more than a configuration can hold")
        self.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, key)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*key, position)) for position, item in enumerate(node.value)]
        return self._scalar(node, key)

    def _mapping(self, node: MappingNode, key: Key) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, ScalarNode):
                self.mistakes.append(Mistake(self.path, line, "", "a key is a text, not a list or a mapping"))
                continue
            below = (*key, name_node.value)
            if name_node.value in values:
                earlier = self.lines[below]
                self.mistakes.append(
                    mistake(Lines(self.path, {below: line}), (below, f"stands twice; first on line {earlier}"))
                )
                continue
            self.lines[below] = line
            values[name_node.value] = self._value(value_node, below)
        return values

    def _scalar(self, node: Node, key: Key) -> Any:
        tag = str(node.tag).rpartition(":")[2]
        text: str = node.value
        try:
            return _plain(tag, text)
        except ValueError as fault:
            self.mistakes.append(mistake(Lines(self.path, self.lines), (key, str(fault))))
            return None


def _plain(tag: str, text: str) -> Any:
    if tag in ("str", "timestamp"):
        return text
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in ("true", "yes", "on")
    number = text.replace("_", "")
    if tag == "int":
        if number.lstrip("+-")[:2].lower() in ("0x", "0o", "0b"):
            return int(number, 0)
        if len(number) > 40:
            raise ValueError("is no number that anything here could use: it has more than 40 digits")
        return int(number)
    if tag == "float":
        return float(number) if number.lower().lstrip("+-") not in (".inf", ".nan") else math.inf
    raise ValueError(f"has the tag `!{tag}`; a configuration has none")
