//! The walk: chunk by chunk, anchor by anchor, in order of position.

use super::Candidate;
use super::anchors::{Anchors, Before};
use super::bytes::{self, is, is_at};
use super::masks::{CHUNK, Masks};
use crate::kind::Kind;

/// One walk over one text.
pub struct Walk<'t, S, F> {
    pub(super) text: &'t [u8],
    pub(super) suffixes: &'t S,
    on_candidate: &'t mut F,
    /// Bare values before this byte are part of a URL.
    pub(super) bare_from: usize,
    /// Names, runs of hex digits and IPv6-like words before these bytes were visited.
    pub(super) name_from: usize,
    pub(super) hex_from: usize,
    pub(super) coloned_from: usize,
    /// No byte from `.0` to before `.1` ends a URL.
    pub(super) unended: (usize, usize),
}

impl<'t, S: Fn(&[u8]) -> bool, F: FnMut(Candidate)> Walk<'t, S, F> {
    pub fn new(text: &'t [u8], suffixes: &'t S, on_candidate: &'t mut F) -> Self {
        Walk { text, suffixes, on_candidate, bare_from: 0, name_from: 0, hex_from: 0, coloned_from: 0, unended: (0, 0) }
    }

    #[inline(always)]
    pub(super) fn report(&mut self, kind: Kind, start: usize, end: usize) {
        (self.on_candidate)(Candidate { kind, start, end });
    }

    pub fn run(&mut self) {
        let mut before = Before::default();
        let mut name_start = 0;
        for base in (0..self.text.len()).step_by(CHUNK) {
            let masks = match self.text[base..].first_chunk() {
                Some(chunk) => Masks::of(chunk),
                None => Masks::of(&padded(&self.text[base..])),
            };
            let anchors = Anchors::of(&masks, self.text, base, &mut before);
            self.visit(base, anchors, name_start);
            name_start = start_of_last_run(anchors.names, base, name_start);
        }
    }

    /// Visit the anchors of one chunk. `name_start` is where the name began that reaches into it, if one does.
    #[inline(always)]
    fn visit(&mut self, base: usize, mut anchors: Anchors, name_start: usize) {
        let all_dots = anchors.dots;
        self.pass_visited(base, &mut anchors);
        loop {
            let any = anchors.dots | anchors.schemes | anchors.hashes | anchors.coloned;
            if any == 0 {
                return;
            }
            let at = any.trailing_zeros();
            let bit = 1u64 << at;
            let position = base + at as usize;
            if anchors.dots & bit != 0 {
                let start = start_of_run(anchors.names, at, base, name_start);
                let end = self.end_of_name(anchors.names, at, base);
                self.name_from = end;
                let within = from(base, start) & !from(base, end);
                if base <= start && end <= base + CHUNK && within & !(anchors.digits | all_dots) == 0 {
                    self.visit_numbers(start, end, (all_dots & within).count_ones());
                } else {
                    self.visit_name(start, end);
                }
                anchors.dots &= from(base, end);
            } else if anchors.schemes & bit != 0 {
                anchors.schemes &= !bit;
                self.visit_scheme(position);
                self.pass_visited(base, &mut anchors);
            } else if anchors.coloned & bit != 0 {
                self.coloned_from = self.visit_coloned(position);
                anchors.coloned &= from(base, self.coloned_from);
            } else {
                self.hex_from = self.visit_hex(position);
                self.pass_visited(base, &mut anchors);
            }
        }
    }

    /// Drop the anchors of bare values that a URL holds, or that were visited before the chunk began.
    #[inline(always)]
    fn pass_visited(&self, base: usize, anchors: &mut Anchors) {
        anchors.dots &= from(base, self.bare_from.max(self.name_from));
        anchors.hashes &= from(base, self.bare_from.max(self.hex_from));
        anchors.coloned &= from(base, self.bare_from.max(self.coloned_from));
    }

    /// Where the name ends that holds the byte `at` of the chunk.
    #[inline(always)]
    fn end_of_name(&self, names: u64, at: u32, base: usize) -> usize {
        let above = !names >> at;
        if above != 0 { base + (at + above.trailing_zeros()) as usize } else { self.name_end(base + CHUNK) }
    }

    /// Where the name ends that reaches to `from`.
    pub(super) fn name_end(&self, from: usize) -> usize {
        let text = self.text;
        let mut end = from;
        while let Some(&byte) = text.get(end) {
            let joins =
                byte == b'.' && end > 0 && is(text[end - 1], bytes::LABEL) && is_at(text, end + 1, bytes::LABEL);
            if !is(byte, bytes::LABEL) && !joins {
                break;
            }
            end += 1;
        }
        end
    }
}

/// The end of a text as a whole chunk: NULs are part of nothing.
#[cold]
fn padded(rest: &[u8]) -> [u8; CHUNK] {
    let mut chunk = [0; CHUNK];
    chunk[..rest.len()].copy_from_slice(rest);
    chunk
}

/// The bits of a chunk at `base` from the byte `position` on.
#[inline(always)]
fn from(base: usize, position: usize) -> u64 {
    match position.saturating_sub(base) {
        passed if passed < CHUNK => u64::MAX << passed,
        _ => 0,
    }
}

/// Where the run begins that holds the byte `at`, which begins at `carried` if it reaches into the chunk.
#[inline(always)]
fn start_of_run(mask: u64, at: u32, base: usize, carried: usize) -> usize {
    let below = !mask & ((1 << at) - 1);
    if below != 0 { base + 64 - below.leading_zeros() as usize } else { carried }
}

/// Where the run begins that reaches the end of the chunk, or the chunk's end if none does.
#[inline(always)]
fn start_of_last_run(mask: u64, base: usize, carried: usize) -> usize {
    if mask == u64::MAX { carried } else { base + 64 - (!mask).leading_zeros() as usize }
}
