//! Columns, numbered from 1, with quotes as RFC 4180 has them.

use memchr::memchr;

use super::escapes::Escapes;
use super::path::{Path, Step};
use super::text::Text;
use super::walk::{Csv, Walker};

const DELIMITERS: [u8; 4] = [b'\t', b',', b';', b'|'];
/// So many delimiters, none with a blank behind it and before any `=`, look like columns.
const ENOUGH: usize = 4;

/// The columns of a text.
pub fn walk(walker: &mut Walker<'_>, text: Text<'_>, path: &Path<'_>) {
    let Some(delimiter) = delimiter(text.bytes, Csv::Asked) else { return };
    let (mut at, mut number) = (0, 1);
    loop {
        let (value, escapes, end) = column(text, at, delimiter);
        if !walker.field(&path.then(Step::Column(number)), value, escapes) || end >= text.bytes.len() {
            return;
        }
        at = end + 1;
        number += 1;
    }
}

/// What parts the columns: what looks like it, else, if asked, what stands there most often.
pub fn delimiter(text: &[u8], csv: Csv) -> Option<u8> {
    let guessed = DELIMITERS.into_iter().find(|byte| looks_like_columns(text, *byte));
    if guessed.is_some() || csv == Csv::Guessed {
        return guessed;
    }
    let count = |byte: u8| memchr::memchr_iter(byte, text).count();
    DELIMITERS
        .into_iter()
        .rev()
        .map(|byte| (count(byte), byte))
        .filter(|(count, _)| *count > 0)
        .max()
        .map(|(_, byte)| byte)
}

fn looks_like_columns(text: &[u8], delimiter: u8) -> bool {
    let before = &text[..memchr(b'=', text).unwrap_or(text.len())];
    let mut places = memchr::memchr_iter(delimiter, before).take(ENOUGH);
    let all = places.by_ref().all(|place| before.get(place + 1) != Some(&b' '));
    all && memchr::memchr_iter(delimiter, before).take(ENOUGH).count() == ENOUGH
}

/// The column that begins at `at`, and where it ends.
fn column(text: Text<'_>, at: usize, delimiter: u8) -> (Text<'_>, Escapes, usize) {
    let left = &text.bytes[at..];
    if left.first() == Some(&b'"') {
        let inside = quoted_length(&left[1..]);
        let behind = (at + 2 + inside).min(text.bytes.len());
        let end = memchr(delimiter, &text.bytes[behind..]).map_or(text.bytes.len(), |length| behind + length);
        return (text.part(at + 1..at + 1 + inside), Escapes::Csv, end);
    }
    let end = memchr(delimiter, left).map_or(text.bytes.len(), |length| at + length);
    (text.part(at..end).trimmed(), Escapes::None, end)
}

/// The length up to a quote that is not doubled, or to the end.
fn quoted_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr(b'"', &text[at..]) {
        at += found;
        if text.get(at + 1) != Some(&b'"') {
            return at;
        }
        at += 2;
    }
    text.len()
}
