//! Admission: from a feed's row to the key and the entry that the index keeps, or to the words that refuse it.

use super::entries::Stored;
use super::keys::KeyKind;
use super::masks;
use super::networks::parse_network;
use crate::kind::{Kind, Scope};
use crate::normalise::{address_of_pair, guess_kind, has_subdomain_wildcard, normalise, normalise_mask, resolve_kind};

/// What a feed says about the kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// This kind.
    Is(Kind),
    /// An address, a pair of one and a port, or a network if it has a `/`.
    Ip,
    /// A digest, told by its length.
    Hash,
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
            Some(word) => Kind::parse(word).map(RowKind::Is),
        }
    }
}

/// One indicator as a feed gave it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// What sort of value.
    pub kind: RowKind,
    /// The feed's own text.
    pub value: &'a [u8],
    /// How far it reaches; None is the kind's default.
    pub scope: Option<Scope>,
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

/// Longer values are refused: no indicator is so long, and a feed must not fill the memory with one.
const LONGEST_VALUE: usize = 1 << 16;

/// Admit a row; its normal form goes into `normal_form`.
pub fn admit<'a>(row: &Row<'a>, normal_form: &'a mut Vec<u8>) -> Result<Admitted<'a>, String> {
    if row.value.len() > LONGEST_VALUE {
        return Err(format!("the value has {} bytes; at most {LONGEST_VALUE} are allowed", row.value.len()));
    }
    let kind = settle_kind(row.kind, row.value)?;
    let scope = match row.scope {
        // `*.a.example` and `.a.example` in a feed: the domain and all below it.
        _ if kind == Kind::Domain && has_subdomain_wildcard(row.value) => Scope::Subdomains,
        Some(scope) => scope,
        // Whose feed calls the pair an address knows it as an address.
        None if kind == Kind::IpPort && row.kind == RowKind::Ip => Scope::Host,
        None => Scope::default_of(kind),
    };
    if !scope.fits(kind) {
        return Err(format!("the kind {} cannot have the scope {}", kind.name(), scope.name()));
    }
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
    Ok(keyed(row, kind, scope, normal_form))
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

fn settle_kind(kind: RowKind, value: &[u8]) -> Result<Kind, String> {
    let resolved = match kind {
        RowKind::Is(kind) => return Ok(kind),
        RowKind::Unsaid => return guess_kind(value).ok_or_else(|| "it looks like none of the kinds".to_owned()),
        RowKind::Ip => resolve_kind("ip", value),
        RowKind::Hash => resolve_kind("hash", value),
    };
    resolved.map_err(|refusal| refusal.0)
}
