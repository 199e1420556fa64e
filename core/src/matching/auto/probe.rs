//! Which candidates are worth a look-up: the index's filter is probed for all of them in one go.

use std::hint::black_box;

use super::host::Host;
use super::suffixes::KnownSuffixes;
use super::url::body_of;
use crate::index::Index;
use crate::kind::Kind;
use crate::scan::{Candidate, scan};

/// Longer names have no normal form, or are looked up without a probe.
const LONGEST_NAME: usize = 253;

/// So many hashes wait for their memory together.
const AT_ONCE: usize = 64;

/// So many candidates are probed for together.
const TOGETHER: usize = 256;

/// Working memory for the probes of one text.
#[derive(Default)]
pub struct Probes {
    /// Those that wait to be probed for.
    candidates: Vec<Candidate>,
    /// For each of them: whether it is to be looked up.
    is_wanted: Vec<bool>,
    hashes: Vec<(u64, u32)>,
    addresses: Vec<(u32, u32)>,
    host: Host,
    wanted: Vec<Candidate>,
}

impl Probes {
    /// The candidates of a text that are worth a look-up, in ascending order of their starts.
    ///
    /// There may be some among them that no entry knows, and none is missing that an entry knows.
    pub fn wanted_of(&mut self, text: &[u8], index: &Index) -> &[Candidate] {
        self.wanted.clear();
        self.candidates.clear();
        scan(text, &KnownSuffixes::of(Some(index)), &mut |candidate| {
            self.candidates.push(candidate);
            if self.candidates.len() == TOGETHER {
                self.probe(text, index);
            }
        });
        self.probe(text, index);
        // Those of one start keep their order.
        self.wanted.sort_by_key(|candidate| candidate.start);
        &self.wanted
    }

    #[inline(never)]
    fn probe(&mut self, text: &[u8], index: &Index) {
        let candidates = std::mem::take(&mut self.candidates);
        self.is_wanted.clear();
        self.is_wanted.resize(candidates.len(), false);
        self.hashes.clear();
        self.addresses.clear();
        for (number, candidate) in candidates.iter().enumerate() {
            self.collect(text, candidate, number as u32, index);
        }
        for some in self.hashes.chunks(AT_ONCE) {
            black_box(some.iter().fold(0, |all, &(hash, _)| all ^ index.touch(hash)));
            for &(hash, number) in some {
                self.is_wanted[number as usize] |= index.may_hold(hash);
            }
        }
        for &(address, number) in &self.addresses {
            self.is_wanted[number as usize] |= index.has_network_around(address);
        }
        for (candidate, is_wanted) in candidates.iter().zip(&self.is_wanted) {
            if *is_wanted {
                self.wanted.push(*candidate);
            }
        }
        self.candidates = candidates;
        self.candidates.clear();
    }

    /// Collect what to probe for, or want the candidate at once.
    #[inline]
    fn collect(&mut self, text: &[u8], candidate: &Candidate, number: u32, index: &Index) {
        let value = &text[candidate.start..candidate.end];
        let collected = match candidate.kind {
            Kind::Ipv4 => self.collect_address(value, number, index),
            Kind::Domain => self.collect_name(value, number),
            Kind::Url => self.collect_host(&text[body_of(text, candidate)..candidate.end], number, index),
            _ => false,
        };
        self.is_wanted[number as usize] = !collected;
    }

    #[inline]
    fn collect_address(&mut self, quad: &[u8], number: u32, index: &Index) -> bool {
        self.hashes.push((Index::value_hash(Kind::Ipv4, quad), number));
        self.hashes.extend(index.pair_hash(quad).map(|hash| (hash, number)));
        self.addresses.push((address_of(quad), number));
        true
    }

    #[inline]
    fn collect_name(&mut self, name: &[u8], number: u32) -> bool {
        let mut lower = [0; LONGEST_NAME];
        let Some(lower) = lower.get_mut(..name.len()) else { return false };
        if !name.is_ascii() {
            return false;
        }
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        Index::domain_hashes(lower, |hash| self.hashes.push((hash, number)));
        true
    }

    #[inline]
    fn collect_host(&mut self, url: &[u8], number: u32, index: &Index) -> bool {
        if !self.host.read_plainly(url) {
            return false;
        }
        let Host { name, had_www, .. } = &self.host;
        let Some(hash) = index.url_host_hash(name) else { return false };
        // A name to which another is glued by `_` is looked at more closely.
        if *had_www || name.contains(&b'_') {
            return false;
        }
        self.hashes.push((hash, number));
        Index::domain_hashes(name, |hash| self.hashes.push((hash, number)));
        true
    }
}

/// The address of a strict dotted quad.
#[inline]
fn address_of(quad: &[u8]) -> u32 {
    let mut address = 0u32;
    let mut part = 0u32;
    for &byte in quad {
        if byte == b'.' {
            address = address << 8 | part;
            part = 0;
        } else {
            part = part * 10 + u32::from(byte - b'0');
        }
    }
    address << 8 | part
}
