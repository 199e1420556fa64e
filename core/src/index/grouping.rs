//! Grouping: the second half of a build. Sorted records become groups of entries, and what is found by them.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::net::IpAddr;

use xxhash_rust::xxh3::xxh3_128;

use super::cursor::{Cursor, put_counted};
use super::entries::{LEAD, Stored, put_group};
use super::facts::FactsWriter;
use super::file::FileWriter;
use super::filter::FilterWriter;
use super::keys::KeyKind;
use super::labels::LabelsWriter;
use super::networks::{Network, V4, V6, parse_network, put_networks};
use super::sorting::Record;
use super::stats::Stats;
use super::table::{OFFSET_LIMIT, TableWriter};
use crate::kind::Kind;

const KEY_BYTES: usize = 16;

/// Takes records in their order and writes the file from the entries section on.
pub struct Grouping {
    file: FileWriter,
    /// Hash and group's place of every key, in order, for the filter and the table; 0 is a key of the filter alone.
    keys: BufWriter<File>,
    facts: FactsWriter,
    stats: Stats,
    networks4: Vec<Network>,
    networks6: Vec<Network>,
    floating: Vec<u8>,
    current: Record,
    bodies: Vec<u8>,
    /// Where each of `bodies` ends.
    ends: Vec<usize>,
    /// What the bodies say, once there are two.
    said: HashSet<u128>,
    group: Vec<u8>,
}

impl Grouping {
    /// `file` is at the beginning of its entries section; `keys` is an empty temporary file.
    pub fn new(mut file: FileWriter, keys: File, facts: FactsWriter, stats: Stats) -> io::Result<Grouping> {
        file.write_all(&LEAD)?;
        Ok(Grouping {
            file,
            keys: BufWriter::with_capacity(1 << 18, keys),
            facts,
            stats,
            networks4: Vec::new(),
            networks6: Vec::new(),
            floating: Vec::new(),
            current: Record::default(),
            bodies: Vec::new(),
            ends: Vec::new(),
            said: HashSet::new(),
            group: Vec::new(),
        })
    }

    pub fn take(&mut self, record: &Record) -> io::Result<()> {
        let kind = kind_of(record)?;
        let is_new = !self.current.has_key_of(record);
        if is_new {
            self.end_group()?;
            self.current.clone_from(record);
        }
        match (kind.is_filter_only(), is_new) {
            (false, _) => self.take_entry(kind, record),
            (true, true) => self.put_key(record.hash, 0),
            (true, false) => Ok(()),
        }
    }

    /// Keep an entry, unless an earlier one says the same: the same scope, feed, category and text.
    fn take_entry(&mut self, kind: KeyKind, record: &Record) -> io::Result<()> {
        let stored = stored_of(kind, &record.body)?;
        if self.ends.len() == 1 {
            self.said.clear();
            self.said.insert(self.identity(&stored_of(kind, &self.bodies)?));
        }
        if !self.ends.is_empty() && !self.said.insert(self.identity(&stored)) {
            self.stats.merged += 1;
            return Ok(());
        }
        self.stats.count_entry(kind.kind());
        self.facts.count_entry(stored.facts);
        self.bodies.extend_from_slice(&record.body);
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

    fn end_group(&mut self) -> io::Result<()> {
        if self.ends.is_empty() {
            return Ok(());
        }
        let kind = kind_of(&self.current)?;
        let offset = self.file.written();
        self.group.clear();
        put_group(kind, &self.current.key, &self.bodies, &self.ends, &mut self.group);
        self.file.write_all(&self.group)?;
        self.bodies.clear();
        self.ends.clear();
        self.stats.keys += 1;
        self.find_by(kind, offset)
    }

    /// Note by what the group at this place will be found.
    fn find_by(&mut self, kind: KeyKind, offset: u64) -> io::Result<()> {
        match kind {
            KeyKind::MaskFloating => {
                self.stats.floating_masks += 1;
                self.floating.extend_from_slice(&offset.to_le_bytes());
                return Ok(());
            }
            KeyKind::Value(Kind::Cidr) => return self.add_network(offset),
            KeyKind::MaskHost => self.stats.mask_hosts += 1,
            KeyKind::MaskSuffix => self.stats.mask_suffixes += 1,
            _ => {}
        }
        if offset >= OFFSET_LIMIT {
            return Err(io::Error::other("the entries have grown over 1 TiB: build fewer indicators into one index"));
        }
        self.stats.table_keys += 1;
        self.put_key(self.current.hash, offset)
    }

    fn add_network(&mut self, group: u64) -> io::Result<()> {
        let network = parse_network(&self.current.key);
        let (address, length) = network.ok_or_else(|| io::Error::other("a network has no normal form"))?;
        let (networks, address) = match address {
            IpAddr::V4(address) => (&mut self.networks4, u128::from(u32::from(address))),
            IpAddr::V6(address) => (&mut self.networks6, u128::from(address)),
        };
        networks.push(Network { address, length, group });
        Ok(())
    }

    fn put_key(&mut self, hash: u64, offset: u64) -> io::Result<()> {
        self.stats.filter_keys += 1;
        self.keys.write_all(&hash.to_le_bytes())?;
        self.keys.write_all(&offset.to_le_bytes())
    }

    /// End the entries and write every section behind them, then the header.
    pub fn finish(mut self, labels: &LabelsWriter) -> io::Result<()> {
        self.end_group()?;
        self.file.next_section()?;
        let Grouping { mut file, keys, facts, stats, networks4, networks6, floating, .. } = self;
        let mut keys = keys.into_inner().map_err(io::IntoInnerError::into_error)?;
        write_filter(&mut keys, &stats, &mut file)?;
        write_table(&mut keys, &stats, &mut file)?;
        write_section(&mut file, |out| put_networks::<V4>(networks4, out))?;
        write_section(&mut file, |out| put_networks::<V6>(networks6, out))?;
        write_section(&mut file, |out| facts.put(out))?;
        write_section(&mut file, |out| out.extend_from_slice(&floating))?;
        write_section(&mut file, |out| labels.put(out))?;
        write_section(&mut file, |out| stats.put(out))?;
        file.finish()
    }
}

fn write_section(file: &mut FileWriter, put: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
    let mut out = Vec::new();
    put(&mut out);
    file.write_all(&out)?;
    file.next_section()
}

fn stored_of(kind: KeyKind, body: &[u8]) -> io::Result<Stored<'_>> {
    Stored::read(kind, &mut Cursor::new(body)).map_err(|damage| io::Error::other(damage.0))
}

fn kind_of(record: &Record) -> io::Result<KeyKind> {
    KeyKind::from_number(record.key_kind).ok_or_else(|| io::Error::other("a record has an unknown kind of key"))
}

fn write_filter(keys: &mut File, stats: &Stats, file: &mut FileWriter) -> io::Result<()> {
    let mut filter = FilterWriter::new(stats.filter_keys);
    for_each_key(keys, stats.filter_keys, |hash, _| filter.insert(hash, file))?;
    filter.finish(file)?;
    file.next_section()
}

fn write_table(keys: &mut File, stats: &Stats, file: &mut FileWriter) -> io::Result<()> {
    let mut table = TableWriter::new(stats.table_keys);
    for_each_key(keys, stats.filter_keys, |hash, offset| match offset {
        0 => Ok(()),
        offset => table.insert(hash, offset, file),
    })?;
    table.finish(file)?;
    file.next_section()
}

fn for_each_key(keys: &mut File, count: u64, mut take: impl FnMut(u64, u64) -> io::Result<()>) -> io::Result<()> {
    keys.rewind()?;
    let mut keys = BufReader::with_capacity(1 << 18, keys);
    let mut pair = [0; KEY_BYTES];
    for _ in 0..count {
        keys.read_exact(&mut pair)?;
        let both = u128::from_le_bytes(pair);
        take(both as u64, (both >> 64) as u64)?;
    }
    Ok(())
}
