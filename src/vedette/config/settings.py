"""The configuration's values: what each key means, its type, its default."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from vedette.indicators.kind import Scope, Tlp

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,128}$")]
Address = Annotated[str, Field(pattern=r"^(\[[0-9A-Fa-f:.]+\]|[^:\s]+):\d{1,5}$", examples=["127.0.0.1:9999"])]
KindWord = Literal["ipv4", "ipv6", "cidr", "domain", "url", "md5", "sha1", "sha256", "email", "ip", "hash"]
RuleType = Literal["auto", "url", "md5", "sha1", "sha256", "hash", "ip", "domain", "email", "context"]


class Settings(BaseModel):
    """A part of the configuration: unknown keys are mistakes, values don't change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TcpInput(Settings):
    """Listens for events over TCP, one a line."""

    type: Literal["tcp"] = "tcp"
    listen: Address
    delimiter: str | None = Field(None, description="A regex of an event's start; events on one line are cut before it")
    limit_bytes: int = Field(65536, ge=256, le=16 * 1024 * 1024, description="A longer event is cut into several")
    idle_s: float = Field(
        5.0, gt=0, description="A connection silent for so long has its waiting bytes read as an event"
    )


class FileInput(Settings):
    """Reads events from a file or a folder of files, once."""

    type: Literal["file"] = "file"
    path: Path
    delimiter: str | None = None
    limit_bytes: int = Field(65536, ge=256, le=16 * 1024 * 1024)


class StdinInput(Settings):
    """Reads events from standard input until it ends."""

    type: Literal["stdin"] = "stdin"
    delimiter: str | None = None
    limit_bytes: int = Field(65536, ge=256, le=16 * 1024 * 1024)


Input = Annotated[TcpInput | FileInput | StdinInput, Field(discriminator="type")]


class FieldRule(Settings):
    """Which field of a feed's record holds an indicator."""

    field: str = Field(description="A header's name or a column's number (CSV), or a path such as `files/MD5` (JSON)")
    kind: KindWord | None = Field(None, description="None: told by looking")
    scope: Scope | None = None
    category: str | None = None
    rules: tuple[str, ...] = Field((), description="Only observables of these rules are looked up here; empty: of any")


class Feed(Settings):
    """A named supply of indicators."""

    path: Path
    enabled: bool = True
    format: Literal["auto", "plain", "csv", "json", "jsonl", "kaspersky"] = "auto"
    kind: KindWord | None = Field(None, description="The kind of every indicator; None: told by looking")
    scope: Scope | None = None
    category: str | None = Field(None, description="None: the feed's name")
    confidence: int = Field(50, ge=0, le=100)
    tags: tuple[str, ...] = ()
    tlp: Tlp | None = None
    provider: str | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="CSV: guessed where None")
    header: bool | None = Field(None, description="CSV: whether the first record names the columns; None: guessed")
    comment: str = Field("#", description="Plain, CSV: a line that begins so is passed over; empty: none is")
    feed_field: str | None = Field(None, description="The field that names the feed of each record")
    first_seen_field: str | None = None
    last_seen_field: str | None = None
    valid_until_field: str | None = None
    fields: tuple[FieldRule, ...] = Field((), description="Where indicators are; empty: guessed from the format")
    actionable: dict[str, str] = Field({}, description="Context fields that go out under names of their own")


class Rule(Settings):
    """One named way to take values out of an event."""

    type: RuleType = "context"
    regex: str | None = None
    extract: Literal["all", "first"] = "all"
    concatenate: str | None = Field(None, description=r"A template over the regex's groups such as `\1/\2`")


class Replace(Settings):
    """A rewriting of the event before its rules run."""

    input: str
    output: str


class Profile(Settings):
    """The rules for the events of some devices, and how to tell them."""

    peers: tuple[str, ...] = Field((), description="Addresses or networks that the events come from")
    hostnames: tuple[str, ...] = Field((), description="Names in the syslog header")
    event_regex: str | None = Field(None, description="A regex that the event holds")
    replace: tuple[Replace, ...] = ()
    ignore: tuple[str, ...] = Field((), description="An event that holds one of these regexes is passed over, counted")
    rules: dict[str, Rule] = {}


class Template(Settings):
    """A text with `%Patterns%`, as CyberTrace writes them."""

    event: str
    record_field: str = "%ParamName%:%ParamValue% "
    actionable_field: str = "%ParamName%=%ParamValue% "


class SyslogOutput(Settings):
    """Sends each detection as a line over TCP, or a datagram over UDP."""

    type: Literal["syslog"] = "syslog"
    address: Address
    protocol: Literal["tcp", "udp"] = "tcp"
    header: bool = Field(True, description="Whether a syslog header (RFC 3164) goes before the text")
    template: str = Field("cef", description="`cef`, `json`, or a name under `templates`")
    retry_s: float = Field(1.0, gt=0, description="The first pause after a failure; it doubles up to retry_limit_s")
    retry_limit_s: float = Field(10.0, gt=0)
    timeout_s: float = Field(10.0, gt=0)


class FileOutput(Settings):
    """Appends each detection as a line to a file."""

    type: Literal["file"] = "file"
    path: Path
    template: str = "json"
    retry_s: float = Field(1.0, gt=0)
    retry_limit_s: float = Field(10.0, gt=0)


class StdoutOutput(Settings):
    """Writes each detection as a line to standard output."""

    type: Literal["stdout"] = "stdout"
    template: str = "json"


Output = Annotated[SyslogOutput | FileOutput | StdoutOutput, Field(discriminator="type")]


class Configuration(Settings):
    """All that `vedette run` needs to know. Relative paths are relative to the configuration's folder."""

    state: Path = Field(Path("vedette-state"), description="The folder of generations and of the store")
    threads: int = Field(1, ge=1, le=256, description="Threads that match")
    match_limit: int = Field(100_000, ge=1000, description="PCRE2's match limit for each regex")
    inputs: dict[Name, Input] = {}
    feeds: dict[Name, Feed] = {}
    profiles: dict[Name, Profile] = {"default": Profile(rules={"auto": Rule(type="auto")})}
    templates: dict[Name, Template] = {}
    outputs: dict[Name, Output] = {}
