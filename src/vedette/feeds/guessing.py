"""Tells a document's format by its beginning."""

import io
import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.errors import FeedError
from vedette.feeds.field_words import VALUE_ROLES, role_of
from vedette.feeds.formats.adblock import is_adblock, looks_like_adblock
from vedette.feeds.formats.bind import looks_like_bind
from vedette.feeds.formats.csv_dialect import commented_header, dialect_of, first_lines, regularity
from vedette.feeds.formats.dnscrypt import looks_like_dnscrypt
from vedette.feeds.formats.dnsmasq import looks_like_dnsmasq
from vedette.feeds.formats.hosts import looks_like_hosts
from vedette.feeds.formats.json_stream import elements
from vedette.feeds.formats.kaspersky import looks_kaspersky
from vedette.feeds.formats.misp_documents import looks_misp
from vedette.feeds.formats.rpz import looks_like_rpz
from vedette.feeds.formats.stix2_stream import looks_stix2
from vedette.feeds.formats.suricata import looks_like_suricata
from vedette.feeds.formats.unbound import looks_like_unbound
from vedette.feeds.formats.xml_stream import root_name
from vedette.feeds.formats.zeek import looks_like_zeek
from vedette.feeds.misp_folder import HASHES, MANIFEST, is_hashes, is_manifest
from vedette.feeds.rejects import LeftOut

if TYPE_CHECKING:
    from vedette.config.settings import Feed
    from vedette.feeds.document import Document

_LOOKED_AT_BYTES = 4096
_REGULAR = 0.95
_LINES_LOOKED_AT = 200
_COMMENTS = ("#", "!", ";", "//")
_NO_ARRAYS = (b"[.", b"[Adblock", b"[AdGuard", b"[uBlock")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_OF_HTML: Final = frozenset({"html", "head", "body"})

_XML_FORMATS: Final = {
    "ioc": "openioc",
    "iocs": "openioc",
    "OpenIOC": "openioc",
    "STIX_Package": "stix1",
    "Poll_Response": "stix1",
}
"""Formats in XML by the name of their document's root; XML with any other is `xml`."""

_LINE_FORMATS: Final[dict[str, Callable[[list[str]], bool]]] = {
    "hosts": looks_like_hosts,
    "dnsmasq": looks_like_dnsmasq,
    "adblock": looks_like_adblock,
    "rpz": looks_like_rpz,
    "suricata": looks_like_suricata,
    "unbound": looks_like_unbound,
    "bind": looks_like_bind,
    "dnscrypt": looks_like_dnscrypt,
}
"""Formats that are told by their lines, comments left out."""


def refuse_other(document: "Document") -> None:
    """Turn away what is no feed of text at all.

    Raises:
        FeedError: It is empty, binary, UTF-16, a page of HTML, or XML that opens with a DOCTYPE.
    """
    head = document.head[:_LOOKED_AT_BYTES]
    if not head.strip():
        raise FeedError("it is empty")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FeedError("it is UTF-16; UTF-8 is wanted")
    if b"\0" in head and not _has_lines_of_text(head):
        raise FeedError("it is binary, not text")
    opening = head.lstrip()[:64].lower()
    if opening.startswith(b"<!doctype html") or root_name(document.head).lower() in _OF_HTML:
        raise FeedError("it is an HTML page, not a feed; is a log-in or an error page in its place?")
    if opening.startswith(b"<") and not root_name(document.head):
        raise FeedError("it begins as XML does, and no element follows; a DOCTYPE is refused, for it serves attacks")


def _has_lines_of_text(head: bytes) -> bool:
    """Whether most lines hold nothing but text: a stray NUL costs its own line, and the feed is read."""
    lines = [line for line in head.splitlines() if line]
    return 2 * sum(_NO_TEXT.search(line) is None for line in lines) > len(lines)


def format_of(feed: "Feed", document: "Document") -> str:
    """The feed's own format, or under `auto` the one that the document looks to be in.

    Raises:
        LeftOut: It is a part of a MISP feed that has no indicators.
        FeedError: It is XML, and the feed's format is another.
    """
    is_xml = document.head.lstrip().startswith(b"<")
    if is_xml and feed.format not in {"auto", *_XML_FORMATS.values(), "xml"}:
        raise FeedError(f"it is XML, and the feed's format is {feed.format}")
    if feed.format in {"auto", "misp"}:
        _leave_out_parts_of_misp(document)
    if feed.format != "auto":
        return feed.format
    if is_xml:
        return _XML_FORMATS.get(root_name(document.head), "xml")
    opening = document.head.lstrip()[:1]
    if opening in (b"[", b"{") and not document.head.lstrip().startswith(_NO_ARRAYS):
        return _of_json(document)
    if looks_like_zeek(document):
        return "zeek"
    if _is_said_to_be_a_table(feed):
        return "csv"
    lines = (line.strip() for line in document.lines())
    looked_at = list(islice((line for line in lines if line and not line.startswith(_COMMENTS)), _LINES_LOOKED_AT))
    if looked_at and document.head.lstrip().startswith((b"!", *_NO_ARRAYS[1:])) and all(map(is_adblock, looked_at)):
        return "adblock"
    of_lines = next((name for name, looks_so in _LINE_FORMATS.items() if looked_at and looks_so(looked_at)), None)
    return of_lines or ("csv" if _looks_like_csv(feed, document) else "plain")


def _leave_out_parts_of_misp(document: "Document") -> None:
    if is_manifest(document.head):
        raise LeftOut(
            f"manifests of MISP feeds, which only name events: the folder, or an archive of it, is a feed ({MANIFEST})"
        )
    if is_hashes(document.head):
        raise LeftOut(f"files of hashes of values, which no event of a stream can be held against ({HASHES})")


def _of_json(document: "Document") -> str:
    head = document.head.lstrip()
    if looks_misp(head):
        return "misp"
    if looks_stix2(head):
        return "stix2"
    try:
        raw = next(elements(io.BytesIO(head), len(head), in_array=head[:1] == b"["), b"")
        record = msgspec.json.decode(raw)
    except (ValueError, msgspec.DecodeError, RecursionError):
        record = None
    if isinstance(record, dict) and looks_kaspersky(record):
        return "kaspersky"
    return "jsonl" if head[:1] == b"{" and _has_object_lines(head) else "json"


def _has_object_lines(head: bytes) -> bool:
    lines = [line.strip() for line in head.split(b"\n", 2)[:2]]
    return len(lines) > 1 and lines[0].endswith(b"}") and lines[1].startswith(b"{")


def _is_said_to_be_a_table(feed: "Feed") -> bool:
    return feed.delimiter is not None or bool(feed.header or feed.fields or feed.feed_field)


def _looks_like_csv(feed: "Feed", document: "Document") -> bool:
    """Lines of regular width under a known header, or apart by something other than blanks.

    A tab alone is not enough: plain lists have it between the value and what is known of it.
    """
    dialect = dialect_of(feed, document)
    lines = first_lines(document, feed.comment)
    if commented_header(document, dialect) or (lines and _is_known_header(lines[0], dialect.delimiter)):
        return True
    if dialect.delimiter == "\t" or len(lines) == 1:
        return False
    share, _ = regularity(lines, dialect.delimiter)
    return share >= _REGULAR


def _is_known_header(line: str, delimiter: str) -> bool:
    names = [name.strip().strip('"') for name in line.split(delimiter)]
    roles = {role_of(name) for name in names}
    return len(names) > 1 and not roles.isdisjoint(VALUE_ROLES)
