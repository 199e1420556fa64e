//! Finds, in one walk over a block of text, every place where an observable may stand.
//!
//! Sixty-four bytes become bit masks, and only anchors are visited: each dotted name once, each `://`, each colon that
//! an IPv6 address may hold, each sixteen hex digits in a row. A scan may over-report; it never misses.

mod anchors;
mod bytes;
mod email;
mod hash;
mod ipv4;
mod ipv6;
mod letters;
mod masks;
mod name;
#[cfg(test)]
mod tests;
mod url;
mod walk;

use crate::kind::Kind;

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

/// Report every candidate in `text`, in ascending order of their starts but for those within one dotted name or one
/// e-mail address.
///
/// `text` may be a block of many frames; no candidate crosses a line break. `suffixes` tells, of a final label in
/// lower case, whether a domain may end in it; labels beyond ASCII are reported without being asked about.
pub fn scan(text: &[u8], suffixes: &impl Fn(&[u8]) -> bool, on_candidate: &mut impl FnMut(Candidate)) {
    walk::Walk::new(text, suffixes, on_candidate).run();
}
