//! CEF: a header of seven parts, then `key=value` pairs whose values may hold blanks.

use std::ops::Range;

use super::escapes::Escapes;
use super::json;
use super::path::{Path, Step};
use super::text::Text;
use super::walk::Walker;

const HEADER: [&[u8]; 7] =
    [b"version", b"deviceVendor", b"deviceProduct", b"deviceVersion", b"deviceEventClassId", b"name", b"severity"];
const KEY_BYTES: usize = 128;

/// The fields of a CEF event that begins with `CEF:`.
pub fn walk(walker: &mut Walker<'_>, text: Text<'_>, path: &Path<'_>) {
    let mut at = 4;
    for name in HEADER {
        let end = at + part_length(&text.bytes[at..]);
        if !walker.plain_field(&path.then(Step::Name(name)), text.part(at..end).trimmed(), Escapes::Cef) {
            return;
        }
        if end == text.bytes.len() {
            return;
        }
        at = end + 1;
    }
    let extension = text.from(at);
    for (key, value) in Pairs::of(extension.bytes) {
        let value = unquoted(extension.part(value).trimmed());
        if !walker.extension_field(&path.then(Step::Name(&extension.bytes[key])), value, extension.bytes) {
            return;
        }
    }
}

/// The length of a part of the header; a backslash takes the next byte with it.
pub fn part_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'\\', b'|', &text[at..]) {
        at += found;
        if text[at] == b'|' {
            return at;
        }
        at = (at + 2).min(text.len());
    }
    text.len()
}

/// A value as CEF knows no quotes and devices write them all the same: `"…"` or `\"…\"`.
pub fn unquoted(value: Text<'_>) -> Text<'_> {
    for quote in [&b"\""[..], b"\\\""] {
        let bytes = value.bytes;
        if bytes.len() >= 2 * quote.len() && bytes.starts_with(quote) && bytes.ends_with(quote) {
            return value.part(quote.len()..bytes.len() - quote.len());
        }
    }
    value
}

/// What `cs1Label=…` says of `cs1`.
pub fn label<'e>(extension: &'e [u8], key: &[u8]) -> Option<&'e [u8]> {
    if !is_custom(key) {
        return None;
    }
    let wanted = [key, b"Label="].concat();
    let start = memchr::memmem::find_iter(extension, &wanted)
        .find(|start| *start == 0 || is_blank(extension[start - 1]))
        .map(|start| start + wanted.len())?;
    let next = next_key(extension, start, start).map_or(extension.len(), |key| key.start);
    Some(unquoted(Text::of(extension[start..next].trim_ascii())).bytes)
}

/// Whether a device may label it: `cs1`, `cn3`, `flexString1`, `deviceCustomDate2`, `c6a2`, `cfp4`.
pub fn is_custom(key: &[u8]) -> bool {
    key.len() <= 32
        && key.last().is_some_and(u8::is_ascii_digit)
        && [&b"cs"[..], b"cn", b"cfp", b"c6a", b"flex", b"deviceCustom"].iter().any(|known| key.starts_with(known))
}

/// The pairs of an extension: where each key and each value stands.
pub struct Pairs<'e> {
    extension: &'e [u8],
    next: Option<Range<usize>>,
    /// An object that does not end has been met: no further one is looked at.
    endless: bool,
}

impl<'e> Pairs<'e> {
    /// The pairs of this extension.
    pub fn of(extension: &'e [u8]) -> Pairs<'e> {
        Pairs { extension, next: next_key(extension, 0, 0), endless: false }
    }

    /// Where a key may first stand behind a value that begins here: not within an object that is not escaped.
    fn search_from(&mut self, start: usize) -> usize {
        let value = &self.extension[start..];
        if self.endless || !json::opens_object(value) {
            return start;
        }
        match json::object_length(value) {
            Some(length) => start + length,
            None => {
                self.endless = true;
                start
            }
        }
    }
}

impl Iterator for Pairs<'_> {
    type Item = (Range<usize>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.next.take()?;
        let start = key.end + 1;
        self.next = next_key(self.extension, start, self.search_from(start));
        let end = self.next.as_ref().map_or(self.extension.len(), |next| next.start);
        Some((key, start..end))
    }
}

/// The next key behind `from`, for a value that begins at `start`; an `=` within a tag of XML that the value begins
/// with is none.
fn next_key(text: &[u8], start: usize, from: usize) -> Option<Range<usize>> {
    let is_xml = text[start..].first() == Some(&b'<');
    let (mut search, mut in_tag) = (from, is_xml);
    while let Some(found) = memchr::memchr(b'=', &text[search..]) {
        let equals = search + found;
        if is_xml && let Some(mark) = memchr::memrchr2(b'<', b'>', &text[search..equals]) {
            in_tag = text[search + mark] == b'<';
        }
        search = equals + 1;
        if in_tag {
            continue;
        }
        let key = key_length(&text[start..equals]);
        let begin = equals - key;
        if key > 0 && (begin == 0 || begin > start && is_blank(text[begin - 1])) {
            return Some(begin..equals);
        }
    }
    None
}

/// The length of the key at the end of this text; an `=` that is escaped has none.
fn key_length(text: &[u8]) -> usize {
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-[],".contains(byte);
    let length = text.iter().rev().take(KEY_BYTES + 1).take_while(|byte| is_key(byte)).count();
    let key = &text[text.len() - length..];
    let begins = key.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if begins && length <= KEY_BYTES { length } else { 0 }
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
