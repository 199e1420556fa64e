"""Rules: the profiles of the configuration, compiled in the core."""

from typing import TYPE_CHECKING

from vedette._core import Rules, check_regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vedette._core import ProfileSpec, RuleSpec
    from vedette.config.settings import Configuration, Profile, Rule

__all__ = ["Rules", "check_regex", "compile_profiles", "compile_rules"]

MATCH_LIMIT = 100_000


def compile_rules(configuration: "Configuration") -> Rules:
    """Compile all rules of a configuration.

    Raises:
        ValueError: A regex does not compile; the profile and the rule are named.
    """
    return compile_profiles(configuration.profiles, match_limit=configuration.match_limit)


def compile_profiles(profiles: "Mapping[str, Profile]", *, match_limit: int = MATCH_LIMIT) -> Rules:
    """Compile these profiles; their order is the order in which an event is offered to them.

    Raises:
        ValueError: A regex does not compile; the profile and the rule are named.
    """
    ends = {name: _end_names(profile) for name, profile in profiles.items()}
    base64 = [(name, rule) for name, profile in profiles.items() for rule, one in profile.rules.items() if one.base64]
    return Rules([_profile_spec(name, profile) for name, profile in profiles.items()], match_limit, ends, base64)


def _profile_spec(name: str, profile: "Profile") -> "ProfileSpec":
    return (
        name,
        profile.peers,
        profile.hostnames,
        profile.event_regex,
        [(replace.input, replace.output) for replace in profile.replace],
        profile.ignore,
        [_rule_spec(rule_name, rule) for rule_name, rule in profile.rules.items()],
    )


def _rule_spec(name: str, rule: "Rule") -> "RuleSpec":
    return (name, rule.type, rule.extract, next(iter(rule.fields), rule.regex), rule.concatenate)


def _end_names(profile: "Profile") -> list[tuple[str, str]]:
    """(role, name of a field) each; `Profile.ends` has a key for each role."""
    return [(role, name) for role, names in profile.ends for name in names]
