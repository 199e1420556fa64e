//! LEEF 1.0 and 2.0: a header of five parts, then pairs parted by a tab or by what the header says.

use memchr::memchr;

use super::cef::unquoted;
use super::escapes::Escapes;
use super::path::{Path, Step};
use super::text::Text;
use super::walk::Walker;

const HEADER: [&[u8]; 5] = [b"version", b"deviceVendor", b"deviceProduct", b"deviceVersion", b"eventId"];
/// What devices part pairs by without saying so, where there is no tab.
const UNSAID: [u8; 2] = [b'^', b'|'];

/// The fields of a LEEF event that begins with `LEEF:`.
pub fn walk(walker: &mut Walker<'_>, text: Text<'_>, path: &Path<'_>) {
    let mut at = 5;
    for name in HEADER {
        let end = memchr(b'|', &text.bytes[at..]).map_or(text.bytes.len(), |length| at + length);
        if !walker.plain_field(&path.then(Step::Name(name)), text.part(at..end).trimmed(), Escapes::None) {
            return;
        }
        if end == text.bytes.len() {
            return;
        }
        at = end + 1;
    }
    let (delimiter, length) = delimiter(&text.bytes[at..]);
    at += length;
    while at < text.bytes.len() {
        let end = memchr(delimiter, &text.bytes[at..]).map_or(text.bytes.len(), |length| at + length);
        let pair = text.part(at..end);
        at = end + 1;
        let Some(equals) = memchr(b'=', pair.bytes) else { continue };
        let key = path.then(Step::Name(pair.bytes[..equals].trim_ascii()));
        if !walker.field(&key, unquoted(pair.from(equals + 1).trimmed()), Escapes::None) {
            return;
        }
    }
}

/// What parts the pairs, and how much of the text says so: `^|`, `x5E|`, `0x5E|`, `|`, or nothing.
fn delimiter(text: &[u8]) -> (u8, usize) {
    let said = memchr(b'|', &text[..text.len().min(8)]).map(|end| (&text[..end], end + 1));
    match said {
        Some(([], length)) => (b'\t', length),
        Some(([byte], length)) => (*byte, length),
        Some(([b'x' | b'X', digits @ ..] | [b'0', b'x' | b'X', digits @ ..], length)) => match hex(digits) {
            Some(byte) => (byte, length),
            None => (unsaid(text), 0),
        },
        _ => (unsaid(text), 0),
    }
}

fn hex(digits: &[u8]) -> Option<u8> {
    let plain = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    plain.then(|| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())?
}

fn unsaid(text: &[u8]) -> u8 {
    let tab = memchr(b'\t', text).map(|_| b'\t');
    tab.or_else(|| UNSAID.into_iter().find(|byte| memchr(*byte, text).is_some())).unwrap_or(b'\t')
}
