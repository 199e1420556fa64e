"""What is wrong with a configuration whose types are right: names that lead nowhere, regexes, missing files."""

import ipaddress
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vedette.config.allowlist import AllowlistEntry
from vedette.config.draft import Finding
from vedette.config.fetching import HttpFetch, places_in
from vedette.config.harm import SeverityRule, Warninglists
from vedette.config.lines import Key
from vedette.config.settings import BUILT_IN_TEMPLATES, Configuration, Feed, Profile, Rule, Template
from vedette.config.shaping import did_you_mean
from vedette.indicators.kind import KINDS, scopes_of

CASELESS = ("url", "domain", "md5", "sha1", "sha256", "sha512", "hash")
"""Rules of these types match in either case."""


@dataclass(frozen=True)
class Checks:
    """What the rooms above this one know, handed down to it.

    Args:
        regex: What PCRE2 has against a pattern (and whether it is caseless), or None.
        delimiter: What the core has against a regex of an event's start, which sees bytes, or None.
        profile: What the core has against a profile, which is one rule or one Replace alone, or None.
        template: What is wrong with a template, given the names of all rules: (key, message) each.
        allowlist: Which values of an allowlist have no normal form: (position, why) each.
        now: The clock.
        lists: Why there are no warninglists where no folder is named, or None.
        list_names: The names of the warninglists of a folder, or of the package, and of their folders.
        value: Why a value has no normal form of a kind, or None.
    """

    regex: Callable[[str, bool], str | None] = field(default=lambda _pattern, _caseless: None)
    delimiter: Callable[[str], str | None] = field(default=lambda _pattern: None)
    profile: Callable[[Profile], str | None] = field(default=lambda _profile: None)
    template: Callable[[Template, Sequence[str]], Sequence[tuple[str, str]]] = field(
        default=lambda _template, _rules: ()
    )
    allowlist: Callable[[Sequence[AllowlistEntry]], Sequence[tuple[int, str]]] = field(default=lambda _entries: ())
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    lists: Callable[[], str | None] = field(default=lambda: None)
    list_names: Callable[[Path | None], Sequence[str]] = field(default=lambda _folder: ())
    value: Callable[[str, str], str | None] = field(default=lambda _kind, _value: None)


def mistakes_in(configuration: Configuration, folder: Path, checks: Checks) -> tuple[Finding, ...]:
    """Everything wrong with it, in the order of the configuration's parts."""
    return (
        *_inputs(configuration, checks),
        *_feeds(configuration, folder),
        *_profiles(configuration, checks),
        *_harm(configuration, folder, checks),
        *_templates(configuration, checks),
        *_outputs(configuration),
    )


def warnings_in(configuration: Configuration, folder: Path, checks: Checks) -> tuple[Finding, ...]:
    """What is allowed, and probably not meant."""
    found: list[Finding] = []
    if not any(feed.enabled for feed in configuration.feeds.values()):
        found.append((("feeds",), "no feed is enabled: nothing can be detected"))
    if not configuration.inputs:
        found.append((("inputs",), "there is none: `vedette run` has nothing to read"))
    if not configuration.outputs:
        found.append((("outputs",), "there is none: detections are stored and go nowhere"))
    for name, profile in configuration.profiles.items():
        if name != "default" and not (profile.peers or profile.hostnames or profile.event_regex):
            found.append((("profiles", name), "takes no event: it has no `peers`, `hostnames` or `event_regex`"))
        if name == "default" and not any(rule.type != "context" for rule in profile.rules.values()):
            found.append((("profiles", name, "rules"), "no rule takes anything that could be looked up"))
    return (*found, *_unknown_lists(configuration, folder, checks))


def unwritable(folder: Path) -> str | None:
    """Why nothing can be kept in this folder, or None; it need not exist yet."""
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        return f"cannot be kept in `{folder}`: `{nearest}` is not a folder"
    if not os.access(nearest, os.W_OK | os.X_OK):
        return f"cannot be kept in `{folder}`: `{nearest}` cannot be written; name another folder with `--state`"
    return None


def _inputs(configuration: Configuration, checks: Checks) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for name, one in configuration.inputs.items():
        if one.delimiter is not None and (why := checks.regex(one.delimiter, False) or checks.delimiter(one.delimiter)):
            yield ("inputs", name, "delimiter"), why
        if one.type == "tcp":
            if one.listen in taken:
                yield ("inputs", name, "listen"), f"`{taken[one.listen]}` listens on {one.listen} already"
            taken.setdefault(one.listen, name)


def _feeds(configuration: Configuration, folder: Path) -> Iterator[Finding]:
    rules = sorted({rule for profile in configuration.profiles.values() for rule in profile.rules})
    for name, feed in configuration.feeds.items():
        yield from _coming(name, feed, folder)
        yield from _listening(name, feed, rules)
        yield from _reaching(name, feed)
        for field_name, output in feed.actionable.items():
            if not re.fullmatch(r"[^\s=|\x00-\x1f]{1,128}", output):
                yield (
                    ("feeds", name, "actionable", field_name),
                    f"{output!r} is no key: blanks, `=` and `|` are not allowed",
                )


def _coming(name: str, feed: Feed, folder: Path) -> Iterator[Finding]:
    """What is wrong with where a feed comes from."""
    has_path = "path" in feed.model_fields_set
    if feed.fetch is None:
        if not has_path:
            yield ("feeds", name, "path"), "is missing: a feed has a `path`, or a `fetch` with its `url`"
        elif feed.enabled and (why := _unreadable(folder / feed.path)):
            yield ("feeds", name, "path"), why
        return
    if has_path:
        yield ("feeds", name, "path"), "stands beside `fetch`: what is fetched is kept in the state folder"
    if feed.enabled:
        yield from (((("feeds", name, "fetch", *below)), why) for below, why in _fetch(feed.fetch, folder))


def _fetch(its: HttpFetch, folder: Path) -> Iterator[Finding]:
    for key in ("client_certificate", "ca"):
        path = getattr(its, key)
        if path is not None and (why := _unreadable(folder / path)):
            yield (key,), why
    for name, secret in its.secrets.items():
        if (secret.file is None) == (secret.env is None):
            yield ("secrets", name), "takes one of `file` and `env`"
        elif secret.file is not None and (why := _unreadable(folder / secret.file)):
            yield ("secrets", name, "file"), why
    yield from _places(its)
    if its.password is not None and not any(places_in(its.password)):
        yield ("password",), "stands in the configuration itself: name a secret, as `{NAME}`"
    if (its.user is None) != (its.password is None):
        yield ("user",), "and `password` go together"


def _places(its: HttpFetch) -> Iterator[Finding]:
    """Places of secrets that are not there."""
    texts: list[tuple[Key, str | None]] = [(("url",), its.url), (("password",), its.password), (("body",), its.body)]
    texts += [(("headers", name), text) for name, text in its.headers.items()]
    for below, text in texts:
        for place in places_in(text or ""):
            if place not in its.secrets:
                yield below, f"wants a secret `{place}`; {did_you_mean(place, tuple(its.secrets))}"


def _reaching(name: str, feed: Feed) -> Iterator[Finding]:
    """Scopes that no kind said beside them can have; where no kind is said, each indicator's own kind decides."""
    said: list[tuple[Key, str | None, str | None]] = [(("feeds", name, "scope"), feed.kind, feed.scope)]
    for position, one in enumerate(feed.fields):
        said.append((("feeds", name, "fields", position, "scope"), one.kind or feed.kind, one.scope))
    for key, kind, scope in said:
        if kind and scope and scope not in (allowed := scopes_of(kind)):
            yield key, f"the kind `{kind}` cannot have the scope `{scope}`; it can have: {', '.join(sorted(allowed))}"


def _listening(name: str, feed: Feed, rules: Sequence[str]) -> Iterator[Finding]:
    for position, one in enumerate(feed.fields):
        for rule_position, rule in enumerate(one.rules):
            if rule not in rules:
                key = ("feeds", name, "fields", position, "rules", rule_position)
                yield key, f"no profile has a rule named `{rule}`; {did_you_mean(rule, rules)}"


def _unreadable(path: Path) -> str | None:
    if not path.exists():
        return f"there is no file `{path}`"
    if not path.is_file() and not (path / "manifest.json").is_file():
        return f"`{path}` is neither a file nor the folder of a MISP feed"
    return None if os.access(path, os.R_OK) else f"`{path}` cannot be read"


def _profiles(configuration: Configuration, checks: Checks) -> Iterator[Finding]:
    if "default" not in configuration.profiles:
        yield ("profiles",), "has no `default`, which serves the events that no other profile takes"
    for name, profile in configuration.profiles.items():
        key: Key = ("profiles", name)
        for position, peer in enumerate(profile.peers):
            if not _is_network(peer):
                yield (*key, "peers", position), f"{peer!r} is no address or network"
        for below, pattern in _patterns(profile):
            if why := checks.regex(pattern, False):
                yield (*key, *below), why
        for position, one in enumerate(profile.replace):
            if not checks.regex(one.input, False) and (why := checks.profile(Profile(replace=(one,)))):
                yield (*key, "replace", position, "output"), why
        for rule_name, rule in profile.rules.items():
            yield from ((((*key, "rules", rule_name, *below)), why) for below, why in _rule(rule, checks))


def _patterns(profile: Profile) -> Iterator[tuple[Key, str]]:
    if profile.event_regex is not None:
        yield ("event_regex",), profile.event_regex
    for position, replace in enumerate(profile.replace):
        yield ("replace", position, "input"), replace.input
    for position, ignore in enumerate(profile.ignore):
        yield ("ignore", position), ignore


def _rule(rule: Rule, checks: Checks) -> Iterator[Finding]:
    if rule.fields:
        yield from _field_rule(rule, checks)
        return
    if rule.type == "auto":
        if rule.regex is not None:
            yield ("regex",), "a rule of type `auto` has no regex; give it another type"
        return
    if not rule.regex:
        yield (
            ("regex",),
            f"is missing: a rule of type `{rule.type}` takes what its regex finds, or the value of a field",
        )
    elif why := checks.regex(rule.regex, rule.type in CASELESS):
        yield ("regex",), why
    elif rule.concatenate and (why := checks.profile(Profile(rules={"rule": rule}))):
        yield ("concatenate",), why


def _field_rule(rule: Rule, checks: Checks) -> Iterator[Finding]:
    (first, _), *others = rule.fields
    also = [name for name, _ in others]
    also += [name for name, given in (("regex", rule.regex), ("concatenate", rule.concatenate)) if given is not None]
    for name in also:
        yield (name,), f"stands beside `{first}`: a rule takes its values by one of them"
    if not also and (why := checks.profile(Profile(rules={"rule": rule}))):
        yield (first,), why


def _harm(configuration: Configuration, folder: Path, checks: Checks) -> Iterator[Finding]:
    for position, name in enumerate(configuration.own.names):
        if why := checks.value("domain", name):
            yield ("own", "names", position), why
    if configuration.warninglists is not None:
        yield from _without_lists(configuration.warninglists, folder, checks)
    for position, rule in enumerate(configuration.severity):
        yield from ((("severity", position, "when", *below), why) for below, why in _unheard_of(configuration, rule))


def _without_lists(lists: Warninglists, folder: Path, checks: Checks) -> Iterator[Finding]:
    if lists.path is None:
        if why := checks.lists():
            yield ("warninglists",), why
    elif not (folder / lists.path).is_dir():
        yield ("warninglists", "path"), f"there is no folder `{folder / lists.path}`"


def _unheard_of(configuration: Configuration, rule: SeverityRule) -> Iterator[Finding]:
    """Words of a rule that name nothing; feeds may be named by their own records, so any feed may be meant."""
    for condition, known in (("kind", KINDS), ("profile", tuple(configuration.profiles))):
        for word in getattr(rule.when, condition):
            if word not in known:
                yield (condition,), f"there is no {condition} `{word}`; {did_you_mean(word, known)}"


def _unknown_lists(configuration: Configuration, folder: Path, checks: Checks) -> Iterator[Finding]:
    """Warninglists that are named and not there. No mistakes: whoever publishes them may take one away."""
    lists = configuration.warninglists
    named: list[tuple[Key, str]] = [(("warninglists", "lists", name), name) for name in (lists.lists if lists else ())]
    for position, rule in enumerate(configuration.severity):
        words = enumerate(rule.when.warninglist)
        named += [(("severity", position, "when", "warninglist", place), word) for place, word in words]
    if not named:
        return
    if lists is None:
        yield from ((key, f"there is no warninglist `{name}`: there is no `warninglists`") for key, name in named)
        return
    known = checks.list_names(None if lists.path is None else folder / lists.path)
    for key, name in named:
        if name not in known:
            yield key, f"there is no warninglist `{name}`; {did_you_mean(name, known)}"


def _templates(configuration: Configuration, checks: Checks) -> Iterator[Finding]:
    rules = sorted({rule for profile in configuration.profiles.values() for rule in profile.rules})
    for name, template in configuration.templates.items():
        if name in BUILT_IN_TEMPLATES:
            yield ("templates", name), f"`{name}` is a template of our own; choose another name"
        for below, why in checks.template(template, rules):
            yield ("templates", name, below), why


def _outputs(configuration: Configuration) -> Iterator[Finding]:
    known = (*BUILT_IN_TEMPLATES, *configuration.templates)
    for name, output in configuration.outputs.items():
        if output.template not in known:
            why = f"no template named `{output.template}`; {did_you_mean(output.template, known)}"
            yield ("outputs", name, "template"), why


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
