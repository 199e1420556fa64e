"""CyberTrace's event sources, as profiles."""

import re
from typing import Any

from lxml import etree

from vedette.config.lines import Key
from vedette.cybertrace.conversion import NO_COUNTERPART, Conversion, children, chosen, required, tag_of, text_of

TYPES = ("URL", "MD5", "SHA1", "SHA256", "HASH", "IP", "DOMAIN", "CONTEXT")


def put_profiles(conversion: Conversion, reg_exps: etree._Element) -> dict[str, str]:
    """Put a profile for each source; the type of each rule by its name."""
    types: dict[str, str] = {}
    seen: set[str] = set()
    for source in children(conversion, ("profiles",), reg_exps, ["Source"]):
        name = required(conversion, ("profiles",), source, "id")
        if name in seen:
            conversion.mistake(("profiles", name), source, f"a source with the id `{name}` stands twice")
            continue
        seen.add(name)
        types.update(_put_profile(conversion, ("profiles", name), source))
    return types


def _put_profile(conversion: Conversion, key: Key, source: etree._Element) -> dict[str, str]:
    conversion.put(key, {}, source)
    for attribute, ours in (("ip", "peers"), ("hostname", "hostnames")):
        if values := re.findall(r"[^;,\s]+", source.get(attribute, "")):
            conversion.put((*key, ours), values, source)
    if regexp := source.get("regexp"):
        conversion.put((*key, "event_regex"), regexp, source)
    conversion.leftovers(key, source, ["id", "ip", "hostname", "regexp"], NO_COUNTERPART)
    types: dict[str, str] = {}
    for child in source:
        if tag_of(child) == "NormalizingRules":
            _put_normalizing(conversion, key, child)
        elif tag_of(child) in types:
            conversion.mistake((*key, "rules", tag_of(child)), child, f"a rule named `{tag_of(child)}` stands twice")
        else:
            types[tag_of(child)] = _put_rule(conversion, (*key, "rules", tag_of(child)), child)
    return types


def _put_normalizing(conversion: Conversion, key: Key, element: etree._Element) -> None:
    replaces: list[dict[str, str]] = []
    ignores: list[str] = []
    for child in children(conversion, key, element, ["Replace", "Ignore"]):
        if tag_of(child) == "Replace":
            conversion.stands((*key, "replace", len(replaces)), child)
            pattern = required(conversion, (*key, "replace"), child, "input")
            replaces.append({"input": pattern, "output": child.get("output", "")})
        else:
            conversion.stands((*key, "ignore", len(ignores)), child)
            ignores.append(required(conversion, (*key, "ignore"), child, "input"))
    if replaces:
        conversion.put((*key, "replace"), replaces, element)
    if ignores:
        conversion.put((*key, "ignore"), ignores, element)


def _put_rule(conversion: Conversion, key: Key, element: etree._Element) -> str:
    kind = chosen(conversion, (*key, "type"), element, "type", TYPES, "CONTEXT")
    extract = chosen(conversion, (*key, "extract"), element, "extract", ["all", "first"], "all")
    rule: dict[str, Any] = {"type": kind, "regex": text_of(element), "extract": extract}
    if concatenate := element.get("concatenate"):
        rule["concatenate"] = ours(concatenate)
        if re.search(r"(?<!\\)#\d\d", concatenate):
            conversion.mistake((*key, "concatenate"), element, "asks for a group beyond `#9`; there may be nine")
    conversion.put(key, rule, element)
    conversion.leftovers(key, element, ["type", "extract", "concatenate"], NO_COUNTERPART)
    for child in element:
        conversion.mistake((*key, "regex"), child, f"holds `<{tag_of(child)}>`; write `<` as `&lt;`, or use CDATA")
    return kind


def ours(concatenate: str) -> str:
    r"""CyberTrace's `#1/#2` in our writing, `\1/\2`; its `\#` is a `#`."""
    return re.sub(r"\\#|#(\d+)", lambda found: f"\\{found[1]}" if found[1] else "#", concatenate)
