//! Values that wait for their look-up: nearly all are let go together, the others then asked for together.
//!
//! A look-up waits for memory. Where the memory of many is fetched before the first is asked for, the waits overlap.

use std::ops::Range;

use super::Answer;
use super::ask::obfuscation_of;
use super::report::{Report, Seen};
use super::sieve::Sieve;
use crate::index::{Fetching, Index};
use crate::kind::Kind;
use crate::normalise::normalise;

/// So many wait at most.
const MOST: usize = 128;
/// So many bytes of values, and no more than one value beyond, wait at most.
const MOST_BYTES: usize = 64 * 1024;

/// A value that a rule took.
pub struct Taken {
    pub event: usize,
    pub profile: usize,
    pub rule: usize,
    pub kind: Kind,
    /// Where it stands in the event as it came.
    pub place: Range<usize>,
}

/// Values that wait, in the order of the events.
#[derive(Default)]
pub struct Waiting {
    /// (The value, where its bytes are.)
    values: Vec<(Taken, Range<usize>)>,
    bytes: Vec<u8>,
    /// Those worth a look-up: (the value, where its bytes are, where its normal form's are.)
    kept: Vec<(Taken, Range<usize>, Range<usize>)>,
    sieve: Sieve,
    fetching: Fetching,
}

impl Waiting {
    /// Let a value wait; one that stands before it already adds nothing.
    pub fn push(&mut self, taken: Taken, observed: &[u8]) {
        if let Some((last, bytes)) = self.values.last()
            && (last.event, last.rule, last.kind) == (taken.event, taken.rule, taken.kind)
            && self.bytes[bytes.clone()] == *observed
        {
            return;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(observed);
        self.values.push((taken, start..self.bytes.len()));
    }

    /// Whether it is time to look them up.
    pub fn is_full(&self) -> bool {
        self.values.len() >= MOST || self.bytes.len() >= MOST_BYTES
    }

    /// Look all of them up, and report those that an entry knows.
    pub fn look_up(&mut self, index: &Index, answer: &mut Answer, report: &mut Report) {
        self.normalise_kept(index, &mut answer.normal_form);
        let normal_forms =
            self.kept.iter().map(|(taken, _, normal_form)| (taken.kind, &self.bytes[normal_form.clone()]));
        self.fetching.fetch(index, normal_forms);
        for (taken, observed, normal_form) in self.kept.drain(..) {
            let (observed, normal_form) = (&self.bytes[observed], &self.bytes[normal_form]);
            answer.look_up(index, taken.kind, observed, normal_form);
            let Taken { event, profile, rule, kind, place } = taken;
            let found = &answer.found;
            if !found.is_empty() {
                let obfuscation = obfuscation_of(kind, observed);
                let seen = Seen { event, profile, rule, kind, place, observed, normal_form, obfuscation, found };
                report.add(index, &seen);
            }
        }
        self.bytes.clear();
    }

    /// Keep what is worth a look-up; what has no normal form is no observable.
    fn normalise_kept(&mut self, index: &Index, normal_form: &mut Vec<u8>) {
        let Waiting { values, bytes, kept, sieve, .. } = self;
        let written = values.iter().map(|(taken, observed)| (taken.kind, &bytes[observed.clone()]));
        let is_kept = sieve.sift(index, written);
        for ((taken, observed), is_kept) in values.drain(..).zip(is_kept) {
            if *is_kept && normalise(taken.kind, &bytes[observed.clone()], normal_form).is_ok() {
                let start = bytes.len();
                bytes.extend_from_slice(normal_form);
                kept.push((taken, observed, start..bytes.len()));
            }
        }
    }
}
