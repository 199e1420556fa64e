//! Admission: from a feed's row to the key and the entry that the index keeps, or to the words that refuse it.

use super::entries::Stored;
use super::keys::KeyKind;
use super::masks;
use super::networks::parse_network;
use crate::kind::{Kind, Scope};
use crate::normalise::{
    AddressRange, Refusal, address_of_pair, guess_kind, has_subdomain_wildcard, is_shared, normalise, normalise_mask,
    resolve_kind, unmapped,
};

/// What a feed says about the kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// This kind.
    Is(Kind),
    /// An address, a pair of one and a port, or a network if it has a `/`.
    Ip,
    /// A digest, told by its length.
    Hash,
    /// A domain, even one whose subdomains belong to many: for lists of what is harmless, not for feeds.
    AnyDomain,
    /// Nothing: told by looking.
    Unsaid,
}

impl RowKind {
    /// The word that a feed's configuration uses; None for a word that is none of ours.
    pub fn parse(word: Option<&str>) -> Option<RowKind> {
        match word {
            None => Some(RowKind::Unsaid),
            Some("ip") => Some(RowKind::Ip),
            Some("hash") => Some(RowKind::Hash),
            Some("any domain") => Some(RowKind::AnyDomain),
            Some(word) => Kind::parse(word).map(RowKind::Is),
        }
    }
}

/// What is said about how far a value reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowScope {
    /// Nothing: as far as its kind does.
    Unsaid,
    /// This, said of many values: one whose kind can't have it is left as if nothing was said.
    IfFits(Scope),
    /// This, said of the value itself: if its kind can't have it, it is refused.
    Said(Scope),
}

impl RowScope {
    /// The scope that was said.
    fn word(self) -> Option<Scope> {
        match self {
            RowScope::Unsaid => None,
            RowScope::IfFits(scope) | RowScope::Said(scope) => Some(scope),
        }
    }

    /// The scope that a record's own word means, in either case.
    pub fn of_record(word: &str) -> Result<RowScope, String> {
        let unknown = || {
            let shown: String = word.chars().take(LONGEST_SHOWN).collect();
            format!("there is no scope {shown:?}; there are: {}", Scope::ALL.map(Scope::name).join(", "))
        };
        Scope::parse(&word.to_ascii_lowercase()).map(RowScope::Said).ok_or_else(unknown)
    }
}

/// One indicator as a feed gave it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// What sort of value.
    pub kind: RowKind,
    /// The feed's own text.
    pub value: &'a [u8],
    /// How far it reaches.
    pub scope: RowScope,
    /// A number that `IndexBuilder::facts` gave.
    pub facts: u64,
    /// Milliseconds since 1970.
    pub first_seen: Option<i64>,
    /// Milliseconds since 1970.
    pub last_seen: Option<i64>,
    /// Milliseconds since 1970.
    pub valid_until: Option<i64>,
    /// The feed's record as JSON; empty where it gave none.
    pub context: &'a [u8],
}

/// A row that is in: its key, and the entry save for its context.
pub struct Admitted<'a> {
    pub kind: Kind,
    pub key_kind: KeyKind,
    pub key: &'a [u8],
    pub normal_form: &'a [u8],
    pub stored: Stored<'a>,
}

/// Of a word that is refused, no more than this is shown.
const LONGEST_SHOWN: usize = 40;

/// Longer values are refused: no indicator is so long, and a feed must not fill the memory with one.
const LONGEST_VALUE: usize = 1 << 16;

/// Admit a row, and hand over what becomes of it: one entry, or of an address range an entry for each of its networks.
pub fn admit(row: &Row, normal_form: &mut Vec<u8>, mut keep: impl FnMut(&Admitted)) -> Result<(), String> {
    if row.value.len() > LONGEST_VALUE {
        return Err(format!("the value has {} bytes; at most {LONGEST_VALUE} are allowed", row.value.len()));
    }
    if let Some(range) = range_of(row) {
        let range = range.map_err(|refusal| refusal.0)?;
        settle_scope(row, Kind::Cidr)?;
        range.for_each_network(|kind, network| keep(&keyed(row, kind, Scope::default_of(kind), network)));
        return Ok(());
    }
    let mut kind = settle_kind(row)?;
    let scope = settle_scope(row, kind)?;
    let refusal = match scope {
        Scope::Mask => normalise_mask(row.value, normal_form),
        _ => normalise(kind, row.value, normal_form),
    };
    refusal.map_err(|refusal| refusal.0)?;
    if kind == Kind::Cidr && parse_network(normal_form).is_none() {
        return Err(
            "it is no network: an address, a `/` and a prefix length are wanted, and no bits behind that".into()
        );
    }
    if row.kind != RowKind::AnyDomain
        && let Some(name) = shared_name(scope, normal_form)
    {
        return Err(too_wide(name, scope));
    }
    if matches!(kind, Kind::Ipv6 | Kind::Cidr)
        && let Some(form) = unmapped(normal_form)
    {
        kind = if kind == Kind::Ipv6 { Kind::Ipv4 } else { kind };
        *normal_form = form;
    }
    keep(&keyed(row, kind, scope, normal_form));
    Ok(())
}

/// The range that a value is, where the feed does not call it something else.
fn range_of(row: &Row) -> Option<Result<AddressRange, Refusal>> {
    match row.kind {
        RowKind::Unsaid | RowKind::Ip | RowKind::Is(Kind::Ipv4 | Kind::Ipv6 | Kind::Cidr) => {
            AddressRange::parse(row.value)
        }
        _ => None,
    }
}

/// The scope that was said, where the kind can have it.
fn settle_scope(row: &Row, kind: Kind) -> Result<Scope, String> {
    match row.scope {
        RowScope::Said(scope) if !scope.fits(kind) => Err(ill_fitting(scope, kind)),
        // `*.a.example` and `.a.example` in a feed: the domain and all below it.
        _ if kind == Kind::Domain && has_subdomain_wildcard(row.value) => Ok(Scope::Subdomains),
        RowScope::Said(scope) => Ok(scope),
        RowScope::IfFits(scope) if scope.fits(kind) => Ok(scope),
        // Whose feed calls the pair an address knows it as an address.
        _ if kind == Kind::IpPort && row.kind == RowKind::Ip => Ok(Scope::Host),
        _ => Ok(Scope::default_of(kind)),
    }
}

fn ill_fitting(scope: Scope, kind: Kind) -> String {
    let fitting = Scope::ALL.into_iter().filter(|scope| scope.fits(kind)).map(Scope::name).collect::<Vec<_>>();
    let (scope, kind, fitting) = (scope.name(), kind.name(), fitting.join(", "));
    format!("the kind {kind} cannot have the scope {scope}; it can have: {fitting}")
}

/// The shared domain whose every subdomain this indicator would reach.
fn shared_name(scope: Scope, normal_form: &[u8]) -> Option<&[u8]> {
    let name = match scope {
        Scope::Subdomains => normal_form,
        Scope::Mask => masks::every_site_below(normal_form)?,
        _ => return None,
    };
    is_shared(name).then_some(name)
}

fn too_wide(name: &[u8], scope: Scope) -> String {
    let (name, scope) = (String::from_utf8_lossy(name), scope.name());
    format!(
        "`{name}` is a public suffix or a shared host, whose subdomains belong to many: the scope {scope} would reach \
         them all"
    )
}

fn keyed<'a>(row: &Row<'a>, kind: Kind, scope: Scope, normal_form: &'a [u8]) -> Admitted<'a> {
    let (key_kind, key) = match scope {
        Scope::Mask => masks::anchor(normal_form),
        Scope::Prefix => (KeyKind::UrlPrefix, normal_form),
        Scope::Host if kind == Kind::IpPort => (KeyKind::PairHost, address_of_pair(normal_form)),
        _ => (KeyKind::Value(kind), normal_form),
    };
    let stored = Stored {
        scope,
        facts: row.facts,
        first_seen: row.first_seen,
        last_seen: row.last_seen,
        valid_until: row.valid_until,
        text: (row.value != normal_form).then_some(row.value),
        normal_form: key_kind.has_own_normal_forms().then_some(normal_form),
        context: 0,
        is_last: false,
    };
    Admitted { kind, key_kind, key, normal_form, stored }
}

fn settle_kind(row: &Row) -> Result<Kind, String> {
    let resolved = match row.kind {
        RowKind::Is(kind) => return Ok(kind),
        RowKind::AnyDomain => return Ok(Kind::Domain),
        // A mask's stars may keep it from looking like anything.
        RowKind::Unsaid if row.scope.word() == Some(Scope::Mask) && row.value.contains(&b'*') => return Ok(Kind::Url),
        RowKind::Unsaid => return guess_kind(row.value).ok_or_else(|| "it looks like none of the kinds".to_owned()),
        RowKind::Ip => resolve_kind("ip", row.value),
        RowKind::Hash => resolve_kind("hash", row.value),
    };
    resolved.map_err(|refusal| refusal.0)
}
