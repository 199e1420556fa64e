"""What the fields of Kaspersky's records mean: kinds, scopes, categories."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from vedette.indicators.normal_form import guess_kind

if TYPE_CHECKING:
    from vedette.indicators.kind import Scope


class Reading(NamedTuple):
    """A value as the index wants it."""

    value: str
    kind: str | None
    scope: "Scope | None"


FIELDS: Final = {
    "ip": "ip",
    "mask": "mask",
    "MD5": "md5",
    "SHA1": "sha1",
    "SHA256": "sha256",
    "files/MD5": "md5",
    "files/SHA1": "sha1",
    "files/SHA256": "sha256",
    "urls/url": "url",
    "hosts/host": "host",
    "domains/domain": "domain",
    "Details/Mask": "url",
}
"""Where indicators stand in Kaspersky's records, and what each field holds."""

_STEMS: Final = (
    ("ipreputation", "IP_Reputation"),
    ("mobile", "Mobile"),
    ("botnet", "BotnetCnC"),
    ("malicious", "Malicious"),
    ("phishing", "Phishing"),
    ("ransomware", "Ransomware"),
    ("internalti", "InternalTI"),
    ("iot", "IoT"),
    ("ics", "ICS"),
    ("apt", "APT"),
)
"""A word of a feed's file name, and the word that its categories are made of."""

_MASKED = range(19, 23)


@lru_cache(maxsize=256)
def stem_of(file: str) -> str | None:
    """The word of the categories for a feed's file: `Botnet_CnC_URL_Data_Feed.json` makes `BotnetCnC`."""
    words = file.replace("!", "/").rsplit("/", 1)[-1].lower().replace("-", "_").split("_")
    joined = "".join(words)
    for word, stem in _STEMS:
        # The short ones stand in many a word.
        if word in words or (len(word) > len("apt") and word in joined):
            return stem
    return None


def category_of(stem: str | None, holds: str | None) -> str | None:
    """The category of what a field holds: `KL_BotnetCnC_Hash_MD5`; None where the feed is none of Kaspersky's."""
    if stem is None or holds is None:
        return None
    if holds in {"md5", "sha1", "sha256"}:
        return f"KL_{stem}_Hash_{holds.upper()}"
    if holds == "ip":
        return "KL_IP_Reputation" if stem == "IP_Reputation" else f"KL_{stem}_IP"
    return f"KL_{stem}_URL"


def reading_of(text: str, holds: str, record: dict[str, Any]) -> Reading:
    """A field's text by what the field holds.

    Raises:
        ValueError: A mask's type is none of the eight.
    """
    match holds:
        case "mask":
            return _masked(text, record.get("type"))
        case "url":
            return Reading(text, "url", "mask" if "*" in text else None)
        case "domain":
            return _host(text, "subdomains")
        case "host":
            return _host(text, "host")
        case _:
            return Reading(text, holds, None)


def _masked(text: str, type_given: Any) -> Reading:
    number = int(type_given) if str(type_given) in {"1", "2", "3", "4", "19", "20", "21", "22"} else None
    if number is None:
        raise ValueError(f"`type` is {type_given!r}; there are: 1 to 4, 19 to 22")
    if number in _MASKED:
        return Reading(text, "url", "mask")
    if number == 1 and text.startswith("*.") and "*" not in text[2:]:
        return _host(text, "subdomains")
    if "*" in text:
        return Reading(text, "url", "mask")
    return {
        1: lambda: _host(text, "subdomains"),
        2: lambda: _host(text, "host"),
        3: lambda: Reading(text, "url", "prefix"),
        4: lambda: Reading(text, "url", "exact"),
    }[number]()


def _host(text: str, scope: "Scope") -> Reading:
    if guess_kind(text) in {"ipv4", "ipv6", "ip_port"}:
        return Reading(text, "ip", None)
    return Reading(text, "domain", scope)
