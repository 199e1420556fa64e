//! Finds, in one walk over a block of text, every place where an observable may stand.
//!
//! Sixty-four bytes become bit masks, and only anchors are visited: each dotted name once, each `://`, each colon that
//! an IPv6 address may hold, each sixteen hex digits in a row. A scan may over-report; it never misses.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod bytes;
mod dots;
mod email;
mod hash;
mod instructions;
mod ipv4;
mod ipv6;
mod letters;
mod masks;
mod name;
mod names;
mod page;
mod sink;
mod suffixes;
#[cfg(test)]
mod tests;
mod url;
mod walk;

use crate::kind::Kind;

#[cfg(target_arch = "x86_64")]
pub use instructions::are_fast as has_fast_instructions;
pub use instructions::with_fast_instructions;
pub use ipv4::address_of_quad;
pub use letters::each_mark;
pub use sink::Sink;
pub use suffixes::{SuffixFilter, Suffixes};
pub use url::{LONGEST_URL, has_scheme, next_terminator, trimmed_end};

/// A place where a value of some kind may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What the value would be.
    pub kind: Kind,
    /// Its first byte in the text.
    pub start: usize,
    /// The byte after its last. Of a URL: the first place where it may end.
    pub end: usize,
}

/// Report every candidate in `text`, nearly in ascending order of their starts: those of one start come in the order in
/// which they are to be taken, and a dotted name comes late by no more than the names that are looked at together.
///
/// `text` may be a block of many frames; no candidate crosses a line break.
pub fn scan(text: &[u8], suffixes: &impl Suffixes, sink: &mut impl Sink) {
    walk::Walk::new(text, suffixes, sink).run();
}
