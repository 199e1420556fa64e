//! Values that wait for their look-up: many are brought into their normal form first, then asked for together.
//!
//! A look-up waits for memory. Where the memory of many is fetched before the first is asked for, the waits overlap.

use std::ops::Range;

use super::Answer;
use super::ask::obfuscation_of;
use super::report::{Report, Seen};
use crate::index::{Fetching, Index};
use crate::kind::Kind;
use crate::normalise::normalise;

/// So many wait at most.
const MOST: usize = 64;
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
    /// (The value, where its bytes are, where its normal form's are.)
    values: Vec<(Taken, Range<usize>, Range<usize>)>,
    bytes: Vec<u8>,
    fetching: Fetching,
}

impl Waiting {
    /// Let a value wait; one that has no normal form is no observable, and one that stands before it already adds nothing.
    pub fn push(&mut self, taken: Taken, observed: &[u8], answer: &mut Answer) {
        if let Some((last, bytes, _)) = self.values.last()
            && (last.event, last.rule, last.kind) == (taken.event, taken.rule, taken.kind)
            && self.bytes[bytes.clone()] == *observed
        {
            return;
        }
        if normalise(taken.kind, observed, &mut answer.normal_form).is_err() {
            return;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(observed);
        let middle = self.bytes.len();
        self.bytes.extend_from_slice(&answer.normal_form);
        self.values.push((taken, start..middle, middle..self.bytes.len()));
    }

    /// Whether it is time to look them up.
    pub fn is_full(&self) -> bool {
        self.values.len() >= MOST || self.bytes.len() >= MOST_BYTES
    }

    /// Look all of them up, and report those that an entry knows.
    pub fn look_up(&mut self, index: &Index, answer: &mut Answer, report: &mut Report) {
        let normal_forms =
            self.values.iter().map(|(taken, _, normal_form)| (taken.kind, &self.bytes[normal_form.clone()]));
        self.fetching.fetch(index, normal_forms);
        for (taken, observed, normal_form) in self.values.drain(..) {
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
}
