//! Profiles and rules as the configuration says them, before they are compiled.

use crate::fields::Role;
use crate::kind::Kind;
use crate::normalise::{hash_of_length, is_pair};

/// What a rule's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleType {
    /// Observables of every kind, found without a regex.
    Auto,
    /// Observables of one kind.
    Kind(Kind),
    /// MD5, SHA-1, SHA-256 or SHA-512, by length.
    Hash,
    /// IPv4 or IPv6 addresses, perhaps with a port.
    Ip,
    /// Copied to the output, never looked up.
    Context,
}

impl RuleType {
    /// Every type that a rule may have, by its name.
    pub const ALL: [(&'static str, RuleType); 12] = [
        ("auto", RuleType::Auto),
        ("url", RuleType::Kind(Kind::Url)),
        ("md5", RuleType::Kind(Kind::Md5)),
        ("sha1", RuleType::Kind(Kind::Sha1)),
        ("sha256", RuleType::Kind(Kind::Sha256)),
        ("sha512", RuleType::Kind(Kind::Sha512)),
        ("hash", RuleType::Hash),
        ("ip", RuleType::Ip),
        ("ip_port", RuleType::Kind(Kind::IpPort)),
        ("domain", RuleType::Kind(Kind::Domain)),
        ("email", RuleType::Kind(Kind::Email)),
        ("context", RuleType::Context),
    ];

    /// The type of this name.
    pub fn parse(name: &str) -> Option<RuleType> {
        RuleType::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// The word that users write.
    pub fn name(self) -> &'static str {
        RuleType::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether its regexes match letters in either case.
    pub fn caseless(self) -> bool {
        match self {
            RuleType::Hash | RuleType::Kind(Kind::Url | Kind::Domain) => true,
            RuleType::Kind(kind) => kind.is_hash(),
            _ => false,
        }
    }

    /// The kind of observable that this value is for such a rule, if it is one.
    pub fn kind_of(self, value: &[u8]) -> Option<Kind> {
        match self {
            RuleType::Hash => hash_of_length(value.len()),
            RuleType::Kind(kind) if kind.is_hash() => hash_of_length(value.len()).filter(|other| *other == kind),
            RuleType::Ip if is_pair(value) => Some(Kind::IpPort),
            RuleType::Ip if memchr::memchr(b':', value).is_some() => Some(Kind::Ipv6),
            RuleType::Ip => Some(Kind::Ipv4),
            RuleType::Kind(kind) => Some(kind),
            RuleType::Auto | RuleType::Context => None,
        }
    }
}

/// One rule.
#[derive(Clone, Debug)]
pub struct RuleSpec {
    /// Its name, unique within the profile.
    pub name: String,
    /// What its values are.
    pub rule_type: RuleType,
    /// Whether the first value is enough.
    pub first_only: bool,
    /// What takes the values; `auto` has none.
    pub regex: Option<String>,
    /// The field whose value is taken instead, as a format's name and a path within it.
    pub field: Option<(String, String)>,
    /// A template over the regex's groups such as `\1/\2`.
    pub concatenate: Option<String>,
}

/// One profile.
#[derive(Clone, Debug, Default)]
pub struct ProfileSpec {
    /// Its name; `default` serves the events that no other takes.
    pub id: String,
    /// Addresses or networks that its events come from.
    pub peers: Vec<String>,
    /// Names in the syslog header of its events.
    pub host_names: Vec<String>,
    /// A regex that its events hold.
    pub event_regex: Option<String>,
    /// What is rewritten, and to what.
    pub replaces: Vec<(String, String)>,
    /// Events that hold one of these are passed over.
    pub ignores: Vec<String>,
    /// Its rules, in order.
    pub rules: Vec<RuleSpec>,
    /// Names of fields that say an event's ends or action, before those that are built in.
    pub ends: Vec<(Role, String)>,
}
