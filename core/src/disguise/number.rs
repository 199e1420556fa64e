//! IPv4 addresses in other writings than a dotted quad: an integer, hex, octal, fewer than four parts.
//!
//! A number alone is nearly always something else. So it counts as an address where its writing is no other thing's
//! (four parts, in hex or in octal of four digits), or where its key says address.

use wide::u8x16;

use super::keys::says_address;
use super::obfuscation::Obfuscation;
use super::undo::{Forms, Undone};
use crate::normalise::loose_ipv4;

/// Longest text of an address: four parts of octal with some zeros before them.
const LONGEST: usize = 48;

/// Fewer digits are an address before 1.0.0.0, and so is a shorter text of two or three parts whose last is above 255.
const SHORTEST_INTEGER: u32 = 8;
const SHORTEST_SHORT: u32 = 5;

/// The first addresses of the networks from which hosts have theirs, and the first beyond them.
const FIRST_HOST: u32 = 1 << 24;
const BEYOND_HOSTS: u32 = 224 << 24;

/// The address whose writing begins at `at`.
pub fn address(text: &[u8], at: usize) -> Option<Undone> {
    if at > 0 && (is_joined(text[at - 1]) || text[at - 1] == b'.') {
        return None;
    }
    let word = word_at(text, at)?;
    let is_distinct = is_distinct(word);
    if !is_distinct && !fits_key(word) {
        return None;
    }
    let (number, how) = read(word)?;
    let is_host = (FIRST_HOST..BEYOND_HOSTS).contains(&number);
    if !is_host || !(is_distinct || says_address(text, at)) {
        return None;
    }
    let quad = std::net::Ipv4Addr::from_bits(number).to_string();
    Some(Undone::new(word.len(), Forms::NUMBER, how, quad.as_bytes()))
}

/// Whether the first digit in the sixteen bytes from `at` on begins a number that a key may make an address of.
///
/// Cheap, and it may over-report: nearly all keys lead to ports, counts and dotted quads. Hex is found without a key.
#[inline(always)]
pub fn leads_to_number(text: &[u8], at: usize) -> bool {
    let Some(chunk) = text.get(at..).and_then(|rest| rest.first_chunk::<16>()) else { return true };
    let bytes = u8x16::new(*chunk);
    let mask = |lanes: u8x16| lanes.move_mask() as u32;
    let offset = bytes - u8x16::splat(b'0');
    let digits = mask(offset.min(u8x16::splat(9)).cmp_eq(offset));
    let gap = digits.trailing_zeros() & 31;
    let (digits, dots) = (digits >> gap, mask(bytes.cmp_eq(u8x16::splat(b'.'))) >> gap);
    let length = (!(digits | dots)).trailing_zeros();
    let dots = (dots & ((1 << length) - 1)).count_ones();
    let integer = (dots == 0) & (length >= SHORTEST_INTEGER);
    let short = ((dots == 1) | (dots == 2)) & (length >= SHORTEST_SHORT);
    let octal = (mask(bytes.cmp_eq(u8x16::splat(b'0'))) >> gap & 1 == 1) & (digits >> 1 & 1 == 1);
    // What begins late in these bytes may be longer; with three dots it is none of those, however long.
    let is_cut = (gap + length >= 16) & (dots < 3);
    (digits != 0) & (integer | short | octal | is_cut)
}

/// How the host of a URL writes an address; none for a dotted quad and for a name.
pub fn host_writing(host: &[u8]) -> Obfuscation {
    read(host).map_or(Obfuscation::NONE, |(_, how)| how)
}

/// Letters, digits and dots from `at` on, if no other byte of a name follows.
fn word_at(text: &[u8], at: usize) -> Option<&[u8]> {
    let rest = &text[at..text.len().min(at + LONGEST + 1)];
    let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'.').unwrap_or(rest.len());
    let dots = rest[..length].iter().rev().take_while(|byte| **byte == b'.').count();
    let ends = rest.get(length).is_none_or(|byte| !is_joined(*byte));
    (ends && length <= LONGEST).then(|| &rest[..length - dots])
}

fn is_joined(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-')
}

fn read(word: &[u8]) -> Option<(u32, Obfuscation)> {
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    // Most hosts are names: what ends in no digit of any writing is one.
    if !lower.first()?.is_ascii_digit() || !lower.last()?.is_ascii_hexdigit() {
        return None;
    }
    let number = loose_ipv4(lower)?;
    let how = writing(lower);
    (!how.is_none()).then_some((number, how))
}

fn writing(lower: &[u8]) -> Obfuscation {
    let parts = || lower.split(|byte| *byte == b'.');
    let count = parts().count();
    let mut how = Obfuscation::NONE;
    if parts().any(|part| part.starts_with(b"0x")) {
        how = how.and(Obfuscation::HEX);
    }
    if parts().any(is_octal) {
        how = how.and(Obfuscation::OCTAL);
    }
    if count == 1 && how.is_none() {
        how = Obfuscation::INTEGER;
    }
    if count == 2 || count == 3 { how.and(Obfuscation::SHORT) } else { how }
}

fn is_octal(part: &[u8]) -> bool {
    part.len() > 1 && part[0] == b'0' && part[1].is_ascii_digit()
}

/// Whether nothing but an address is written so: four parts, two of them in hex or in octal of four digits or more.
fn is_distinct(word: &[u8]) -> bool {
    let parts = || word.split(|byte| *byte == b'.');
    let telling = |part: &&[u8]| part.starts_with(b"0x") || part.starts_with(b"0X") || is_long_octal(part);
    parts().count() == 4 && parts().filter(telling).count() >= 2
}

fn is_long_octal(part: &[u8]) -> bool {
    part.len() >= 4 && is_octal(part)
}

/// Whether a key may make an address of it. Octal of three digits may be decimal, filled up with zeros: left alone.
fn fits_key(word: &[u8]) -> bool {
    let padded = |part: &[u8]| is_octal(part) && !is_long_octal(part);
    match word.split(|byte| *byte == b'.').count() {
        1 if word.len() > 2 && matches!(word[1], b'x' | b'X') => (9..=10).contains(&word.len()),
        1 => (8..=11).contains(&word.len()),
        4 => !word.split(|byte| *byte == b'.').any(padded),
        _ => !word.split(|byte| *byte == b'.').any(padded) && is_wide(word),
    }
}

/// Whether the last of two or three parts is above 255: `10.5` is a version or a measure.
fn is_wide(word: &[u8]) -> bool {
    let last = &word[memchr::memrchr(b'.', word).map_or(0, |dot| dot + 1)..];
    let number = std::str::from_utf8(last).ok().and_then(|digits| digits.parse::<u32>().ok());
    number.is_none_or(|number| number > 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, at: usize) -> Option<(String, String)> {
        let undone = address(text.as_bytes(), at)?;
        Some((String::from_utf8_lossy(undone.plain()).into_owned(), undone.how.to_string()))
    }

    #[test]
    fn a_writing_that_nothing_else_has_is_an_address_anywhere() {
        for (text, expected) in [
            ("0xC0.0x00.0x02.0x01", Some("hex address")),
            ("0xc0.0x0.2.1", Some("hex address")),
            ("0300.0000.0002.0001", Some("octal address")),
            ("0xc0.0000.0002.0001", Some("hex address, octal address")),
            ("0300.0.2.1", None),
            ("192.0.2.1", None),
            ("192.000.002.001", None),
            ("0xC0.0x00.0x02", None),
            ("0xC0.0x00.0x02.0x01.0x01", None),
            ("0xC0.0x00.0x02.0x100", None),
            ("0xC0000201", None),
            ("3221225985", None),
            ("0x7f.0x0.0x0.0x1-x", None),
            ("0xE0.0x00.0x00.0x01", None),
        ] {
            let found = seen(text, 0);

            assert_eq!(found.as_ref().map(|(_, how)| how.as_str()), expected, "{text}");
        }
    }

    #[test]
    fn a_number_is_an_address_where_its_key_says_so() {
        for (text, expected) in [
            ("src=3221225985", Some(("192.0.2.1", "integer address"))),
            ("src=0xC0000201,", Some(("192.0.2.1", "hex address"))),
            ("src=192.513", Some(("192.0.2.1", "short address"))),
            ("src=192.0.513 ", Some(("192.0.2.1", "short address"))),
            ("src=0300.0.2.1", Some(("192.0.2.1", "octal address"))),
            ("spt=3221225985", None),
            ("src=322122598", Some(("19.51.51.102", "integer address"))),
            ("src=1234567", None),
            ("src=0x201", None),
            ("src=010.8.8.8", None),
            ("src=4294967295", None),
            ("src=0.5", None),
            ("src=10.5", None),
            ("src=192.0.2", None),
        ] {
            let found = seen(text, 4);

            let found = found.as_ref().map(|(quad, how)| (quad.as_str(), how.as_str()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn the_cheap_test_misses_no_number_that_a_key_makes_an_address_of() {
        for (text, expected) in [
            ("3221225985", true),
            (": \"3221225985\"", true),
            ("192.513", true),
            ("\\\":1.2.300", true),
            ("0300.0.2.1", true),
            ("\\\": \\\"      3221225985", true),
            ("443", false),
            ("192.168.100.200", false),
            ("\"192.168.100.200\"", false),
            ("1234567", false),
            ("name", false),
            ("", false),
        ] {
            assert_eq!(leads_to_number(format!("{text}{:20}", "").as_bytes(), 0), expected, "{text}");
        }
    }

    #[test]
    fn the_host_of_a_url_is_told_by_its_parts() {
        for (host, expected) in [
            ("3221225985", "integer address"),
            ("0xC0000201", "hex address"),
            ("192.513", "short address"),
            ("0xC0.513", "hex address, short address"),
            ("192.0.2.1", ""),
            ("evil.example", ""),
            ("1.example", ""),
        ] {
            assert_eq!(host_writing(host.as_bytes()).to_string(), expected, "{host}");
        }
    }
}
