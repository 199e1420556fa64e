//! Hashes: a run of exactly 32, 40, 64 or 128 hex digits that touches no letter or digit.

use super::bytes::{self, is, run_end, run_start};
use super::sink::Sink;
use super::suffixes::Suffixes;
use super::walk::Walk;
use crate::kind::Kind;
use crate::normalise::hash_of_length;

const LONGEST: usize = 128;

impl<S: Suffixes, F: Sink> Walk<'_, S, F> {
    /// Visit the run of letters and digits around the hex digit at `position`; its end is returned.
    pub(super) fn visit_hex(&mut self, position: usize) -> usize {
        let start = run_start(self.text, position, LONGEST + 1, bytes::ALNUM);
        let end = run_end(self.text, position, bytes::ALNUM);
        if let Some(kind) = kind_of(&self.text[start..end]) {
            self.report(kind, start, end);
        }
        end
    }
}

fn kind_of(word: &[u8]) -> Option<Kind> {
    let kind = hash_of_length(word.len())?;
    word.iter().all(|&byte| is(byte, bytes::HEX)).then_some(kind)
}
