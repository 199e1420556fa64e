//! Cheap tests for many observables at once: they may over-report and never miss, and `look_up` then says what is true.
//!
//! A look-up waits for memory at its every key. Whoever has many observables computes all their hashes first and then
//! probes for them one after the other, so that the waits overlap.

use super::keys::KeyKind;
use super::look_up::parents_of;
use super::networks::V4;
use super::opened::Index;
use crate::kind::Kind;

impl Index {
    /// The hash of an address or digest in its normal form.
    #[inline]
    pub fn value_hash(kind: Kind, normal_form: &[u8]) -> u64 {
        KeyKind::Value(kind).hash(normal_form)
    }

    /// The hash by which pairs are found that reach an address alone, or None where there are none.
    #[inline]
    pub fn pair_hash(&self, address: &[u8]) -> Option<u64> {
        (self.stats.pair_hosts > 0).then(|| KeyKind::PairHost.hash(address))
    }

    /// The hashes of a domain's normal form and of the names around it.
    #[inline]
    pub fn domain_hashes(domain: &[u8], mut on_hash: impl FnMut(u64)) {
        on_hash(KeyKind::Value(Kind::Domain).hash(domain));
        parents_of(domain).for_each(|parent| on_hash(KeyKind::Value(Kind::Domain).hash(parent)));
    }

    /// The hash of a host by which `may_hold_url_on` goes, or None where a mask may reach any host.
    #[inline]
    pub fn url_host_hash(&self, host: &[u8]) -> Option<u64> {
        let masked = self.stats.floating_masks > 0 || self.stats.mask_suffixes > 0;
        (!masked).then(|| KeyKind::UrlHost.hash(host))
    }

    /// Fetch the memory that `may_hold` needs for a hash.
    #[inline]
    pub fn touch(&self, hash: u64) -> u8 {
        self.filter().touch(hash)
    }

    /// Whether an entry may stand under a key of this hash.
    #[inline]
    pub fn may_hold(&self, hash: u64) -> bool {
        self.filter().may_hold(hash)
    }

    /// Whether any network holds this address.
    #[inline]
    pub fn has_network_around(&self, address: u32) -> bool {
        self.networks4().around::<V4>(u128::from(address), 32).next().is_some()
    }
}
