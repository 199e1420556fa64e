"""CyberTrace's feeds, as ours: the file of each, its fields, and the rules that they listen to."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from vedette.config.lines import Key
from vedette.cybertrace.conversion import NO_COUNTERPART, Conversion, children, chosen, required, tag_of

FOLDERS = ("", "feeds", "../feeds")
"""Where a feed's file is looked for, from the configuration's own folder."""

MATCHING_TYPES = ("Url", "Hash", "Exact", "Ip", "Domain")

_HASHES = ("md5", "sha1", "sha256", "sha512")
_NO_COUNTERPART = {
    "outdated_alert_period": "has no counterpart: an outdated feed raises no service event",
    "use_for_retroscan": "has no counterpart: events are matched live",
}
_FEED_ATTRIBUTES = ("filename", "enabled", "confidence", "vendor", "indicator_lifetime", *_NO_COUNTERPART)


def put_feeds(conversion: Conversion, feeds: etree._Element, types: Mapping[str, str], folder: Path) -> None:
    """Put every feed; `types` are those of the sources' rules by name, `folder` is the configuration's own."""
    if (minutes := feeds.get("update_frequency")) is not None:
        conversion.put(("feeds_check_s",), seconds_of(minutes), feeds)
    conversion.leftovers(("feeds",), feeds, ["update_frequency"], NO_COUNTERPART)
    for feed in children(conversion, ("feeds",), feeds, ["Feed"]):
        filename = required(conversion, ("feeds",), feed, "filename")
        if filename:
            _put_feed(conversion, feed, filename, types, folder)


def _put_feed(
    conversion: Conversion, feed: etree._Element, filename: str, types: Mapping[str, str], folder: Path
) -> None:
    key: Key = ("feeds", feed_name(filename))
    if key[1] in conversion.names("feeds"):
        conversion.mistake(key, feed, f"a feed with the file `{filename}` stands twice")
        return
    values: dict[str, Any] = {"path": found_path(filename, folder), "format": _format(filename)}
    for attribute, ours in (("enabled", "enabled"), ("confidence", "confidence"), ("vendor", "provider")):
        if (value := feed.get(attribute)) is not None:
            values[ours] = value
    if days := days_of(feed.get("indicator_lifetime", "0")):
        values["retention_days"] = days
    conversion.put(key, values, feed)
    conversion.hint((*key, "path"), "it was looked for beside the configuration, in `feeds/` and in `../feeds/`")
    for attribute, why in _NO_COUNTERPART.items():
        if (value := feed.get(attribute)) is not None:
            conversion.note(key, feed, f"Feed[{attribute}]: {value}", why)
    conversion.leftovers(key, feed, _FEED_ATTRIBUTES, NO_COUNTERPART)
    fields: list[dict[str, Any]] = []
    for child in children(conversion, key, feed, ["Field", "ActionableFields"]):
        if tag_of(child) == "Field":
            below: Key = (*key, "fields", len(fields))
            conversion.stands(below, child)
            fields.append(_field(conversion, below, child, types))
        else:
            _put_actionable(conversion, key, child)
    if fields:
        conversion.put((*key, "fields"), fields, feed)


def _field(conversion: Conversion, key: Key, field: etree._Element, types: Mapping[str, str]) -> dict[str, Any]:
    name = required(conversion, key, field, "name")
    given = re.findall(r"[^;,\s]+", field.get("input_regexp_to_match", ""))
    rules = [listened_rule(rule, types) for rule in given]
    matching = chosen(conversion, key, field, "matching_type", MATCHING_TYPES, "Exact")
    values: dict[str, Any] = {"field": name}
    if kind := kind_of(name, matching, types.get(rules[0], "") if rules else ""):
        values["kind"] = kind
    if category := field.get("category"):
        values["category"] = category
    if rules:
        values["rules"] = rules
    known = ["name", "matching_type", "input_regexp_to_match", "category"]
    conversion.leftovers(key, field, known, NO_COUNTERPART)
    return values


def _put_actionable(conversion: Conversion, key: Key, element: etree._Element) -> None:
    """Later releases write `output_name`, the FortiSIEM guide `output`; left out, the field keeps its name."""
    below: Key = (*key, "actionable")
    for child in children(conversion, below, element, ["ActionableField"]):
        if name := required(conversion, below, child, "name"):
            output = child.get("output_name") or child.get("output") or name
            conversion.put((*below, name), output, child)


def listened_rule(name: str, types: Mapping[str, str]) -> str:
    """The rule of this name; where a source has only `RE_HASH`, the names of single hashes mean that one."""
    return (
        "RE_HASH" if name not in types and name in ("RE_MD5", "RE_SHA1", "RE_SHA256") and "RE_HASH" in types else name
    )


def kind_of(field: str, matching: str, rule_type: str) -> str | None:
    """The kind of a field's indicators: by the field's name, how it is matched, and what its rule takes."""
    last = field.rpartition("/")[2].casefold()
    if last in _HASHES:
        return last
    if matching in ("url", "hash", "ip", "domain"):
        return matching
    return rule_type if rule_type not in ("", "context") else None


def feed_name(filename: str) -> str:
    """A feed's name: its file's, without folder and extension, in the characters that a name may have."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    return re.sub(r"[^A-Za-z0-9_.-]", "_", re.sub(r"\.(json|csv|txt)$", "", name, flags=re.IGNORECASE))[:128]


def seconds_of(minutes: str) -> int | str:
    """Whole minutes in seconds; any other text as it is, for the check to say what is wrong with it."""
    return int(minutes) * 60 if re.fullmatch(r"\s*[0-9]{1,9}\s*", minutes) else minutes


def days_of(minutes: str) -> float | str | None:
    """Whole minutes in days, None for 0, which is for ever; any other text as it is, for the check to refuse."""
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", minutes):
        return minutes
    return round(int(minutes) / 1440, 6) or None


def found_path(filename: str, folder: Path) -> str:
    """The feed's file as seen from the configuration's folder; the file name alone where there is none."""
    plain = filename.replace("\\", "/")
    for name in (plain, f"{plain}.json"):
        for place in FOLDERS:
            path = PurePosixPath(place) / name
            if (folder / path).is_file():
                return str(path)
    return plain


def _format(filename: str) -> str:
    suffix = PurePosixPath(filename).suffix.casefold()
    if suffix in (".json", ""):
        return "kaspersky"
    return "csv" if suffix == ".csv" else "auto"
