//! Looking up: which entries know an observable, by every rule of its kind.
//!
//! Each key is first held against the filter, which turns nearly all away; then the table says in which stretch of the
//! entries its group may stand, and the key is compared there in full: equal hashes alone are never a match.

use std::net::{IpAddr, Ipv6Addr};

use super::domain_keys::DomainKeys;
use super::entries::{Group, Hashed};
use super::file::Section;
use super::hashing::hash_of_address;
use super::keys::KeyKind;
use super::masks::{self, LONGEST_HOST};
use super::networks::{V4, V6, parse_network};
use super::opened::Index;
use crate::kind::{Kind, Scope};
use crate::normalise::{address_of_pair, host_has_www, host_of, pair_of_url, unmapped};
use crate::scan::address_of_quad;

const DOMAIN: KeyKind = KeyKind::Value(Kind::Domain);

/// An entry that knows an observable, and the scope by which it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// For `Index::entry`.
    pub entry: u64,
    /// The entry's own scope.
    pub scope: Scope,
}

impl Index {
    /// Append every entry that knows this observable, the most specific first. Allocates nothing on a miss.
    pub fn look_up(&self, kind: Kind, normal_form: &[u8], found: &mut Vec<Found>) {
        match kind {
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => self.look_up_value(kind, normal_form, found),
            Kind::Ipv4 | Kind::Ipv6 => self.look_up_address(normal_form, b"", found),
            Kind::IpPort => self.look_up_pair(normal_form, found),
            Kind::Cidr => self.look_up_network(normal_form, found),
            Kind::Domain => self.look_up_domain(normal_form, found),
            Kind::Email => self.look_up_email(normal_form, found),
            Kind::Url => self.look_up_url(normal_form, false, found),
        }
    }

    /// As `look_up` of a URL, which has lost a leading `www.`: where the text had one, the domain `www.…` is asked too.
    pub fn look_up_url(&self, url: &[u8], host_had_www: bool, found: &mut Vec<Found>) {
        let (host, filter) = (host_of(url), self.filter());
        let is_name = !host_had_www && !self.may_have_masks() && address_of(host).is_none();
        // What nearly all are: all keys of the host are asked of the filter together.
        if is_name && let Some(keys) = DomainKeys::of(host, filter) {
            if filter.may_hold(keys.whole.of(KeyKind::UrlHost)) {
                self.look_up_known_url(url, found);
            }
            return self.look_up_domain_by(host, &keys, found);
        }
        self.look_up_url_itself(url, found);
        self.look_up_host(host, host_had_www, found);
    }

    /// As `look_up` of a URL that was written `as_seen`: what its normal form has lost is asked, too, the domain `www.…`
    /// and the address with its port.
    pub fn look_up_seen_url(&self, url: &[u8], as_seen: &[u8], found: &mut Vec<Found>) {
        let knows_pairs = self.stats.entries[Kind::IpPort as usize - 1] > 0;
        match knows_pairs.then(|| pair_of_url(host_of(url), as_seen)).flatten() {
            Some(pair) => {
                self.look_up_url_itself(url, found);
                self.look_up_pair(&pair, found);
            }
            None => self.look_up_url(url, host_has_www(as_seen), found),
        }
    }

    /// As `look_up` of a URL, but not its host: only URL entries answer.
    pub fn look_up_url_itself(&self, url: &[u8], found: &mut Vec<Found>) {
        if self.may_hold_url_on(host_of(url)) {
            self.look_up_known_url(url, found);
        }
    }

    fn look_up_known_url(&self, url: &[u8], found: &mut Vec<Found>) {
        self.look_up_value(Kind::Url, url, found);
        self.look_up_prefixes(url, found);
        self.look_up_masks(url, found);
    }

    /// The host of a URL's normal form, as a domain or an address.
    pub fn look_up_host(&self, host: &[u8], host_had_www: bool, found: &mut Vec<Found>) {
        match address_of(host) {
            Some(_) => {
                self.look_up_address(host.strip_prefix(b"[").map_or(host, |rest| &rest[..rest.len() - 1]), b"", found)
            }
            None => {
                if host_had_www {
                    self.look_up_www(host, found);
                }
                self.look_up_domain(host, found);
            }
        }
    }

    /// Whether there may be masks that reach a host without naming it.
    pub(super) fn may_have_masks(&self) -> bool {
        self.stats.floating_masks > 0 || self.stats.mask_suffixes > 0
    }

    /// Whether any URL entry, exact, prefix or mask, can have this host. False is sure.
    pub fn may_hold_url_on(&self, host: &[u8]) -> bool {
        let filter = self.filter();
        self.stats.floating_masks > 0
            || filter.may_hold(KeyKind::UrlHost.hash(host))
            || (self.stats.mask_suffixes > 0
                && parents_of(host).any(|suffix| filter.may_hold(KeyKind::UrlSuffix.hash(suffix))))
    }

    fn look_up_value(&self, kind: Kind, normal_form: &[u8], found: &mut Vec<Found>) {
        self.push_group(KeyKind::Value(kind), normal_form, |_| true, found);
    }

    /// The domain, then each name around it that reaches its subdomains.
    fn look_up_domain(&self, domain: &[u8], found: &mut Vec<Found>) {
        match DomainKeys::of(domain, self.filter()) {
            Some(keys) => self.look_up_domain_by(domain, &keys, found),
            None => self.look_up_odd_domain(domain, found),
        }
    }

    #[inline(always)]
    fn look_up_domain_by(&self, domain: &[u8], keys: &DomainKeys, found: &mut Vec<Found>) {
        for (start, hash) in keys.held_by(self.filter()) {
            let wanted = |scope| start == 0 || scope == Scope::Subdomains;
            self.push_group_in_table(DOMAIN, &domain[start..], hash, wanted, found);
        }
    }

    #[cold]
    fn look_up_odd_domain(&self, domain: &[u8], found: &mut Vec<Found>) {
        self.look_up_value(Kind::Domain, domain, found);
        for parent in parents_of(domain) {
            self.push_group(DOMAIN, parent, |scope| scope == Scope::Subdomains, found);
        }
    }

    fn look_up_www(&self, host: &[u8], found: &mut Vec<Found>) {
        let mut name = [0; LONGEST_HOST];
        let length = host.len() + 4;
        if let Some(name) = name.get_mut(..length) {
            name[..4].copy_from_slice(b"www.");
            name[4..].copy_from_slice(host);
            self.look_up_value(Kind::Domain, name, found);
        }
    }

    fn look_up_email(&self, address: &[u8], found: &mut Vec<Found>) {
        self.look_up_value(Kind::Email, address, found);
        if let Some(at) = memchr::memrchr(b'@', address) {
            self.look_up_domain(&address[at + 1..], found);
        }
    }

    /// As `look_up` of a pair, but not its address: that is asked for by itself.
    pub fn look_up_pair_itself(&self, pair: &[u8], found: &mut Vec<Found>) {
        self.look_up_value(Kind::IpPort, pair, found);
    }

    /// The pair, then its address as if it stood alone.
    fn look_up_pair(&self, pair: &[u8], found: &mut Vec<Found>) {
        let address = address_of_pair(pair);
        self.look_up_value(Kind::IpPort, pair, found);
        self.push_pairs(address, |known| known == pair, found);
        self.look_up_address(address, pair, found);
    }

    /// Pairs that reach this address are found, too, save for the one that was `asked`.
    fn look_up_address(&self, normal_form: &[u8], asked: &[u8], found: &mut Vec<Found>) {
        match address_of(normal_form) {
            Some(IpAddr::V4(address)) => {
                let address = u32::from(address);
                let hash = hash_of_address(KeyKind::Value(Kind::Ipv4), address);
                if self.filter().may_hold(hash) {
                    self.push_group_in_table(KeyKind::Value(Kind::Ipv4), normal_form, hash, |_| true, found);
                }
                self.push_pairs(normal_form, |known| known != asked, found);
                if self.reach.may_hold(address) {
                    self.push_networks(self.networks4().around::<V4>(address.into(), 32), found);
                }
            }
            Some(IpAddr::V6(address)) => {
                if let Some(address) = unmapped(normal_form) {
                    self.look_up_address(&address, asked, found);
                }
                self.look_up_value(Kind::Ipv6, normal_form, found);
                self.push_pairs(normal_form, |known| known != asked, found);
                self.push_networks(self.networks6().around::<V6>(address.into(), 128), found);
            }
            None => {}
        }
    }

    fn look_up_network(&self, normal_form: &[u8], found: &mut Vec<Found>) {
        match parse_network(normal_form) {
            Some((IpAddr::V4(address), length)) => {
                self.push_networks(self.networks4().around::<V4>(u32::from(address).into(), length), found);
            }
            Some((IpAddr::V6(address), length)) => {
                if let Some(network) = unmapped(normal_form) {
                    self.look_up_network(&network, found);
                }
                self.push_networks(self.networks6().around::<V6>(address.into(), length), found);
            }
            None => {}
        }
    }

    fn look_up_prefixes(&self, url: &[u8], found: &mut Vec<Found>) {
        if self.stats.longest_prefix > 0 {
            self.prefixes_of(url).for_each(|prefix| self.push_group(KeyKind::UrlPrefix, prefix, |_| true, found));
        }
    }

    /// What is asked about a URL among those that reach all below them: the URL itself, then what is left of it at each
    /// cut, whole segments at a time, and at last its host. Nothing longer or deeper than any entry is.
    pub fn prefixes_of<'u>(&self, url: &'u [u8]) -> impl Iterator<Item = &'u [u8]> + use<'u> {
        let longest = usize::try_from(self.stats.longest_prefix).unwrap_or(usize::MAX);
        // A URL of ten thousand segments is not hashed ten thousand times: no prefix has so many.
        let deepest = usize::try_from(self.stats.deepest_prefix).unwrap_or(usize::MAX);
        let path_end = memchr::memchr(b'?', url).unwrap_or(url.len());
        let shallow_end = memchr::memchr_iter(b'/', &url[..path_end]).nth(deepest).unwrap_or(path_end);
        let cuts = memchr::memrchr_iter(b'/', &url[..shallow_end]);
        let mut last = usize::MAX;
        [url.len(), path_end, shallow_end].into_iter().chain(cuts).filter_map(move |cut| {
            let is_asked = cut < last && cut <= longest;
            last = cut;
            is_asked.then_some(&url[..cut])
        })
    }

    fn look_up_masks(&self, url: &[u8], found: &mut Vec<Found>) {
        let host = host_of(url);
        if self.stats.mask_hosts > 0 {
            self.push_masks(KeyKind::MaskHost, host, url, found);
        }
        if self.stats.mask_suffixes > 0 {
            parents_of(host).for_each(|suffix| self.push_masks(KeyKind::MaskSuffix, suffix, url, found));
        }
        for place in self.section(Section::Masks).chunks_exact(8) {
            let place = place.try_into().map_or(0, u64::from_le_bytes);
            match Group::read(self.section(Section::Entries), place) {
                Ok(group) if masks::matches(group.key, url) => self.push_entries(group, |_| true, found),
                Ok(_) => {}
                Err(_) => self.note_damage(),
            }
        }
    }

    fn push_masks(&self, kind: KeyKind, key: &[u8], url: &[u8], found: &mut Vec<Found>) {
        self.push_own(kind, key, |mask| masks::matches(mask, url), found);
    }

    /// Pairs of this address that reach the address alone.
    fn push_pairs(&self, address: &[u8], wanted: impl Fn(&[u8]) -> bool, found: &mut Vec<Found>) {
        if self.stats.pair_hosts > 0 {
            self.push_own(KeyKind::PairHost, address, wanted, found);
        }
    }

    /// The entries under a key whose own normal forms are wanted.
    fn push_own(&self, kind: KeyKind, key: &[u8], wanted: impl Fn(&[u8]) -> bool, found: &mut Vec<Found>) {
        let Some(group) = self.group(kind, key) else { return };
        for read in group.entries() {
            match read {
                Ok((entry, stored)) if stored.normal_form.is_some_and(&wanted) => {
                    found.push(Found { entry, scope: stored.scope });
                }
                Ok(_) => {}
                Err(_) => self.note_damage(),
            }
        }
    }

    fn push_networks(&self, groups: impl Iterator<Item = u64>, found: &mut Vec<Found>) {
        for place in groups {
            match Group::read(self.section(Section::Entries), place) {
                Ok(group) => self.push_entries(group, |_| true, found),
                Err(_) => self.note_damage(),
            }
        }
    }

    fn push_group(&self, kind: KeyKind, key: &[u8], wanted: impl Fn(Scope) -> bool, found: &mut Vec<Found>) {
        if let Some(group) = self.group(kind, key) {
            self.push_entries(group, wanted, found);
        }
    }

    #[inline(never)]
    fn push_group_in_table(
        &self,
        kind: KeyKind,
        key: &[u8],
        hash: u64,
        wanted: impl Fn(Scope) -> bool,
        found: &mut Vec<Found>,
    ) {
        if let Some(group) = self.group_in_table(kind, key, hash) {
            self.push_entries(group, wanted, found);
        }
    }

    fn push_entries(&self, group: Group, wanted: impl Fn(Scope) -> bool, found: &mut Vec<Found>) {
        for read in group.entries().scopes() {
            match read {
                Ok((entry, scope)) if wanted(scope) => found.push(Found { entry, scope }),
                Ok(_) => {}
                Err(_) => self.note_damage(),
            }
        }
    }

    #[inline]
    fn group(&self, kind: KeyKind, key: &[u8]) -> Option<Group<'_>> {
        let hash = kind.hash(key);
        if !self.filter().may_hold(hash) {
            return None;
        }
        self.group_in_table(kind, key, hash)
    }

    #[inline(never)]
    fn group_in_table(&self, kind: KeyKind, key: &[u8], hash: u64) -> Option<Group<'_>> {
        let stretch = self.table().stretch(hash);
        let group = Group::find(self.section(Section::Entries), stretch, kind, Hashed { key, hash });
        group.inspect_err(|_| self.note_damage()).ok().flatten()
    }
}

/// The names around a name, label by label, the longest first; longer ones than any name can be are passed over.
pub fn parents_of(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    let earliest = name.len().saturating_sub(LONGEST_HOST + 1);
    memchr::memchr_iter(b'.', &name[earliest..]).map(move |dot| &name[earliest + dot + 1..])
}

fn address_of(host: &[u8]) -> Option<IpAddr> {
    // Nearly all hosts are names, and nearly all others dotted quads.
    match host.first()? {
        b'0'..=b'9' | b'[' => {}
        _ if host.contains(&b':') => {}
        _ => return None,
    }
    if let Some(address) = address_of_quad(host) {
        return Some(IpAddr::V4(address.into()));
    }
    let text = std::str::from_utf8(host).ok()?;
    match host.first()? {
        b'[' => text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        _ if host.contains(&b':') => text.parse().ok(),
        _ => None,
    }
}
