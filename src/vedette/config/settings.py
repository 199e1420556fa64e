"""The configuration's values: what each key means, its type, its default."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from vedette.config.allowlist import Allowlist
from vedette.config.fetching import HttpFetch
from vedette.config.harm import DEFAULT_SEVERITY, Own, SeverityRule, Warninglists
from vedette.config.part import Settings as Settings
from vedette.config.throttle import Throttle
from vedette.indicators.kind import Scope, Tlp

BUILT_IN_TEMPLATES = ("cef", "json")
"""Templates that every configuration has; the names under `templates` are others."""


def _with_a_port(address: str) -> str:
    if int(address.rpartition(":")[2]) > 65535:
        raise ValueError("a port is at most 65535")
    return address


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,128}$")]
RuleName = Annotated[str, Field(pattern=r"^[^%\s\x00-\x1f]{1,128}$")]
Address = Annotated[
    str,
    Field(pattern=r"^(\[[0-9A-Fa-f:.]+\]|[^:\s]+):[0-9]{1,5}$", examples=["127.0.0.1:9999"]),
    AfterValidator(_with_a_port),
]
FieldPath = Annotated[str, Field(coerce_numbers_to_str=True, min_length=1)]
KindWord = Literal[
    "ipv4", "ipv6", "cidr", "domain", "url", "md5", "sha1", "sha256", "email", "sha512", "ip_port", "ip", "hash"
]


def _in_words(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


Cold = Annotated[Literal["false", "true", "only"], BeforeValidator(_in_words)]
RuleType = Literal[
    "auto", "url", "md5", "sha1", "sha256", "sha512", "hash", "ip", "ip_port", "domain", "email", "context"
]

_DELIMITER = "A regex of an event's start: events that share a line are cut apart before it"
_LIMIT_BYTES = "A longer event is cut into several, and counted"
_LARGEST_EVENT_BYTES = 16 * 1024 * 1024
_COLD = "Whether cold detections are sent, of indicators that no longer count: `false`, `true`, or `only` they"
_RETRY_S = "The first pause after a failure; it doubles up to `retry_limit_s`"
_RETRY_LIMIT_S = "The longest pause; retrying never ends"


class TcpInput(Settings):
    """Listens for events over TCP, one a line."""

    type: Literal["tcp"] = Field(default="tcp", description="`tcp`")
    listen: Address = Field(description="The address and port to listen on, such as `0.0.0.0:9999` or `[::]:9999`")
    delimiter: str | None = Field(default=None, description=_DELIMITER)
    limit_bytes: int = Field(default=65536, ge=256, le=_LARGEST_EVENT_BYTES, description=_LIMIT_BYTES)
    idle_s: float = Field(
        default=5.0,
        gt=0,
        le=86400,
        description="With a `delimiter`: a connection silent for so long has its waiting bytes read as an event",
    )


class FileInput(Settings):
    """Reads events from a file or a folder of files, once."""

    type: Literal["file"] = Field(default="file", description="`file`")
    path: Path = Field(description="The file, or the folder of files")
    delimiter: str | None = Field(default=None, description=_DELIMITER)
    limit_bytes: int = Field(default=65536, ge=256, le=_LARGEST_EVENT_BYTES, description=_LIMIT_BYTES)


class StdinInput(Settings):
    """Reads events from standard input until it ends."""

    type: Literal["stdin"] = Field(default="stdin", description="`stdin`")
    delimiter: str | None = Field(default=None, description=_DELIMITER)
    limit_bytes: int = Field(default=65536, ge=256, le=_LARGEST_EVENT_BYTES, description=_LIMIT_BYTES)


Input = Annotated[TcpInput | FileInput | StdinInput, Field(discriminator="type")]


class FieldRule(Settings):
    """Which field of a feed's record holds an indicator."""

    field: FieldPath = Field(
        description="A header's name or a column's number (CSV), or a path such as `files/MD5` (JSON, XML)"
    )
    kind: KindWord | None = Field(default=None, description="The indicators' kind; left out, it is told by looking")
    scope: Scope | None = Field(default=None, description="How far they reach; left out, the kind's default")
    category: str | None = Field(default=None, description="Their category; left out, the feed's")
    rules: tuple[str, ...] = Field(
        default=(), description="Only observables of these rules are looked up here; empty: of any"
    )


class Feed(Settings):
    """A named supply of indicators."""

    path: Path = Field(
        default=Path(),
        description="The file, or the folder of a MISP feed; packed files (gz, zst, bz2, xz, zip) are unpacked while "
        "they are read. A feed that is fetched has none: it is kept in the state folder",
    )
    fetch: HttpFetch | None = Field(default=None, description="From where it is fetched, in place of `path`")
    enabled: bool = Field(
        default=True, description="A feed that is not enabled is not read, and its file need not exist"
    )
    format: Literal[
        "auto",
        "plain",
        "hosts",
        "dnsmasq",
        "adblock",
        "rpz",
        "suricata",
        "zeek",
        "dnscrypt",
        "unbound",
        "bind",
        "csv",
        "json",
        "jsonl",
        "kaspersky",
        "misp",
        "xml",
        "openioc",
        "stix2",
        "stix1",
    ] = Field(default="auto", description="How the feed is written; `auto` tells by looking")
    kind: KindWord | None = Field(
        default=None, description="The kind of every indicator; left out, it is told by looking"
    )
    scope: Scope | None = Field(
        default=None, description="How far every indicator reaches; left out, the kind's default"
    )
    category: str | None = Field(
        default=None, description="The feed's word for what its indicators are; left out, its name"
    )
    confidence: int = Field(default=50, ge=0, le=100, description="How sure the feed is, 0 to 100")
    tags: tuple[str, ...] = Field(default=(), description="Words that every indicator carries")
    tlp: Tlp | None = Field(default=None, description="How far its indicators may be passed on (TLP 2.0)")
    provider: str | None = Field(default=None, description="Who stands behind the feed")
    role: Literal["indicators", "internal", "false_positives"] | None = Field(
        default=None,
        description="`internal`: the site's own, whose matches always raise a detection; `false_positives`: what it "
        "knows raises none; left out, `indicators`, or as a name such as `InternalTI` or `FalsePositive` says",
    )
    lifetime_days: float | None = Field(
        default=None, gt=0, le=36500, description="An indicator counts for so long after it was last seen"
    )
    retention_days: float | None = Field(
        default=None, gt=0, le=36500, description="An indicator counts for so long after the feed's file last changed"
    )
    decay_days: float | None = Field(
        default=None, gt=0, le=36500, description="The confidence falls evenly to 0 in so long after it was last seen"
    )
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="CSV: what parts the columns; left out, it is guessed"
    )
    header: bool | None = Field(
        default=None, description="CSV: whether the first record names the columns; left out, it is guessed"
    )
    comment: str = Field(default="#", description="Plain, CSV: a line that begins so is passed over; empty: none is")
    to_ids_only: bool = Field(
        default=True,
        description="MISP: only attributes that are meant for detection (`to_ids`); STIX 1: only observables of "
        "indicators",
    )
    root_element: str | None = Field(
        default=None,
        min_length=1,
        description="XML: the path of the elements that are records, such as `feed/item`, with `*` and `?` within a "
        "name; left out, those below the document's root",
    )
    feed_field: FieldPath | None = Field(
        default=None,
        description="The field that names the feed of each record; what `actionable` and `rules` say does not apply "
        "to records that it gives another name",
    )
    scope_field: FieldPath | None = Field(
        default=None,
        description="The field that says how far each record's indicators reach, before `scope`; a word that is no "
        "scope, or one that the kind cannot have, makes the record a reject",
    )
    first_seen_field: FieldPath | None = Field(default=None, description="The field that holds when it was first seen")
    last_seen_field: FieldPath | None = Field(default=None, description="The field that holds when it was last seen")
    valid_until_field: FieldPath | None = Field(default=None, description="The field that holds when it stops counting")
    fields: tuple[FieldRule, ...] = Field(
        default=(), description="Where indicators are; empty: guessed from the format"
    )
    actionable: dict[str, str] = Field(
        default={},
        description="Fields of the record that detections carry under names of their own: `threat_score: cs3`",
    )


FIELD_KEYS = ("cef", "leef", "json", "kv", "syslog", "csv", "xml")
"""Keys of a rule that name a field, by the formats that it may be of."""


class Rule(Settings):
    """One named way to take values out of an event."""

    type: RuleType = Field(
        default="context",
        description="What the rule takes: a kind, `hash` or `ip` for any of their kinds, `auto` for all of them in any "
        "text, `context` for what is copied to the output and never looked up",
    )
    regex: str | None = Field(default=None, description="A regex (PCRE); the value is group 1. `auto` has none")
    cef: FieldPath | None = Field(
        default=None, description="In place of a regex: a key of CEF such as `dst`, or a label"
    )
    leef: FieldPath | None = Field(default=None, description="In place of a regex: a key of LEEF such as `usrName`")
    json_path: FieldPath | None = Field(
        default=None, alias="json", description="In place of a regex: a path in JSON such as `$.a.b[*]`"
    )
    kv: FieldPath | None = Field(default=None, description="In place of a regex: the key of a `key=value` pair")
    syslog: FieldPath | None = Field(
        default=None, description="In place of a regex: `host`, `app`, `message`, or a parameter such as `*.srcip`"
    )
    csv: int | None = Field(default=None, ge=1, le=4096, description="In place of a regex: a column's number, from 1")
    xml: FieldPath | None = Field(
        default=None, description="In place of a regex: a path such as `Event/EventData/Data[@Name='IpAddress']`"
    )
    extract: Literal["all", "first"] = Field(default="all", description="Every value of an event, or its first")
    base64: bool = Field(default=False, description="`auto` alone: whether values in Base64 are found as well")
    concatenate: str | None = Field(default=None, description=r"A template over the regex's groups such as `\1/\2`")

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What is named in place of a regex: (key of the rule, path) each; more than one is a mistake."""
        csv = None if self.csv is None else str(self.csv)
        given = (self.cef, self.leef, self.json_path, self.kv, self.syslog, csv, self.xml)
        return tuple((name, path) for name, path in zip(FIELD_KEYS, given, strict=True) if path is not None)


class Ends(Settings):
    """Names of fields that say an event's ends and action, before those that are built in."""

    near: tuple[FieldPath, ...] = Field(default=(), description="The near end's address: as CEF's `src`")
    far: tuple[FieldPath, ...] = Field(default=(), description="The far end's address: as CEF's `dst`")
    host: tuple[FieldPath, ...] = Field(default=(), description="The host's name")
    user: tuple[FieldPath, ...] = Field(default=(), description="The user's name")
    action: tuple[FieldPath, ...] = Field(default=(), description="What the device did")


class Replace(Settings):
    """A rewriting of the event before its rules run."""

    input: str = Field(description="A regex: what to replace")
    output: str = Field(description=r"The replacement; `\1` is group 1")


class Profile(Settings):
    """The rules for the events of some devices, and how to tell them."""

    peers: tuple[str, ...] = Field(default=(), description="Addresses or networks that the events come from")
    hostnames: tuple[str, ...] = Field(default=(), description="Names in the syslog header")
    event_regex: str | None = Field(default=None, description="A regex that the event holds")
    replace: tuple[Replace, ...] = Field(default=(), description="Rewritings, in order, before `ignore` and the rules")
    ignore: tuple[str, ...] = Field(
        default=(), description="An event that holds one of these regexes is passed over, counted"
    )
    rules: dict[RuleName, Rule] = Field(default={}, description="The rules by their names")
    ends: Ends = Field(default=Ends(), description="Names of fields that say an event's ends and action")


AUTO: Mapping[str, Profile] = {"default": Profile(rules={"auto": Rule(type="auto")})}
"""One profile for every event, with one rule that needs no regex."""


class Template(Settings):
    """A text with `%Patterns%`, as CyberTrace writes them."""

    event: str = Field(description="The text of a detection")
    record_field: str = Field(default="%ParamName%:%ParamValue% ", description="One field in `%RecordContext%`")
    actionable_field: str = Field(default="%ParamName%=%ParamValue% ", description="One field in `%ActionableFields%`")


class SyslogOutput(Settings):
    """Sends each detection as a line over TCP, or a datagram over UDP."""

    type: Literal["syslog"] = Field(default="syslog", description="`syslog`")
    address: Address = Field(description="The receiver's address and port")
    protocol: Literal["tcp", "udp"] = Field(default="tcp", description="`tcp` or `udp`")
    header: bool = Field(default=True, description="Whether a syslog header (RFC 3164) goes before the text")
    template: str = Field(default="cef", description="`cef`, `json`, or a name under `templates`")
    cold: Cold = Field(default="false", description=_COLD)
    retry_s: float = Field(default=1.0, gt=0, le=3600, description=_RETRY_S)
    retry_limit_s: float = Field(default=10.0, gt=0, le=86400, description=_RETRY_LIMIT_S)
    timeout_s: float = Field(
        default=10.0, gt=0, le=3600, description="How long to wait for the receiver before it has failed"
    )


class FileOutput(Settings):
    """Appends each detection as a line to a file."""

    type: Literal["file"] = Field(default="file", description="`file`")
    path: Path = Field(description="The file")
    template: str = Field(default="json", description="`cef`, `json`, or a name under `templates`")
    cold: Cold = Field(default="false", description=_COLD)
    retry_s: float = Field(default=1.0, gt=0, le=3600, description=_RETRY_S)
    retry_limit_s: float = Field(default=10.0, gt=0, le=86400, description=_RETRY_LIMIT_S)


class StdoutOutput(Settings):
    """Writes each detection as a line to standard output."""

    type: Literal["stdout"] = Field(default="stdout", description="`stdout`")
    template: str = Field(default="json", description="`cef`, `json`, or a name under `templates`")
    cold: Cold = Field(default="false", description=_COLD)


Output = Annotated[SyslogOutput | FileOutput | StdoutOutput, Field(discriminator="type")]


class Configuration(Settings):
    """All that `vedette run` needs to know. Relative paths are relative to the configuration's folder."""

    state: Path = Field(default=Path("vedette-state"), description="The folder of generations and of the store")
    threads: int = Field(default=1, ge=1, le=256, description="Threads that match")
    match_limit: int = Field(
        default=100_000,
        ge=1000,
        le=2**32 - 1,
        description="How many steps a regex may take on one event (PCRE2's match limit)",
    )
    feeds_check_s: float = Field(
        default=60.0,
        ge=0,
        le=31_536_000,
        description="How often to look whether a feed's file has changed, or another generation was put in force; 0: "
        "only at SIGHUP",
    )
    metrics: Address | None = Field(
        default=None,
        description="The address and port at which Prometheus gets [metrics](metrics.md), such as `127.0.0.1:9464`; "
        "left out, nothing listens",
    )
    inputs: dict[Name, Input] = Field(default={}, description="Where events come from, by name")
    feeds: dict[Name, Feed] = Field(default={}, description="Where indicators come from, by name")
    profiles: dict[Name, Profile] = Field(
        default=dict(AUTO),
        description="The rules for the events of some devices, by name; `default` serves those that no other takes",
    )
    own: Own = Field(default=Own(), description="What is the site's own; left out, as below")
    warninglists: Warninglists | None = Field(
        default=None, description="Lists of values known to be harmless or shared; `{}` takes MISP's own"
    )
    allowlist: Allowlist = Field(default=Allowlist(), description="Values that this site never wants reported")
    cold: bool = Field(
        default=False,
        description="Whether a match of an indicator that no longer counts makes a cold detection; else it is counted",
    )
    severity: tuple[SeverityRule, ...] = Field(
        default=DEFAULT_SEVERITY, description="How a severity moves away from the confidence's, rule by rule"
    )
    throttle: Throttle = Field(default=Throttle(), description="How repeats of a detection are held back")
    templates: dict[Name, Template] = Field(default={}, description="Your own texts for detections, by name")
    outputs: dict[Name, Output] = Field(default={}, description="Where detections go, by name")
