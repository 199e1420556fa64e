//! Fetching: the memory that many look-ups will read is brought for all of them at once, before the first is done.
//!
//! One look-up waits for memory beyond the cache once if it is a miss, and twice or three times if it is a hit. Here each
//! step is taken for all values before the next, so that the waits of a step overlap.

use std::hint::black_box;

use super::hashing::Name;
use super::opened::Index;
use super::probing::Probe;
use crate::kind::Kind;
use crate::normalise::host_of;

/// Working memory for fetching; it holds nothing from one time to the next.
#[derive(Default)]
pub struct Fetching {
    hashes: Vec<u64>,
    /// For each URL the hash of its host; None where a mask may reach any.
    hosts: Vec<Option<u64>>,
    name: Name,
}

impl Fetching {
    /// Fetch what nearly every look-up of these kinds and normal forms reads.
    pub fn fetch<'v>(&mut self, index: &Index, values: impl Iterator<Item = (Kind, &'v [u8])> + Clone) {
        let probe = index.probe();
        self.hashes.clear();
        self.hosts.clear();
        values.clone().for_each(|(kind, normal_form)| self.gather(probe, kind, normal_form));
        self.hashes.iter().for_each(|hash| probe.fetch(*hash));
        // A URL itself is asked for only where its host is known.
        for ((kind, url), host) in values.filter(|(kind, _)| *kind == Kind::Url).zip(&self.hosts) {
            if host.is_none_or(|host| probe.may_hold(host)) {
                let hash = probe.value_hash(kind, url);
                probe.fetch(hash);
                self.hashes.push(hash);
            }
        }
        self.hashes.retain(|hash| probe.may_hold(*hash));
        black_box(self.hashes.iter().fold(0, |all, hash| all ^ probe.touch_table(*hash)));
        black_box(self.hashes.iter().fold(0, |all, hash| all ^ probe.touch_entries(*hash)));
    }

    fn gather(&mut self, probe: Probe<'_>, kind: Kind, normal_form: &[u8]) {
        let Fetching { hashes, hosts, name } = self;
        match kind {
            Kind::Url => {
                let host = host_of(normal_form);
                let is_read = name.read(host, 0, host.len());
                let is_whole = is_read && probe.host_hashes(name, 0, |hash| hashes.push(hash));
                hosts.push(if is_whole { hashes.last().copied() } else { None });
                if is_read && !is_whole {
                    probe.domain_hashes(name, |hash| hashes.push(hash));
                }
            }
            Kind::Domain if name.read(normal_form, 0, normal_form.len()) => {
                probe.domain_hashes(name, |hash| hashes.push(hash));
            }
            kind => hashes.push(probe.value_hash(kind, normal_form)),
        }
    }
}
