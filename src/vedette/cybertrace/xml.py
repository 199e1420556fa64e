"""Reads CyberTrace's XML without trusting it: no DOCTYPE, no entities, no network, bounded in size and depth."""

import re

from lxml import etree

from vedette.config.draft import one_line
from vedette.errors import ConfigurationError, Mistake

ROOT = "Configuration"
_LARGEST_NUMBER_OF_FAULTS = 20


def is_xml(data: bytes, suffix: str) -> bool:
    """Whether a configuration file is CyberTrace's, by how it begins, or else by its name."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")) or suffix in (".conf", ".xml")


def parse_xml(data: bytes, path: str) -> etree._Element:
    """The root of `kl_feed_service.conf`.

    Raises:
        ConfigurationError: It is no XML (each fault with its line), declares a DOCTYPE, or is another file of theirs.
    """
    if line := _doctype_line(data):
        raise _refused(path, line, "declares a DOCTYPE, which a configuration needs for nothing but attacks; remove it")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise ConfigurationError(_faults(parser, fault, path)) from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused(path, 1, "declares a DOCTYPE, which a configuration needs for nothing but attacks; remove it")
    if root.tag != ROOT:
        why = "this is the feed utility's file" if root.tag == "Settings" else "names are case-sensitive"
        raise _refused(path, line_of(root), f"begins with `<{one_line(str(root.tag))}>`, not `<{ROOT}>`: {why}")
    return root


def line_of(element: etree._Element) -> int:
    """The line on which an element begins."""
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _doctype_line(data: bytes) -> int | None:
    """The line of a DOCTYPE, which may only stand before the root: found before libxml2 would unfold its entities."""
    ascii_bytes = data.replace(b"\0", b"")
    prologue = re.match(rb"(?s)[^<]*(?:<\?.*?\?>[^<]*|<!--.*?-->[^<]*)*", ascii_bytes)
    end = prologue.end() if prologue else 0
    if ascii_bytes[end : end + 9].upper() != b"<!DOCTYPE":
        return None
    return ascii_bytes.count(b"\n", 0, end) + 1


def _faults(parser: etree.XMLParser, fault: etree.XMLSyntaxError, path: str) -> tuple[Mistake, ...]:
    # The fault's own log would hold the faults of every file that this process has read.
    found = dict.fromkeys((one.line, one.message) for one in parser.error_log)
    faults = list(found) or [(fault.lineno or 1, fault.msg)]
    return tuple(
        Mistake(path, line, "", f"is not XML: {one_line(said)}") for line, said in faults[:_LARGEST_NUMBER_OF_FAULTS]
    )


def _refused(path: str, line: int | None, message: str) -> ConfigurationError:
    return ConfigurationError((Mistake(path, line, "", message),))
