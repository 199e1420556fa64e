//! Cheap tests for many observables at once: they may over-report and never miss, and `look_up` then says what is true.
//!
//! A look-up waits for memory at its every key. Whoever has many observables computes all their hashes first and then
//! probes for them one after the other, so that the waits overlap.

use super::entries::touch;
use super::file::Section;
use super::filter::Filter;
use super::hashing::{Name, NameHash, hash_of_address};
use super::keys::KeyKind;
use super::networks::{Networks, V4};
use super::opened::Index;
use super::table::Table;
use crate::kind::Kind;

const LONGEST_DIGEST: usize = 128;

/// An index as it is probed.
#[derive(Clone, Copy)]
pub struct Probe<'a> {
    index: &'a Index,
    filter: Filter<'a>,
    table: Table<'a>,
    entries: &'a [u8],
    networks: Networks<'a>,
    has_pairs: bool,
    has_pair_hosts: bool,
    has_masks: bool,
}

impl Index {
    /// For many probes.
    pub fn probe(&self) -> Probe<'_> {
        Probe {
            index: self,
            filter: self.filter(),
            table: self.table(),
            entries: self.section(Section::Entries),
            networks: self.networks4(),
            has_pairs: self.stats.entries_of(Kind::IpPort) > 0,
            has_pair_hosts: self.stats.pair_hosts > 0,
            has_masks: self.may_have_masks(),
        }
    }
}

impl Probe<'_> {
    /// The hash of a digest, an IPv6 address or an e-mail address in its normal form.
    #[inline]
    pub fn value_hash(self, kind: Kind, normal_form: &[u8]) -> u64 {
        KeyKind::Value(kind).hash(normal_form)
    }

    /// The hash of a digest in either case; none where it is longer than any is.
    #[inline(always)]
    pub fn digest_hash(self, kind: Kind, digest: &[u8]) -> Option<u64> {
        let mut lower = [0; LONGEST_DIGEST];
        let lower = lower.get_mut(..digest.len())?;
        lower.copy_from_slice(digest);
        lower.make_ascii_lowercase();
        Some(self.value_hash(kind, lower))
    }

    /// The hashes of an IPv4 address: of itself, and of the pairs that reach it.
    #[inline(always)]
    pub fn address_hashes(self, address: u32, mut on_hash: impl FnMut(u64)) {
        on_hash(hash_of_address(KeyKind::Value(Kind::Ipv4), address));
        if self.has_pair_hosts {
            on_hash(hash_of_address(KeyKind::PairHost, address));
        }
    }

    /// Whether any pair of an address and a port is known.
    #[inline(always)]
    pub fn has_pairs(self) -> bool {
        self.has_pairs
    }

    /// The hashes of a domain and of the names around it.
    #[inline(always)]
    pub fn domain_hashes(self, domain: &Name, mut on_hash: impl FnMut(u64)) {
        let whole = domain.for_each_name_around(|_, hash| on_hash(of_domain(hash)));
        on_hash(of_domain(whole));
    }

    /// As `domain_hashes` of a URL's host, and the hash by which `may_hold_url_on` goes: of the host without its
    /// first `cut` bytes, a `www.`. False, and no hash, where a mask may reach any host.
    #[inline(always)]
    pub fn host_hashes(self, host: &Name, cut: usize, mut on_hash: impl FnMut(u64)) -> bool {
        if self.has_masks {
            return false;
        }
        let (mut of_url, mut last) = (None, true);
        let whole = host.for_each_end(|start, hash| {
            if !std::mem::take(&mut last) {
                on_hash(of_domain(hash));
            }
            of_url = if start == cut { Some(hash) } else { of_url };
        });
        on_hash(of_domain(whole));
        on_hash(of_url.unwrap_or(whole).of(KeyKind::UrlHost));
        true
    }

    /// The hash of a host by which `may_hold_url_on` goes, or None where a mask may reach any host.
    #[inline(always)]
    pub fn url_host_hash(self, host: &Name) -> Option<u64> {
        (!self.has_masks).then(|| host.hash().of(KeyKind::UrlHost))
    }

    /// Let the memory come that `may_hold` needs for a hash.
    #[inline(always)]
    pub fn fetch(self, hash: u64) {
        self.filter.fetch(hash);
    }

    /// Fetch what the table says of a hash.
    #[inline(always)]
    pub fn touch_table(self, hash: u64) -> u8 {
        self.table.stretch(hash).start as u8
    }

    /// Fetch what stands where the table says that the group of a hash may be.
    #[inline(always)]
    pub fn touch_entries(self, hash: u64) -> u8 {
        touch(self.entries, &self.table.stretch(hash))
    }

    /// Whether an entry may stand under a key of this hash.
    #[inline(always)]
    pub fn may_hold(self, hash: u64) -> bool {
        self.filter.may_hold(hash)
    }

    /// Whether any network holds this address.
    #[inline(always)]
    pub fn has_network_around(self, address: u32) -> bool {
        self.index.reach.may_hold(address) && self.networks.around::<V4>(u128::from(address), 32).next().is_some()
    }
}

#[inline(always)]
fn of_domain(hash: NameHash) -> u64 {
    hash.of(KeyKind::Value(Kind::Domain))
}
