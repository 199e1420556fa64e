//! Prepared rows: admitted, normalised, hashed and laid out as a sorter keeps them.
//!
//! This is what a row costs most of, and no row needs another for it: many threads prepare, one builder takes.

use std::collections::BTreeSet;
use std::ops::Range;

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

use super::admission::{Admitted, Row, admit};
use super::entries::{MOST_ENTRY_NUMBERS, put_entry};
use super::keys::KeyKind;
use super::labels::final_label;
use super::sorting::{HEAD_BYTES, Record, Unlaid};
use crate::kind::Kind;
use crate::normalise::host_of;

const LONGEST_CONTEXT: usize = 1 << 24;
/// Fewer rows than this are not worth another thread.
const ROWS_AT_ONCE: usize = 1024;

/// A row that was not taken: its place, and why.
pub type Refused = (usize, String);

/// What a sorter is to hold of one row, or of the host of its URL.
pub struct PreparedRecord {
    pub hash: u64,
    pub key_kind: KeyKind,
    pub key: Range<usize>,
    /// What the entry says; empty where the key serves the filter alone.
    pub said: Range<usize>,
    pub context: Range<usize>,
    /// Where the file has the context, plus 1; 0 for none, and before the builder knows.
    pub context_place: u64,
    pub facts: u64,
    /// By what a refusal of the row calls it.
    pub place: usize,
    /// Whether it is the first of its row: a range has many, a URL one of its host behind it.
    pub opens_row: bool,
}

/// Rows, ready to be sorted.
#[derive(Default)]
pub struct Prepared {
    pub(super) bytes: Vec<u8>,
    pub(super) records: Vec<PreparedRecord>,
    /// In the order of their places.
    pub(super) refused: Vec<Refused>,
    taken: usize,
    pub(super) labels: BTreeSet<Box<[u8]>>,
    pub(super) longest_prefix: u64,
    pub(super) deepest_prefix: u64,
    last_label: Vec<u8>,
    last_host: Range<usize>,
    last_context: Range<usize>,
    normal_form: Vec<u8>,
}

impl Prepared {
    /// Prepare rows on all threads; a refused row's place is its position.
    pub fn of_rows(rows: &[Row]) -> Vec<Prepared> {
        let parts = rows.par_chunks(ROWS_AT_ONCE).enumerate();
        let prepared = parts.map(|(part, rows)| {
            let mut prepared = Prepared::default();
            for (position, row) in rows.iter().enumerate() {
                prepared.add(row, part * ROWS_AT_ONCE + position);
            }
            prepared
        });
        prepared.collect()
    }

    /// Prepare one more row, which a refusal will call by this place.
    pub fn add(&mut self, row: &Row, place: usize) {
        if row.context.len() > LONGEST_CONTEXT {
            return self.refuse(place, format!("the context is longer than {LONGEST_CONTEXT} bytes"));
        }
        let mut normal_form = std::mem::take(&mut self.normal_form);
        let before = self.records.len();
        match admit(row, &mut normal_form, |admitted| self.keep(admitted, row, place)) {
            Ok(()) => self.taken += 1,
            Err(why) => self.refuse(place, why),
        }
        if let Some(record) = self.records.get_mut(before) {
            record.opens_row = true;
        }
        self.normal_form = normal_form;
    }

    /// Note that what stands at this place is not taken.
    pub fn refuse(&mut self, place: usize, why: String) {
        self.refused.push((place, why));
    }

    /// How many refusals there were.
    pub fn refused(&self) -> usize {
        self.refused.len()
    }

    /// How many rows are ready.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// What a sorter is to keep.
    pub(super) fn laid_by(&self) -> impl Iterator<Item = LaidBy<'_>> {
        self.records.iter().map(|record| LaidBy { bytes: &self.bytes, record })
    }

    /// Put the numbers of facts in place of others that stood for them; rows without are refused, with the reason.
    pub fn settle_facts(&mut self, number: impl Fn(u64) -> Result<u64, String>) {
        let mut records = std::mem::take(&mut self.records);
        records.retain_mut(|record| match number(record.facts) {
            Ok(facts) => {
                record.facts = facts;
                true
            }
            Err(why) => {
                if record.opens_row {
                    self.taken -= 1;
                    self.refuse(record.place, why);
                }
                false
            }
        });
        self.records = records;
    }

    fn keep(&mut self, admitted: &Admitted, row: &Row, place: usize) {
        let Admitted { kind, key_kind, key, normal_form, stored } = admitted;
        let context = self.put_context(row.context);
        let key_range = self.put(key);
        let start = self.bytes.len();
        stored.put_said(&mut self.bytes);
        self.records.push(PreparedRecord {
            hash: key_kind.hash(key),
            key_kind: *key_kind,
            key: key_range.clone(),
            said: start..self.bytes.len(),
            context,
            context_place: 0,
            facts: row.facts,
            place,
            opens_row: false,
        });
        if let Some(label) = final_label(*kind, normal_form) {
            self.note_label(label);
        }
        if *kind == Kind::Url {
            self.note_url(*key_kind, key_range, normal_form, row.facts);
        }
    }

    /// What the filter and the stats are to know of a URL besides its key.
    fn note_url(&mut self, key_kind: KeyKind, key: Range<usize>, normal_form: &[u8], facts: u64) {
        let (filter_key, host) = match key_kind {
            KeyKind::MaskFloating => return,
            KeyKind::MaskSuffix => (KeyKind::UrlSuffix, key),
            KeyKind::MaskHost => (KeyKind::UrlHost, key),
            // The key is the normal form, and begins with the host.
            _ => (KeyKind::UrlHost, key.start..key.start + host_of(normal_form).len()),
        };
        if key_kind == KeyKind::UrlPrefix {
            self.longest_prefix = self.longest_prefix.max(normal_form.len() as u64);
            let cuts = memchr::memchr2_iter(b'/', b'?', normal_form).count() as u64;
            self.deepest_prefix = self.deepest_prefix.max(cuts);
        }
        if filter_key == KeyKind::UrlHost {
            if self.bytes[self.last_host.clone()] == self.bytes[host.clone()] {
                return;
            }
            self.last_host = host.clone();
        }
        let hash = filter_key.hash(&self.bytes[host.clone()]);
        self.records.push(PreparedRecord {
            hash,
            key_kind: filter_key,
            key: host,
            said: 0..0,
            context: 0..0,
            context_place: 0,
            facts,
            place: 0,
            opens_row: false,
        });
    }

    fn note_label(&mut self, label: &[u8]) {
        if self.last_label == label {
            return;
        }
        self.last_label.clear();
        self.last_label.extend_from_slice(label);
        if !self.labels.contains(label) {
            self.labels.insert(label.into());
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    /// Rows of one record follow one another and share its context.
    fn put_context(&mut self, context: &[u8]) -> Range<usize> {
        if context.is_empty() {
            return 0..0;
        }
        if self.bytes[self.last_context.clone()] != *context {
            self.last_context = self.put(context);
        }
        self.last_context.clone()
    }
}

/// A record, and the bytes in which it lies.
pub struct LaidBy<'a> {
    bytes: &'a [u8],
    record: &'a PreparedRecord,
}

impl Unlaid for LaidBy<'_> {
    fn hash(&self) -> u64 {
        self.record.hash
    }

    fn most_bytes(&self) -> usize {
        HEAD_BYTES + self.record.key.len() + self.record.said.len() + MOST_ENTRY_NUMBERS
    }

    fn put(&self, out: &mut Vec<u8>) {
        let LaidBy { bytes, record } = self;
        Record::put_with(record.hash, record.key_kind.number(), &bytes[record.key.clone()], out, |out| {
            if !record.key_kind.is_filter_only() {
                put_entry(&bytes[record.said.clone()], record.facts, record.context_place, out);
            }
        });
    }
}
