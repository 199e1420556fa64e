//! Groups: sorted records of one part become groups of entries, and what is found by them.

use std::collections::HashSet;
use std::io;
use std::net::IpAddr;

use xxhash_rust::xxh3::xxh3_128;

use super::cursor::{Cursor, put_counted};
use super::entries::{Hashed, Stored, put_group};
use super::facts::FactsWriter;
use super::keys::KeyKind;
use super::networks::{Network, parse_network};
use super::sorting::Record;
use super::stats::Stats;
use crate::kind::Kind;

/// A key of the filter alone has this for its group's place.
pub const NO_GROUP: u64 = u64::MAX;

/// The groups of one part, or of a piece of it, before they are in the file. Places are those within `entries`.
pub struct Groups<'a> {
    pub entries: Vec<u8>,
    /// Hash and group's place of every key, in order.
    pub keys: Vec<(u64, u64)>,
    pub networks4: Vec<Network>,
    pub networks6: Vec<Network>,
    pub floating: Vec<u64>,
    pub stats: Stats,
    /// Entries of each feed, by its number.
    pub feeds: Vec<u64>,
    facts: &'a FactsWriter,
    kind: Option<KeyKind>,
    hash: u64,
    key: Vec<u8>,
    bodies: Vec<u8>,
    /// Where each of `bodies` ends.
    ends: Vec<usize>,
    /// What the bodies say, once there are two.
    said: HashSet<u128>,
}

impl<'a> Groups<'a> {
    pub fn new(facts: &'a FactsWriter) -> Groups<'a> {
        Groups {
            entries: Vec::new(),
            keys: Vec::new(),
            networks4: Vec::new(),
            networks6: Vec::new(),
            floating: Vec::new(),
            stats: Stats::default(),
            feeds: vec![0; facts.feeds()],
            facts,
            kind: None,
            hash: 0,
            key: Vec::new(),
            bodies: Vec::new(),
            ends: Vec::new(),
            said: HashSet::new(),
        }
    }

    pub fn take(&mut self, record: Record) -> io::Result<()> {
        let kind = KeyKind::from_number(record.key_kind);
        let kind = kind.ok_or_else(|| io::Error::other("a record has an unknown kind of key"))?;
        let is_new = self.kind != Some(kind) || self.hash != record.hash || self.key != record.key;
        if is_new {
            self.end_group()?;
            (self.kind, self.hash) = (Some(kind), record.hash);
            self.key.clear();
            self.key.extend_from_slice(record.key);
        }
        match (kind.is_filter_only(), is_new) {
            (false, _) => self.take_entry(kind, record.body),
            (true, true) => self.put_key(NO_GROUP),
            (true, false) => Ok(()),
        }
    }

    /// Keep an entry, unless an earlier one says the same: the same scope, feed, category and text.
    fn take_entry(&mut self, kind: KeyKind, body: &[u8]) -> io::Result<()> {
        let stored = stored_of(kind, body)?;
        if self.ends.len() == 1 {
            self.said.clear();
            self.said.insert(self.identity(&stored_of(kind, &self.bodies)?));
        }
        if !self.ends.is_empty() && !self.said.insert(self.identity(&stored)) {
            self.stats.merged += 1;
            return Ok(());
        }
        self.stats.count_entry(kind.kind());
        if let Some(feed) = self.facts.feed(stored.facts) {
            self.feeds[feed] += 1;
        }
        self.bodies.extend_from_slice(body);
        self.ends.push(self.bodies.len());
        Ok(())
    }

    fn identity(&self, stored: &Stored) -> u128 {
        let mut identity = vec![stored.scope as u8];
        identity.extend_from_slice(&self.facts.word(stored.facts).unwrap_or(u64::MAX).to_le_bytes());
        for text in [stored.normal_form, stored.text] {
            identity.push(u8::from(text.is_some()));
            put_counted(&mut identity, text.unwrap_or_default());
        }
        xxh3_128(&identity)
    }

    /// End the group at hand: no more records of its key will come.
    pub fn end_group(&mut self) -> io::Result<()> {
        let Some(kind) = self.kind.filter(|_| !self.ends.is_empty()) else { return Ok(()) };
        let place = self.entries.len() as u64;
        let key = Hashed { key: &self.key, hash: self.hash };
        put_group(kind, key, &self.bodies, &self.ends, &mut self.entries);
        self.bodies.clear();
        self.ends.clear();
        self.stats.keys += 1;
        self.find_by(kind, place)
    }

    /// Note by what the group at this place will be found.
    fn find_by(&mut self, kind: KeyKind, place: u64) -> io::Result<()> {
        match kind {
            KeyKind::MaskFloating => {
                self.stats.floating_masks += 1;
                self.floating.push(place);
            }
            KeyKind::Value(Kind::Cidr) => self.add_network(place)?,
            KeyKind::MaskHost => self.stats.mask_hosts += 1,
            KeyKind::MaskSuffix => self.stats.mask_suffixes += 1,
            KeyKind::PairHost => self.stats.pair_hosts += 1,
            _ => {}
        }
        self.put_key(place)
    }

    fn add_network(&mut self, group: u64) -> io::Result<()> {
        let network = parse_network(&self.key);
        let (address, length) = network.ok_or_else(|| io::Error::other("a network has no normal form"))?;
        let (networks, address) = match address {
            IpAddr::V4(address) => (&mut self.networks4, u128::from(u32::from(address))),
            IpAddr::V6(address) => (&mut self.networks6, u128::from(address)),
        };
        networks.push(Network { address, length, group });
        Ok(())
    }

    fn put_key(&mut self, place: u64) -> io::Result<()> {
        self.stats.filter_keys += 1;
        self.keys.push((self.hash, place));
        Ok(())
    }

    /// Forget what is in the file by now, but for the group at hand.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.keys.clear();
        self.networks4.clear();
        self.networks6.clear();
        self.floating.clear();
        self.stats = Stats::default();
        self.feeds.fill(0);
    }
}

fn stored_of(kind: KeyKind, body: &[u8]) -> io::Result<Stored<'_>> {
    Stored::read(kind, &mut Cursor::new(body)).map_err(|damage| io::Error::other(damage.0))
}
