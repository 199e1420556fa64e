//! Dotted names: a domain where the final label is known, the addresses in it, and what stands around it.

use std::ops::Range;

use super::ipv4::{address_at, quads};
use super::letters;
use super::sink::Sink;
use super::suffixes::Suffixes;
use super::walk::Walk;
use crate::kind::Kind;

const LONGEST_LABEL: usize = 63;

/// What follows the last dot.
#[inline(always)]
pub fn final_label(name: &[u8]) -> &[u8] {
    let dot = name.iter().rposition(|&byte| byte == b'.');
    dot.map_or(name, |dot| &name[dot + 1..])
}

impl<S: Suffixes, F: Sink> Walk<'_, S, F> {
    /// Visit the dotted name `text[start..end]`.
    pub(super) fn visit_name(&mut self, start: usize, end: usize) {
        if self.text[start..end].is_ascii() {
            self.visit_plain_name(start, end);
        } else {
            self.visit_lettered_name(start, end);
        }
    }

    pub(super) fn visit_plain_name(&mut self, start: usize, end: usize) {
        let label = final_label(&self.text[start..end]);
        if label[0].is_ascii_digit() && label.iter().all(u8::is_ascii_digit) {
            self.report_quads(start, end);
        } else {
            self.report_domain(start, end);
            self.report_quads(start, end);
        }
    }

    #[inline(always)]
    pub(super) fn report_quads(&mut self, start: usize, end: usize) {
        // The shortest address has seven bytes.
        if end - start < 7 {
            return;
        }
        for (from, until) in quads(self.text, start, end) {
            let Some(address) = address_at(self.text, from, until) else { continue };
            self.report_address(address, from, until);
            self.report_path_after(from, until);
        }
    }

    fn report_domain(&mut self, start: usize, end: usize) {
        let email = self.email_start(start);
        let (start, end) = without_outer_hyphens(self.text, start, end);
        let name = &self.text[start..end];
        if !name.contains(&b'.') || !self.may_end_in(final_label(name)) {
            return;
        }
        if let Some(local) = email {
            self.report(Kind::Email, local, end);
        } else if !self.is_local(start, end) {
            self.report(Kind::Domain, start, end);
            self.report_path_after(start, end);
        }
    }

    /// Whether a domain may end in this label; not asked of labels beyond ASCII.
    #[inline(always)]
    pub(super) fn may_end_in(&self, label: &[u8]) -> bool {
        let mut lower = [0; LONGEST_LABEL];
        let Some(lower) = lower.get_mut(..label.len()) else { return false };
        for (lower, byte) in lower.iter_mut().zip(label) {
            *lower = byte.to_ascii_lowercase();
        }
        !label.is_ascii() || self.suffixes.hold(lower)
    }

    /// Names with letters beyond ASCII are cut at marks; their plain pieces are reported beside them, since other
    /// scripts write a name and the words around it without a blank.
    #[cold]
    fn visit_lettered_name(&mut self, start: usize, end: usize) {
        for piece in self.dotted(start, letters::pieces(&self.text[start..end])) {
            let whole = self.text[piece.clone()].is_ascii();
            if !whole {
                self.report_domain(piece.start, piece.end);
            }
            for plain in self.dotted(piece.start, letters::ascii_pieces(&self.text[piece])) {
                self.visit_plain_name(plain.start, plain.end);
            }
        }
    }

    /// Those pieces, moved by `offset`, that are names: outer dots cut off, a dot inside.
    fn dotted(&self, offset: usize, pieces: Vec<Range<usize>>) -> Vec<Range<usize>> {
        let names = pieces.into_iter().filter_map(|piece| {
            let (mut start, mut end) = (offset + piece.start, offset + piece.end);
            while start < end && self.text[start] == b'.' {
                start += 1;
            }
            while start < end && self.text[end - 1] == b'.' {
                end -= 1;
            }
            self.text[start..end].contains(&b'.').then_some(start..end)
        });
        names.collect()
    }
}

#[inline(always)]
pub fn without_outer_hyphens(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && text[start] == b'-' {
        start += 1;
    }
    while start < end && text[end - 1] == b'-' {
        end -= 1;
    }
    (start, end)
}
