//! IPv6 addresses: a word of letters, digits, dots and colons that parses whole.

use std::net::Ipv6Addr;

use super::bytes::{self, run_end, run_start};
use super::sink::Sink;
use super::suffixes::Suffixes;
use super::walk::Walk;
use crate::kind::Kind;

const LONGEST: usize = 45;

impl<S: Suffixes, F: Sink> Walk<'_, S, F> {
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
    if is_address(&word[start..end]) {
        return Some((start, end));
    }
    let port = memchr::memrchr2(b'.', b':', &word[start..end]).map(|mark| start + mark)?;
    // A port behind a dot, as tcpdump writes it, or behind an address that ends in dots (`::ffff:192.0.2.1:443`).
    let digits = &word[port + 1..end];
    let follows = (1..=5).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    (follows && is_address(&word[start..port])).then_some((start, port))
}

fn is_address(text: &[u8]) -> bool {
    text.len() <= LONGEST
        && has_colons(text)
        && text.iter().any(u8::is_ascii_hexdigit)
        && std::str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

/// Whether there are as many colons as in an address: times and hardware addresses have fewer, and are everywhere.
fn has_colons(text: &[u8]) -> bool {
    const COLONS_BEFORE_QUAD: usize = 6;
    text.iter().filter(|byte| **byte == b':').count() >= COLONS_BEFORE_QUAD || text.windows(2).any(|two| two == b"::")
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
            ("2001:db8::1.443", Some("2001:db8::1")),
            ("::ffff:192.0.2.1:443", Some("::ffff:192.0.2.1")),
            ("2001:db8::1.443443", None),
        ] {
            let found = address_in(word.as_bytes()).map(|(start, end)| &word[start..end]);

            assert_eq!(found, expected, "{word}");
        }
    }
}
