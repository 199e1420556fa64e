//! Named lists of values and fragments: which of them know an observable, and which of an index's entries they know.
//!
//! The values are an index of their own, in which each list is a feed; fragments are what no index can hold.

mod fragments;
mod overlaps;

use std::collections::HashMap;
use std::sync::Arc;

pub use fragments::{Fragments, Regex};
pub use overlaps::Overlap;

use crate::index::{Found, Index, IndexError};
use crate::kind::Kind;

/// The category of a value that answers to itself alone: not to the URLs on it, nor to what it is around.
pub const ALONE: &str = "alone";

/// Lists.
pub struct Lists {
    index: Arc<Index>,
    fragments: Fragments,
    /// Per list that has a say in it, the kinds of the observables that it is asked about.
    kinds: HashMap<String, Vec<Kind>>,
}

impl Lists {
    /// Lists whose values are the index's feeds, and those of the fragments.
    pub fn new(index: Arc<Index>, fragments: Fragments, kinds: HashMap<String, Vec<Kind>>) -> Lists {
        Lists { index, fragments, kinds }
    }

    /// The lists that know this observable, each once, those with the most specific value first.
    pub fn ask<'a>(&'a self, kind: Kind, normal_form: &[u8]) -> Result<Vec<&'a str>, IndexError> {
        let (asked, value) = without_port(kind, normal_form);
        let mut names = Vec::new();
        let mut found = Vec::new();
        self.index.look_up(asked, value, &mut found);
        for Found { entry, .. } in found {
            let entry = self.index.entry(entry)?;
            let facts = entry.facts();
            if facts.category != ALONE || is_itself(asked, value, entry.kind()) {
                self.push(&facts.feed, kind, &mut names);
            }
        }
        self.fragments.within(value, |list| self.push(list, kind, &mut names));
        Ok(names)
    }

    /// List → how often a regex of it was stopped at its limits, and so gave no answer; only where one was.
    pub fn over_limit(&self) -> HashMap<&str, u64> {
        self.fragments.over_limit()
    }

    fn push<'a>(&self, list: &'a str, kind: Kind, names: &mut Vec<&'a str>) {
        let is_asked = self.kinds.get(list).is_none_or(|kinds| kinds.contains(&kind));
        if is_asked && !names.contains(&list) {
            names.push(list);
        }
    }
}

/// A pair of an address and a port is asked as its address.
fn without_port(kind: Kind, normal_form: &[u8]) -> (Kind, &[u8]) {
    let pair = (kind == Kind::IpPort).then(|| memchr::memrchr(b':', normal_form)).flatten();
    let Some(colon) = pair else { return (kind, normal_form) };
    let address = &normal_form[..colon];
    match address.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")) {
        Some(address) => (Kind::Ipv6, address),
        None => (Kind::Ipv4, address),
    }
}

/// Whether a value of this kind is the observable itself; a host alone is also the shortest URL on it.
fn is_itself(asked: Kind, normal_form: &[u8], kind: Kind) -> bool {
    kind == asked || (asked == Kind::Url && memchr::memchr2(b'/', b'?', normal_form).is_none())
}
