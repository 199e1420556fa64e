"""Turns `kl_feed_service.conf` into a draft of our configuration."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from lxml import etree

from vedette.config.draft import Draft
from vedette.config.lines import Key
from vedette.cybertrace.conversion import NO_COUNTERPART, Conversion, children, expect, note_whole, tag_of, text_of
from vedette.cybertrace.feeds import put_feeds
from vedette.cybertrace.sources import put_profiles

INPUT = "events"
OUTPUT = "siem"
TEMPLATE = "cybertrace"

_FORMATS = {
    "EventFormat": "event",
    "RecordFieldContextFormat": "record_field",
    "ActionableFieldContextFormat": "actionable_field",
}
_UNSENT = {
    "AlertFormat": "has no counterpart: news about the service itself is logged, not sent",
    "AlertConnectionString": "has no counterpart: news about the service itself is logged, not sent",
    "FinishedEventFormat": "has no counterpart: nothing is sent for an event that is done",
}
_WITHOUT_PLACE: Mapping[str, tuple[Key, str]] = {
    "EULA": ((), NO_COUNTERPART),
    "ServiceSettings": (("inputs",), "has no counterpart: `threads` says how many threads match; retrying never ends"),
    "SendEventFilters": (("outputs",), "has no counterpart: every detection is sent"),
    "RetroScan": ((), "has no counterpart: events are matched live"),
    "GUISettings": ((), NO_COUNTERPART),
}


def draft_of(root: etree._Element, path: Path) -> Draft:
    """Everything that the file says, as values of ours, notes or mistakes."""
    conversion = Conversion(str(path))
    types: dict[str, str] = {}
    feeds: list[etree._Element] = []
    for child in _parts(conversion, root):
        name = tag_of(child)
        if name in _WITHOUT_PLACE:
            note_whole(conversion, _WITHOUT_PLACE[name][0], child, _WITHOUT_PLACE[name][1])
        elif name == "Feeds":
            feeds.append(child)
        else:
            types.update(_SETTINGS[name](conversion, child))
    for one in feeds:
        put_feeds(conversion, one, types, path.parent)
    # CyberTrace answers every event; whoever comes from it counts on that.
    conversion.put(("throttle", "enabled"), False, root)
    return conversion.draft()


def _parts(conversion: Conversion, root: etree._Element) -> Iterator[etree._Element]:
    """The parts of the configuration; the settings of the tenant, where there is one and the root has none itself."""
    tenants = root.findall("Domains/Domain")
    if len(tenants) > 1:
        message = f"has {len(tenants)} tenants; a configuration of ours serves one: keep one `<Domain>` in each file"
        conversion.mistake((), tenants[1], message)
    holder = tenants[0] if tenants and root.find("InputSettings") is None else root
    expect(conversion, (), holder, list(_SETTINGS))
    known = [*_SETTINGS, "Feeds", *_WITHOUT_PLACE]
    for element in (root, *tenants[:1]):
        for child in children(conversion, (), element, [*known, "Domains"]):
            if tag_of(child) != "Domains":
                yield child


def _put_input(conversion: Conversion, settings: etree._Element) -> dict[str, str]:
    types: dict[str, str] = {}
    key: Key = ("inputs", INPUT)
    expect(conversion, key, settings, ["ConnectionString", "RegExps"])
    for child in children(conversion, key, settings, ["ConnectionString", "EventDelimiter", "RegExps"]):
        text = text_of(child)
        if tag_of(child) == "RegExps":
            types = put_profiles(conversion, child)
        elif tag_of(child) == "EventDelimiter":
            if text:
                conversion.put((*key, "delimiter"), text, child)
        elif address := address_of(text):
            conversion.put((*key, "type"), "tcp", child)
            conversion.put((*key, "listen"), address, child)
        else:
            conversion.mistake(
                (*key, "listen"), child, f"{text!r} is no `address:port`; pipes and sockets are not read"
            )
    return types


def _put_output(conversion: Conversion, settings: etree._Element) -> dict[str, str]:
    key: Key = ("outputs", OUTPUT)
    expect(conversion, key, settings, ["ConnectionString", "EventFormat"])
    for child in children(conversion, key, settings, ["ConnectionString", *_FORMATS, *_UNSENT]):
        name, text = tag_of(child), text_of(child)
        if name in _FORMATS:
            conversion.put(("templates", TEMPLATE, _FORMATS[name]), text, child)
        elif name in _UNSENT:
            note_whole(conversion, key, child, _UNSENT[name])
        elif address := address_of(text):
            values = {"type": "syslog", "address": address, "protocol": "tcp", "header": False, "template": TEMPLATE}
            conversion.put(key, values, child)
        else:
            message = f"{text!r} is no `address:port`; pipes and sockets are not written"
            conversion.mistake((*key, "address"), child, message)
    return {}


_SETTINGS: Mapping[str, Callable[[Conversion, etree._Element], dict[str, str]]] = {
    "InputSettings": _put_input,
    "OutputSettings": _put_output,
}


def address_of(connection: str) -> str | None:
    """A connection string's address and port, IPv6 in brackets; None for pipes and UNIX sockets."""
    host, colon, port = connection.strip().rpartition(":")
    if not colon or not host or not port.isdecimal() or host.startswith(("/", "\\")):
        return None
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"
