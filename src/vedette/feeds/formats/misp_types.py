"""The types of MISP's attributes: which are kinds of ours, and how a composite one comes apart."""

from typing import TYPE_CHECKING, Final, NamedTuple

from vedette.feeds.rejects import LeftOut
from vedette.indicators.normal_form import guess_kind

if TYPE_CHECKING:
    from vedette.indicators.kind import Scope


class Part(NamedTuple):
    """A value of an attribute, as the index wants it."""

    value: str
    kind: str
    scope: "Scope | None" = None


TYPES: Final[dict[str, str]] = {
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "sha512": "sha512",
    "ip-src": "ip",
    "ip-dst": "ip",
    "domain": "domain",
    "url": "url",
    "email": "email",
    "email-src": "email",
    "email-dst": "email",
    "email-reply-to": "email",
}
"""Types that hold one value, and its kind."""

OTHER_TYPES: Final = (
    "hostname",
    "hostname|port",
    "domain|ip",
    "ip-src|port",
    "ip-dst|port",
    "malware-sample",
    "uri",
    *(f"filename|{hash_}" for hash_ in ("md5", "sha1", "sha256", "sha512")),
)
"""Types that hold several values, or one in a shape of its own."""


def parts_of_attribute(type_: str, value: str) -> tuple[Part, ...]:
    """The values of an attribute that are kinds of ours; of `filename|md5` that is the hash alone.

    Raises:
        LeftOut: The type is none of ours.
        ValueError: A composite value does not have the shape of its type.
    """
    if kind := TYPES.get(type_):
        return (Part(value, kind),)
    match type_:
        case "hostname":
            return (Part(value, "domain", "host"),)
        case "hostname|port":
            return (Part(_pair(type_, value)[0], "domain", "host"),)
        case "domain|ip":
            domain, ip = _pair(type_, value)
            return Part(domain, "domain"), Part(ip, "ip")
        case "ip-src|port" | "ip-dst|port":
            return (Part(_with_port(type_, value), "ip_port"),)
        case "uri" if guess_kind(value) == "url":
            return (Part(value, "url"),)
        case "malware-sample":
            return (Part(_pair(type_, value)[1], "md5"),)
    if type_ in OTHER_TYPES and type_.startswith("filename|"):
        return (Part(_pair(type_, value)[1], type_.partition("|")[2]),)
    raise LeftOut(f"attributes of type `{type_[:60]}`")


def _pair(type_: str, value: str) -> tuple[str, str]:
    """What stands before and behind the last bar: a file's name may hold one."""
    before, _, behind = value.rpartition("|")
    if not before.strip() or not behind.strip():
        raise ValueError(f"`{type_}` is a pair with `|` between, got {value!r}")
    return before.strip(), behind.strip()


def _with_port(type_: str, value: str) -> str:
    address, port = _pair(type_, value)
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
