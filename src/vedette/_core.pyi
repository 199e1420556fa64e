"""The Rust extension as Python sees it: bytes in, columns out.

Kinds, scopes and rule types are the words of `docs/words.md`. Times are milliseconds since 1970 in UTC.
Every function raises `ValueError` for a value that it refuses, with a message meant for people.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self, TypeAlias, final

__version__: str
KINDS: tuple[str, ...]
SCOPES: tuple[str, ...]
END_NAMES: dict[str, list[str]]
"""Names of fields by which an event's ends and action are known, by near, far, host, user, action; the best first."""
ACTION_WORDS: dict[str, list[str]]
"""Words of devices by what they mean: allowed, blocked, or doubtful (they turn the others round)."""

Row: TypeAlias = tuple[str | None, str | bytes, str | None, int, int | None, int | None, int | None, bytes | None]
"""(kind, value, scope, facts, first seen, last seen, valid until, context as JSON).

A kind may be one of `KINDS`, `ip` (an address, perhaps with a port, or a network if it has a `/`), `hash`
(by its length), `any domain` (one whose subdomains belong to many, too) or None (told by looking). A scope of None, or
one that its kind cannot have, is the kind's default; one behind `said ` is the record's own word, in either case, and
refused where it is no scope or its kind cannot have it.
An address range `a-b` is one row and many entries. `facts` is a number that `IndexBuilder.facts` gave.
"""

Refusal: TypeAlias = tuple[int, str]
"""(position in the rows given, why)."""

RawEntry: TypeAlias = tuple[
    str, bytes, bytes, str, str, str, int, int | None, int | None, int | None, tuple[str, ...], str | None, bytes
]
"""(kind, the feed's own text, normal form, scope, feed, category, confidence, first seen, last seen, valid until,
tags, TLP, context as JSON; b"" where the feed gave none)."""

EntryColumns: TypeAlias = tuple[
    list[str],
    list[str],
    list[str],
    list[str],
    list[str],
    list[str],
    list[int],
    list[int | None],
    list[int | None],
    list[int | None],
    list[tuple[str, ...]],
    list[str | None],
    list[bytes],
]
r"""The fields of many entries in the order of `RawEntry`, text instead of bytes: what is not UTF-8 stands as `\xff`."""

Found: TypeAlias = tuple[int, str]
"""(entry, the scope by which it was reached: exact, subdomains, host, prefix, mask or network)."""

def normalise(kind: str, value: str | bytes) -> bytes:
    """The normal form: the bytes by which feeds, events and lookups compare a value of this kind.

    A kind may also be `ip` or `hash`, as in `Row`.
    """

def normalise_mask(value: str | bytes) -> bytes:
    """The normal form of a URL mask: a glob over URLs' normal forms. A `*` may open the host and stand in the rest."""

def guess_kind(value: str | bytes) -> str | None:
    """The kind that this text looks like, or None. Defanged text is understood."""

def range_networks(value: str | bytes) -> list[bytes] | None:
    """The fewest networks, single addresses among them, that an address range `a-b` is; None where it is no range.

    ValueError where its ends are of two families, or the wrong way round.
    """

def is_range(value: str | bytes) -> bool:
    """Whether a text reads like an address range `a-b`, with or without blanks, its ends the right way round or not."""

def is_shared(value: str | bytes) -> bool:
    """Whether the subdomains of a domain belong to many: it is a public suffix or a shared host."""

def refang(value: str | bytes) -> bytes:
    """Undo `hxxp`, `[.]`, `(dot)`, `[:]//` and their like; other text is returned as it is."""

def observables(text: bytes, disguised: bool = True) -> list[tuple[str, int, int, bytes, str]]:
    """(kind, start, end, normal form, obfuscation) of everything that a rule of type `auto` sees, ascending by start.

    What has no normal form is left out; and so is what has to be undone first, if it is not wanted `disguised`.
    """

def fields_of(event: bytes, csv: bool = False) -> tuple[list[tuple[str, int, int, bytes]], int]:
    """Every field of a structured event, and how often a bound kept something from being read.

    A field is (name, start, end, value), an outer one before what it holds. Escapes are undone in the value; the span
    is of the bytes as they came. With `csv`, a text of no other format is read as columns wherever anything could part
    them.
    """

def check_regex(pattern: str, caseless: bool = False) -> str | None:
    """What PCRE2 has against this pattern (`… at offset 12`), or None."""

@final
class IndexBuilder:
    """Takes rows, sorts them within a bounded memory, writes one index file.

    Args:
        path: The file to write; it must not exist. Temporary runs go into its folder.
        memory_bytes: Roughly how much may be held before a sorted run goes to disk.
    """

    def __new__(cls, path: str, memory_bytes: int = 268435456) -> Self: ...
    def facts(
        self, feed: str, category: str, confidence: int = 50, tags: Sequence[str] = (), tlp: str | None = None
    ) -> int:
        """A number for what many rows share; the same arguments give the same number."""

    def add(self, rows: Sequence[Row]) -> list[Refusal]:
        """Take rows; those refused are returned, the others are in."""

    def add_prepared(self, rows: PreparedRows) -> tuple[int, list[Refusal]]:
        """Take rows that a reader gave, once: how many are in, and the others, each with its line."""

    def finish(self) -> dict[str, int]:
        """Write, sync and close the file. Returns the counts of `Index.stats`."""

@final
class PreparedRows:
    """Rows that a builder can take, as a `ListReader` or `TableReader` read them.

    `records` is how many lines held something, refused ones included; `comments` how many were comments, of a list;
    `end` is where the reading ended, in bytes.
    """

    @property
    def records(self) -> int: ...
    @property
    def comments(self) -> int: ...
    @property
    def end(self) -> int: ...

@final
class ListReader:
    """Reads whole lines of a plain list into rows, on all threads.

    Args:
        kind: The kind of all values; None for each to be told by looking.
        scope: How far they reach.
        facts: The number of their facts.
        comments: What a line begins with that is a comment.
        comment_behind: What begins a comment behind a blank; empty for nothing.
    """

    def __new__(
        cls,
        kind: str | None,
        scope: str | None,
        facts: int,
        *,
        comments: Sequence[str],
        comment_behind: str,
    ) -> Self: ...
    def read(self, lines: bytes, first: int) -> PreparedRows:
        """Read all lines, the first of which has this number."""

ColumnSpec: TypeAlias = tuple[int, str | None, str | None, bool, Sequence[int], Callable[[tuple[str, ...]], int]]
"""(position from 0, kind, scope, whether the column of types says the kind of each, the columns of its facts, and
what tells the facts' number by these columns' cells)."""

@final
class TableReader:
    """Reads whole lines of a table of text into rows, on all threads.

    Args:
        columns: Those that hold indicators.
        delimiter: One ASCII character.
        comment: What a line begins with that is a comment; empty for none.
        types: The column that says the kind of typed values.
        scopes: The column that says the scope of a record's values.
        times: The columns of first seen, last seen and valid until.
        names: The columns' names as JSON, where records become contexts; cells beyond go by their number.
        nothing: Why a record is refused that has no value at all.
        kind_of: Tells the kind that a cell of `types` means.
        time_of: Tells milliseconds since 1970, None where a cell is no time.

    A `ValueError` of one that tells refuses the row, in its words. What they told is remembered, within bounds.
    """

    def __new__(
        cls,
        columns: Sequence[ColumnSpec],
        *,
        delimiter: str,
        comment: str,
        types: int | None,
        scopes: int | None,
        times: Sequence[int | None],
        names: Sequence[bytes] | None,
        nothing: str,
        kind_of: Callable[[str], str | None],
        time_of: Callable[[str], int | None],
    ) -> Self: ...
    def read(self, lines: bytes, first: int) -> PreparedRows:
        """Read lines, the first of which has this number, up to one that is not one whole record of CSV."""

@final
class Index:
    """One generation's indicators, opened by mmap and shared by every thread.

    Raises:
        ValueError: The file is no index, of another version, cut short, or damaged; which section, is said.
        OSError: The file cannot be opened.
    """

    def __new__(cls, path: str, generation: int = 0, verify: bool = True) -> Self: ...
    @property
    def generation(self) -> int: ...
    def look_up(self, kind: str, value: str | bytes) -> list[Found]:
        """Every entry that knows this observable, most specific first. The value is normalised here.

        A URL is also looked up by its host and port, a domain by its parent domains, an address by the networks around
        it, an address with a port by the address, an e-mail address by its domain.
        """

    def variant(self, kind: str, normal_form: bytes, entry: int) -> str:
        """Which variant of an observable an entry knows that its look-up found, in the words of `MatchRow`."""

    def entry(self, entry: int) -> RawEntry:
        """The entry of this number; IndexError if there is none."""

    def entry_columns(self, numbers: Sequence[int]) -> EntryColumns:
        """The entries of these numbers; IndexError if one is not there."""

    def entries(self, after: int = 0, limit: int = 1000) -> list[tuple[int, RawEntry]]:
        """Up to `limit` entries in the file's own order, for listing; `after` is the last number seen, 0 to begin."""

    def stats(self) -> dict[str, int]:
        """`keys`, `entries`, `hot_bytes` (keys and filters), `cold_bytes`, and `entries.<kind>` for each kind.

        Also `merged` (rows that said again what an entry says), `floating_masks` (held against every URL) and
        `damage_met` (what lookups of this process could not read).
        """

    def feeds(self) -> dict[str, int]:
        """Entries per feed."""

@final
class Escape:
    """Replaces characters of hostile text: each key, one character, by its value.

    Raises:
        ValueError: There is no character to replace.
    """

    def __new__(cls, replacements: dict[str, str]) -> Self: ...
    def escape(self, text: str) -> str:
        r"""The text with its characters replaced; lone surrogates, which no encoding can carry, stand as `\udc80`."""

Place: TypeAlias = tuple[int, int]
"""Where a value stands: (table, column)."""

@final
class Part:
    r"""One part of the lines that a `LineWriter` writes.

    Text is text or bytes; bytes that are not UTF-8 are written as `\\xff`, lone surrogates as `\\udc80`. It is cut to
    `limit` characters, and then escaped.
    """

    @staticmethod
    def fixed(text: str) -> Part:
        """The same in each line."""

    @staticmethod
    def shared(path: Place, write: Callable[[Any], str]) -> Part:
        """Just what `write` makes of the value; it is asked once a call for each object that stands there."""

    @staticmethod
    def text(
        before: str,
        pieces: Sequence[str | tuple[str, Place, str]],
        after: str,
        *,
        limit: int,
        escape: Escape,
        when: tuple[Place, Sequence[str]] | None = None,
    ) -> Part:
        """Text between what stands before and after it; all of it is left out where there is none.

        Args:
            before: As it is.
            pieces: Fixed text; or (before, place, after) of a value, left out where it is empty.
            after: As it is.
            limit: Characters of all pieces.
            escape: Of the pieces.
            when: (place, words): only where that value is one of these words.

        Raises:
            ValueError: There is no piece, or nothing may be written of it.
        """

    @staticmethod
    def address(
        before: str, path: Place, after: str, *, limit: int, escape: Escape, ipv6: Callable[[str], str] | None = None
    ) -> Part:
        """A value where it is an IPv4 address; or else, with `ipv6`, what that makes of any text with a colon."""

    @staticmethod
    def taken(name: str, *, rule: Place, observed: Place, values: Place, otherwise: str, escape: Escape) -> Part:
        """What the rule of this name took.

        Args:
            name: The rule's.
            rule: Where a row has the rule that detected.
            observed: What that rule took.
            values: A dictionary: of other rules, what they took.
            otherwise: Written as it is where the rule took nothing.
            escape: Of what it took.
        """

    @staticmethod
    def json(path: Place, escape: Escape) -> Part:
        """A value as JSON: text, a number, a truth, nothing, or a tuple or dictionary of these."""

@final
class Overriding:
    """Pairs of a row that come instead of a line's own `key=value` texts of the same keys, or behind them.

    A key that stands in the line keeps its place there, and its label goes; a later pair of a key replaces an earlier.

    Args:
        path: Where a row has its pairs: a tuple of (name, value).
        parts: For each part of the line, None where it has no key; else its key, and (the label's key, the whole text
            behind the value) where it has a label. The text of a part begins with the blank that parts it from others.
        key: Makes a key of a name; it is asked once a call for each object that stands there.
        limits: Key → characters that its value may have.
        limit: For other keys.
        escape: Of the values.
    """

    def __new__(
        cls,
        path: Place,
        parts: Sequence[tuple[str, tuple[str, str] | None] | None],
        *,
        key: Callable[[str], str],
        limits: Mapping[str, int],
        limit: int,
        escape: Escape,
    ) -> Self: ...

@final
class LineWriter:
    """Writes a line of the rows that have one number in each of several tables, part by part.

    Raises:
        ValueError: `overriding` was made for another number of parts.
    """

    def __new__(cls, parts: Sequence[Part], overriding: Overriding | None = None) -> Self: ...
    def lines(self, *tables: Iterable[tuple[Any, ...]]) -> list[bytes]:
        """The line of each row, as UTF-8, until a table ends.

        Raises:
            IndexError: A row lacks a column.
            TypeError: What stands there cannot be written as its part asks.
            ValueError: A table is missing.
        """

@final
class Lists:
    """Named lists of values, asked as an index is.

    Args:
        index: The values: each list is a feed. A value of the category `alone` answers to itself only, not to the URLs
            on it.
        kinds: List → the kinds of the observables that it is asked about; a list that is not here, about any.
        texts: (list, substring) each: letters match in either case.
        regexes: (list, regex, caseless) each.

    Raises:
        ValueError: A regex does not compile, a kind is unknown; which, is said.
    """

    def __new__(
        cls,
        index: Index,
        kinds: Mapping[str, Sequence[str]] = ...,
        texts: Sequence[tuple[str, str]] = (),
        regexes: Sequence[tuple[str, str, bool]] = (),
    ) -> Self: ...
    def ask(self, kind: str, normal_form: bytes) -> tuple[str, ...]:
        """The lists that know this observable, each once. The value is taken for a normal form and asked as it is."""

    def ask_all(self, kinds: Sequence[str], normal_forms: list[str]) -> list[tuple[str, ...]]:
        """The lists that know each of these observables; lone surrogates stand for bytes that are not UTF-8."""

    def holds_ends(self, name: str, ends: list[str], longest: int) -> list[bool | None]:
        """Whether the list of this name knows each of these addresses and names, in whatever spelling.

        None where it is neither, or has more than `longest` characters.
        """

    def overlaps(self, index: Index, examples: int = 3) -> list[tuple[str, str, int, list[bytes]]]:
        """(feed, list, how many of the feed's entries the list knows, the first of them), by feed and list."""

    def over_limit(self) -> dict[str, int]:
        """List → how often a regex of it was stopped at its limits, and so gave no answer; only where one was."""

@final
class Frames:
    """Whole frames cut from a stream: they stand in the chunk as it came, and it lives as long as they do."""

    def __len__(self) -> int: ...
    def frame(self, position: int) -> bytes: ...
    def line(self, position: int) -> int:
        """The 1-based line of the stream in which this frame begins; empty lines count, cuts and delimiters do not."""

@final
class Framer:
    """Cuts a byte stream into frames at line breaks (CR before LF is ignored) and, if given, before each `delimiter`.

    Args:
        delimiter: A regex of an event's start. With a group, the cut is before group 1, else before the match.
        limit_bytes: A longer frame is cut into several, and counted.

    Empty lines are no frames, and are counted.
    """

    def __new__(cls, delimiter: str | None = None, limit_bytes: int = 65536) -> Self: ...
    def push(self, chunk: bytes) -> Frames:
        """The frames that this chunk completes; the rest waits for the next chunk."""

    def finish(self) -> Frames:
        """What still waits, as a last frame: the stream has ended, or is idle."""

    @property
    def cut(self) -> int:
        """How many times a frame was cut because it was too long."""

    @property
    def empty(self) -> int:
        """How many empty lines were passed over."""

    @property
    def waiting_bytes(self) -> int: ...

RuleSpec: TypeAlias = tuple[str, str, str, str | tuple[str, str] | None, str | None]
"""(name, type, extract, regex or field, concatenate).

Type: auto, url, md5, sha1, sha256, hash, ip, domain, email, context.

Extract: all or first. `concatenate` is a template over groups such as `\\1/\\2`; None takes group 1, or the whole match
where the regex has no group. The type `auto` has no regex. In its place may stand a field, (format, path), whose value
is taken: ("cef", "dst"), ("json", "$.a.b[*]"); formats are syslog, cef, leef, json, kv, csv, xml.
"""

ProfileSpec: TypeAlias = tuple[
    str, Sequence[str], Sequence[str], str | None, Sequence[tuple[str, str]], Sequence[str], Sequence[RuleSpec]
]
"""(id, peer addresses or networks, host names, event regex, replaces as (regex, output), ignores, rules)."""

@final
class Rules:
    """The rules of all profiles, compiled once. A profile with the id `default` serves events that no other takes.

    Args:
        base64: (profile, rule) of each rule of type `auto` that reads Base64 as well.

    Raises:
        ValueError: A regex does not compile, a type is unknown, an id stands twice; the profile and rule are named.
    """

    def __new__(
        cls,
        profiles: Sequence[ProfileSpec],
        match_limit: int = 100_000,
        ends: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        base64: Sequence[tuple[str, str]] = ...,
    ) -> Self:
        """`ends`: by profile, (near, far, host, user or action; name of a field) that come before the built-in ones."""

    @property
    def profiles(self) -> tuple[str, ...]: ...
    def names(self, profile: int) -> tuple[str, ...]:
        """The names of the rules that serve a profile's events: its own, then those of `default` that fall in."""

    def unfiltered(self) -> list[tuple[str, str]]:
        """(profile, rule) of each regex that offers no literal to go by and is therefore tried on every event."""

    def stoppable(self) -> list[tuple[str, str]]:
        """(profile, rule) of each regex that may be stopped at a limit, `replace 1`, `ignore 1` and such among them.

        PCRE2 alone can match them, and they may backtrack.
        """

Ends: TypeAlias = tuple[
    tuple[int, int] | None, tuple[int, int] | None, tuple[int, int] | None, tuple[int, int] | None, str
]
"""(near end, far end, host, user, action): spans of the event's bytes; the action is allowed, blocked or empty."""

MatchRow: TypeAlias = tuple[int, int, str, str, int, int, bytes, bytes, str, int, str, tuple[str, str, str]]
"""(event, profile, rule, observable kind, span start, span end, observed, normal form, indicator kind, entry, scope,
(variant, obfuscation, field)).

`event` is the frame's position in the frames given. The span is in bytes of the original frame. `observed` is what the
rule took, which a Replace rule may have altered. `variant` says which form of the observable the entry knows: one of
itself, without query, path prefix, mask, host, parent domain, network. `obfuscation` says how the value was disguised,
and `field` in which field of a structured event it stands: each is empty where there is nothing to say.
"""

@final
class Columns:
    r"""The rows of a block as one list a column, all of one length, in the order of the events.

    `numbers` are the frames' positions, `events` their bytes, `values` the first value that each rule took; rows of
    one event share the last two. `near`, `far` and `actions` are those of `Matches.ends`. The others are as in
    `MatchRow`, names instead of numbers, text instead of bytes:
    what is not UTF-8 stands as `\xff`.

    Where a throttle was asked, `tickets` number the rows that go through, `counts` say how many rows each stands for,
    `since` when the first of those came, and `doubts` the place among the rows in doubt of a row that was; else these
    four are empty.
    """

    @property
    def numbers(self) -> list[int]: ...
    @property
    def events(self) -> list[bytes]: ...
    @property
    def profiles(self) -> list[str]: ...
    @property
    def rules(self) -> list[str]: ...
    @property
    def kinds(self) -> list[str]: ...
    @property
    def observed(self) -> list[str]: ...
    @property
    def spans(self) -> list[tuple[int, int]]: ...
    @property
    def normal_forms(self) -> list[str]: ...
    @property
    def scopes(self) -> list[str]: ...
    @property
    def entries(self) -> list[int]: ...
    @property
    def values(self) -> list[dict[str, str]]: ...
    @property
    def variants(self) -> list[str]: ...
    @property
    def obfuscations(self) -> list[str]: ...
    @property
    def fields(self) -> list[str]: ...
    @property
    def tickets(self) -> list[int]: ...
    @property
    def counts(self) -> list[int]: ...
    @property
    def since(self) -> list[int]: ...
    @property
    def doubts(self) -> list[int | None]: ...
    @property
    def near(self) -> list[str]: ...
    @property
    def far(self) -> list[str]: ...
    @property
    def actions(self) -> list[str]: ...

@final
class Matches:
    """What one block held. `received == matched + unmatched + ignored`."""

    received: int
    matched: int
    unmatched: int
    ignored: int
    rows: list[MatchRow]
    throttled: int
    def columns(self, doubted: Doubted | None = None) -> Columns:
        """The rows as columns, or those in doubt: by far the cheaper way to many of them."""

    def values(self, event: int) -> dict[str, bytes]:
        """For an event that matched: the first value that each rule took, CONTEXT rules included."""

    def ends(self, event: int) -> Ends:
        """For an event that matched: its ends, as far as it names them, and what its device did about it."""

@final
class Doubted:
    """Rows that may become no detection, with all others of their events; alike events are there once."""

    def __len__(self) -> int: ...
    @property
    def times(self) -> list[int]:
        """For each row in doubt, how many rows it stands for."""

Step: TypeAlias = tuple[
    str, str, str, int, int, bytes, bytes | None, str | None, str, list[tuple[str, bytes, list[Found]]], str
]
"""(profile, rule, type, span start, span end, observed, normal form, observable's kind, note, questions,
obfuscation).

A question is (kind asked, key asked, what answered). `note` says why there is no normal form, that a rule took nothing
(then observed is b""), went over its match limit, or that an Ignore rule took the event.
"""

@final
class Throttle:
    """Holds back repeats of rows and counts them, within a bounded memory; threads and matchers may share it.

    Args:
        intervals_ms: From one row of a key that goes through to the next; the last is repeated.
        keys: About how many keys are known at a time.
        parts: What belongs to a key besides the indicator: near, far, profile, rule, observed, peer.

    Raises:
        ValueError: There is no interval, or one is not above 0; a part is unknown.
    """

    def __new__(cls, intervals_ms: Sequence[int], keys: int = 1_000_000, parts: Sequence[str] = ...) -> Self: ...
    def take_pending(self, limit: int) -> list[tuple[int, int, int]]:
        """(ticket of the row of its key that went through last, rows held back since, when the first came) each.

        They count as told from now on. Times are milliseconds since 1970.
        """

    def stats(self) -> dict[str, int]:
        """`keys` known, rows `sent` and `held`, keys `evicted` for want of room, and the rows `untold` of those."""

@final
class Matcher:
    """Events against an index. `match` releases the GIL and may be called from several threads.

    Args:
        threads: How many share the frames of one call.
        listens: (feed, category, the rules that it listens to): other rules raise no row there. What is not named
            listens to all.
    """

    def __new__(
        cls, index: Index, rules: Rules, threads: int = 1, listens: Sequence[tuple[str, str, Sequence[str]]] = ()
    ) -> Self: ...
    def match(self, frames: Frames, peer: str | None = None) -> Matches:
        """Match every frame."""

    def doubted(
        self,
        matches: Matches,
        allowlist: Lists | None = None,
        by_ends: bool = False,
        feeds: Mapping[str, tuple[int, int]] = ...,
        ended_ms: int | None = None,
    ) -> Doubted:
        """Tell which rows may become no detection.

        Args:
            matches: This matcher's.
            allowlist: Values that are held back for some.
            by_ends: Whether that depends on the ends of the event's connection.
            feeds: Feed → (entries last seen at this time or before are in doubt, when one is taken to have been seen
                that names no time), in milliseconds since 1970.
            ended_ms: Entries valid until this time or before are in doubt.
        """

    def throttle(
        self,
        matches: Matches,
        doubted: Doubted,
        is_held: Sequence[bool],
        throttle: Throttle,
        peer: str | None = None,
        now_ms: int = 0,
    ) -> None:
        """Take out the rows that become no detection, then those that the throttle holds back.

        What it holds back is counted, and its events still count as matched; events of which every row was taken out
        before do not.

        Args:
            matches: They are changed.
            doubted: What `doubted` told of them.
            is_held: For each row in doubt, whether it becomes no detection.
            throttle: Asked in the order of the events.
            peer: Who sent them.
            now_ms: Milliseconds since 1970.

        Raises:
            ValueError: They are other matches than those of which `doubted` told, or not every row has its word.
        """

    def explain(self, event: bytes, peer: str | None = None) -> list[Step]:
        """Every rule of the event's profile, what it took, its normal form, what was asked and what answered."""

    def ends(self, event: bytes, peer: str | None = None) -> tuple[str, str, str]:
        """The near and the far end of the event's connection and what its device did; empty where it does not say."""

    def over_limit(self) -> dict[tuple[str, str], int]:
        """(profile, rule) → how many times its regex was stopped at the match limit."""
