"""How feeds are written: one file a format, one line of the table each."""

from typing import Final

from vedette.feeds.formats.adblock import AdblockFormat
from vedette.feeds.formats.bind import BindFormat
from vedette.feeds.formats.csv import CsvFormat
from vedette.feeds.formats.dnscrypt import DnscryptFormat
from vedette.feeds.formats.dnsmasq import DnsmasqFormat
from vedette.feeds.formats.format import Format
from vedette.feeds.formats.hosts import HostsFormat
from vedette.feeds.formats.json import JsonFormat, JsonLinesFormat
from vedette.feeds.formats.kaspersky import KasperskyFormat
from vedette.feeds.formats.misp import MispFormat
from vedette.feeds.formats.openioc import OpeniocFormat
from vedette.feeds.formats.plain import PlainFormat
from vedette.feeds.formats.rpz import RpzFormat
from vedette.feeds.formats.stix1 import Stix1Format
from vedette.feeds.formats.stix2 import Stix2Format
from vedette.feeds.formats.suricata import SuricataFormat
from vedette.feeds.formats.unbound import UnboundFormat
from vedette.feeds.formats.xml import XmlFormat
from vedette.feeds.formats.zeek import ZeekFormat

FORMATS: Final[dict[str, type[Format]]] = {
    "plain": PlainFormat,
    "hosts": HostsFormat,
    "dnsmasq": DnsmasqFormat,
    "adblock": AdblockFormat,
    "rpz": RpzFormat,
    "suricata": SuricataFormat,
    "zeek": ZeekFormat,
    "dnscrypt": DnscryptFormat,
    "unbound": UnboundFormat,
    "bind": BindFormat,
    "csv": CsvFormat,
    "json": JsonFormat,
    "jsonl": JsonLinesFormat,
    "kaspersky": KasperskyFormat,
    "misp": MispFormat,
    "xml": XmlFormat,
    "openioc": OpeniocFormat,
    "stix2": Stix2Format,
    "stix1": Stix1Format,
}
"""Every format by the name that `format:` takes; `auto` is none of them but a choice between them."""
