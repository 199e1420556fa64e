//! Hashes: a run of exactly 32, 40 or 64 hex digits that touches no letter or digit.

use super::bytes::{self, is, run_end, run_start};
use super::walk::Walk;
use crate::kind::Kind;

const LONGEST: usize = 64;

impl<S: Fn(&[u8]) -> bool, F: FnMut(super::Candidate)> Walk<'_, S, F> {
    /// Visit the run of letters and digits around the hex digit at `position`; its end is returned.
    pub(super) fn visit_hex(&mut self, position: usize) -> usize {
        let start = run_start(self.text, position, LONGEST + 1, bytes::ALNUM);
        let end = run_end(self.text, position, bytes::ALNUM);
        if let Some(kind) = kind_of(&self.text[start..end]) {
            self.visit_name_before_hash(start);
            self.report_email_ahead(start, end);
            self.report(kind, start, end);
        }
        end
    }

    /// A name that begins before the hash and whose first dot comes after it is reported first.
    fn visit_name_before_hash(&mut self, hash: usize) {
        if hash == 0 || self.name_from > hash || !is(self.text[hash - 1], bytes::LABEL) {
            return;
        }
        let start = run_start(self.text, hash, hash - self.name_from, bytes::LABEL);
        let end = self.name_end(hash);
        self.name_from = end;
        if self.text[hash..end].contains(&b'.') {
            self.visit_name(start, end);
        }
    }
}

fn kind_of(word: &[u8]) -> Option<Kind> {
    let kind = match word.len() {
        32 => Kind::Md5,
        40 => Kind::Sha1,
        64 => Kind::Sha256,
        _ => return None,
    };
    word.iter().all(|&byte| is(byte, bytes::HEX)).then_some(kind)
}
