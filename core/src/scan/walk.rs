//! The walk: page by page, in each the anchors chunk by chunk, then the names.

use super::bytes::{self, is, is_at};
use super::dots::Dots;
use super::masks::{CHUNK, Masks};
use super::names::Names;
use super::page::{Anchors, PAGE, Page};
use super::sink::Sink;
use super::suffixes::Suffixes;
use super::{Candidate, instructions};
use crate::kind::Kind;

/// One walk over one text.
pub struct Walk<'t, S, F> {
    pub(super) text: &'t [u8],
    pub(super) suffixes: &'t S,
    sink: &'t mut F,
    /// Names that wait to be looked at together.
    pub(super) names: Names,
    /// Bare values before this byte are part of a URL.
    pub(super) bare_from: usize,
    /// Runs of hex digits and IPv6-like words before these bytes were visited.
    pub(super) hex_from: usize,
    pub(super) coloned_from: usize,
    /// No byte from `.0` to before `.1` ends a URL.
    pub(super) unended: (usize, usize),
}

impl<'t, S: Suffixes, F: Sink> Walk<'t, S, F> {
    pub fn new(text: &'t [u8], suffixes: &'t S, sink: &'t mut F) -> Self {
        let names = Names::default();
        Walk { text, suffixes, sink, names, bare_from: 0, hex_from: 0, coloned_from: 0, unended: (0, 0) }
    }

    #[inline(always)]
    pub(super) fn report(&mut self, kind: Kind, start: usize, end: usize) {
        self.sink.take(Candidate { kind, start, end });
    }

    #[inline(always)]
    pub(super) fn report_address(&mut self, address: u32, start: usize, end: usize) {
        self.sink.take_address(address, Candidate { kind: Kind::Ipv4, start, end });
    }

    /// Walk with the fastest instructions that the processor has.
    pub fn run(&mut self) {
        #[cfg(target_arch = "x86_64")]
        if instructions::are_fast() {
            // SAFETY: the processor has all that the function is compiled for.
            return unsafe { self.run_with_avx2() };
        }
        self.run_with(Masks::of);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn run_with_avx2(&mut self) {
        self.run_with(|chunk| super::avx2::masks_of(chunk));
    }

    #[inline(always)]
    pub(super) fn run_with(&mut self, masks_of: impl Fn(&[u8; CHUNK]) -> Masks) {
        let (mut page, mut dots) = (Page::new(), Dots::new());
        for start in (0..self.text.len()).step_by(PAGE) {
            let chunks = page.read(self.text, start, &masks_of);
            dots.clear();
            for chunk in 1..=chunks {
                let mut anchors = page.anchors(chunk);
                let base = page.base(chunk);
                anchors.names &= from(base, self.bare_from);
                if anchors.schemes | anchors.hashes | anchors.coloned != 0 {
                    anchors.names = self.visit_others(base, anchors);
                }
                dots.push(chunk, anchors.names);
            }
            for (chunk, at) in dots.each() {
                self.take_name(&page, chunk, at);
            }
        }
        self.visit_names();
    }

    /// Visit the anchors of one chunk that are not names; the names that no URL holds are returned.
    fn visit_others(&mut self, base: usize, mut anchors: Anchors) -> u64 {
        self.pass_visited(base, &mut anchors);
        loop {
            let any = anchors.schemes | anchors.hashes | anchors.coloned;
            if any == 0 {
                return anchors.names;
            }
            let bit = any & any.wrapping_neg();
            let position = base + any.trailing_zeros() as usize;
            if anchors.schemes & bit != 0 {
                anchors.schemes &= !bit;
                self.visit_scheme(position);
                anchors.names &= !(from(base, position) & !from(base, self.bare_from));
                self.pass_visited(base, &mut anchors);
            } else if anchors.coloned & bit != 0 {
                self.coloned_from = self.visit_coloned(position);
                anchors.coloned &= from(base, self.coloned_from);
            } else {
                self.hex_from = self.visit_hex(position);
                anchors.hashes &= from(base, self.hex_from);
            }
        }
    }

    /// Take the name around a dot to be visited.
    #[inline(always)]
    fn take_name(&mut self, page: &Page, chunk: usize, at: u32) {
        match page.name_around(chunk, at) {
            Some(name) if !name.is_foreign => {
                if self.names.push(name) {
                    self.visit_names();
                }
            }
            _ => {
                let dot = page.base(chunk) + at as usize;
                self.visit_name(self.name_start(dot), self.name_end(dot));
            }
        }
    }

    /// Drop the anchors of bare values that a URL holds, or that were visited before the chunk began.
    #[inline(always)]
    fn pass_visited(&self, base: usize, anchors: &mut Anchors) {
        anchors.hashes &= from(base, self.bare_from.max(self.hex_from));
        anchors.coloned &= from(base, self.bare_from.max(self.coloned_from));
    }

    /// Where the name ends that reaches to `from`.
    pub(super) fn name_end(&self, from: usize) -> usize {
        let mut end = from;
        while end < self.text.len() && self.is_of_name(end) {
            end += 1;
        }
        end
    }

    /// Where the name begins that reaches to `until`.
    fn name_start(&self, until: usize) -> usize {
        let mut start = until;
        while start > 0 && self.is_of_name(start - 1) {
            start -= 1;
        }
        start
    }

    /// Whether the byte at `at` is part of a label, or a dot that joins two.
    fn is_of_name(&self, at: usize) -> bool {
        let text = self.text;
        let joins = || at > 0 && is(text[at - 1], bytes::LABEL) && is_at(text, at + 1, bytes::LABEL);
        is(text[at], bytes::LABEL) || (text[at] == b'.' && joins())
    }
}

/// The bits of a chunk at `base` from the byte `position` on.
#[inline(always)]
fn from(base: usize, position: usize) -> u64 {
    match position.saturating_sub(base) {
        passed if passed < CHUNK => u64::MAX << passed,
        _ => 0,
    }
}
