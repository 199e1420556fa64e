//! The rows of events, each entry once for each rule and normal form of an event.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::Row;
use super::hearing::Hearing;
use super::variant::variant_of;
use crate::disguise::Obfuscation;
use crate::fields::{Ends, Span, name_fields};
use crate::index::{Found, Index};
use crate::kind::Kind;
use crate::rules::Profile;

/// The fields of so many spans of an event are named; those of more are left empty.
const NAMED: usize = 64;

/// An observable in its event.
pub struct Seen<'a> {
    pub event: usize,
    pub profile: usize,
    pub rule: usize,
    pub kind: Kind,
    /// Where it stands in the event as it came.
    pub place: Range<usize>,
    pub observed: &'a [u8],
    pub normal_form: &'a [u8],
    /// How it was disguised.
    pub obfuscation: Obfuscation,
    /// The entries that know it.
    pub found: &'a [Found],
}

/// What has been reported.
pub struct Report {
    hearing: Arc<Hearing>,
    rows: Vec<Row>,
    /// The event under way, that of the last row.
    event: Option<usize>,
    /// Of the event under way: rule, hash of the normal form, entry.
    reported: HashSet<(usize, u128, u64)>,
    spans: Vec<Span>,
}

impl Report {
    pub fn new(hearing: Arc<Hearing>) -> Report {
        Report { hearing, rows: Vec::new(), event: None, reported: HashSet::new(), spans: Vec::new() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows from this position on.
    pub fn rows_from(&self, position: usize) -> &[Row] {
        &self.rows[position..]
    }

    /// The rows from this position on that are of the same event.
    pub fn rows_of_event(&self, position: usize) -> &[Row] {
        let rows = &self.rows[position..];
        let event = rows.first().map(|row| row.event);
        &rows[..rows.partition_point(|row| Some(row.event) == event)]
    }

    /// Name the field in which each row of the event at this position stands, and find the event's ends.
    pub fn name_fields(&mut self, position: usize, event: &[u8], profile: &Profile) -> Ends {
        let count = self.rows_of_event(position).len();
        let rows = &mut self.rows[position..position + count];
        self.spans.clear();
        for row in &*rows {
            if self.spans.last().is_none_or(|last| (last.start, last.end) != (row.start, row.end)) {
                self.spans.push(Span::new(row.start, row.end));
            }
        }
        let named = self.spans.len().min(NAMED);
        let ends = name_fields(event, &profile.ends, profile.csv(), &mut self.spans[..named]);
        let mut spans = self.spans.iter();
        let mut span = spans.next();
        for row in rows {
            while span.is_some_and(|span| (span.start, span.end) != (row.start, row.end)) {
                span = spans.next();
            }
            row.field = span.map_or_else(Box::default, |span| span.field.as_str().into());
        }
        ends
    }

    /// All rows; the report begins anew.
    pub fn take_rows(&mut self) -> Vec<Row> {
        self.event = None;
        std::mem::take(&mut self.rows)
    }

    /// A row for each entry that the event has not yet reported for this rule and normal form.
    pub fn add(&mut self, index: &Index, seen: &Seen<'_>) {
        if self.event != Some(seen.event) {
            self.event = Some(seen.event);
            self.reported.clear();
        }
        let hash = xxh3_128(seen.normal_form);
        for found in seen.found {
            if !self.reported.insert((seen.rule, hash, found.entry)) {
                continue;
            }
            let entry = index.entry(found.entry);
            if entry.as_ref().is_ok_and(|entry| !self.hearing.hears(entry, seen.rule)) {
                continue;
            }
            self.rows.push(Row {
                event: seen.event,
                profile: seen.profile,
                rule: seen.rule,
                observed_kind: seen.kind,
                start: seen.place.start,
                end: seen.place.end,
                observed: seen.observed.into(),
                normal_form: seen.normal_form.into(),
                // An entry that cannot be read is damage: whoever asks for it is told; till then the kind is a guess.
                kind: entry.as_ref().map_or(seen.kind, |entry| entry.kind()),
                entry: found.entry,
                scope: found.scope,
                variant: entry.map_or("itself", |entry| variant_of(seen.kind, seen.normal_form, &entry)),
                obfuscation: seen.obfuscation,
                field: Box::default(),
            });
        }
    }
}
