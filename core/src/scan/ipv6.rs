//! IPv6 addresses: a word of letters, digits, dots and colons that parses whole.

use std::net::Ipv6Addr;

use super::bytes::{self, run_end, run_start};
use super::suffixes::Suffixes;
use super::walk::Walk;
use crate::kind::Kind;

const LONGEST: usize = 45;

impl<S: Suffixes, F: FnMut(super::Candidate)> Walk<'_, S, F> {
    /// Visit the word around the colon at `position`; its end is returned.
    pub(super) fn visit_coloned(&mut self, position: usize) -> usize {
        let room = position - self.coloned_from.max(self.bare_from);
        let start = run_start(self.text, position, room, bytes::COLONED);
        let end = run_end(self.text, position, bytes::COLONED);
        if let Some((from, until)) = address_in(&self.text[start..end]) {
            self.report(Kind::Ipv6, start + from, start + until);
        }
        end
    }
}

/// Where an address stands in a word: marks that end a sentence and words that lead to it (`src:`) are left out.
fn address_in(word: &[u8]) -> Option<(usize, usize)> {
    let mut end = word.len();
    while end > 0 && (word[end - 1] == b'.' || (word[end - 1] == b':' && !word[..end].ends_with(b"::"))) {
        end -= 1;
    }
    let mut start = 0;
    while let Some(colon) = memchr::memchr(b':', &word[start..end]) {
        let part = &word[start..start + colon];
        if part.len() <= 4 && part.iter().all(u8::is_ascii_hexdigit) {
            break;
        }
        start += colon + 1;
    }
    let address = &word[start..end];
    let whole = address.len() <= LONGEST
        && address.iter().any(u8::is_ascii_hexdigit)
        && std::str::from_utf8(address).is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok());
    whole.then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_times_and_names_of_programs() {
        for (word, expected) in [
            ("2001:db8::1", Some("2001:db8::1")),
            ("2001:db8:0:0:0:0:0:1", Some("2001:db8:0:0:0:0:0:1")),
            ("::ffff:192.0.2.1", Some("::ffff:192.0.2.1")),
            ("2001:db8::1.", Some("2001:db8::1")),
            ("2001:db8::1:", Some("2001:db8::1")),
            ("2001:db8::", Some("2001:db8::")),
            ("outside:2001:db8::1", Some("2001:db8::1")),
            ("::", None),
            ("12:34:56", None),
            ("00:11:22:33:44:55", None),
            ("std::vector", None),
            ("std::add", None),
            ("2001:db8::1::2", None),
        ] {
            let found = address_in(word.as_bytes()).map(|(start, end)| &word[start..end]);

            assert_eq!(found, expected, "{word}");
        }
    }
}
