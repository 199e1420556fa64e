//! `key=value` pairs in free text, as firewalls and daemons write them.

use memchr::memchr;

use super::escapes::Escapes;
use super::json;
use super::path::{Path, Step};
use super::syslog::quoted_length;
use super::text::Text;
use super::walk::Walker;

const KEY_BYTES: usize = 128;
/// How long a value in typographic quotes may be.
const TYPOGRAPHIC_BYTES: usize = 4096;
/// Typographic quotes, as products write them that were configured in a word processor.
const TYPOGRAPHIC: [&[u8]; 2] = ["“".as_bytes(), "”".as_bytes()];

/// Whether there is any pair.
pub fn holds_a_pair(text: &[u8]) -> bool {
    next_key(text, 0).is_some()
}

/// The fields of a text.
pub fn walk(walker: &mut Walker<'_>, text: Text<'_>, path: &Path<'_>) {
    let mut next = next_key(text.bytes, 0);
    let mut parted_by = b' ';
    // An object that does not end has been met: no further one is looked at.
    let mut endless = false;
    while let Some((begin, equals)) = next {
        let start = equals + 1;
        let value;
        let escapes;
        if let Some((opening, length, closing)) = quoted(&text.bytes[start..]) {
            let inside = start + opening;
            value = text.part(inside..inside + length);
            escapes = Escapes::Quoted;
            next = next_key(text.bytes, inside + length + closing);
        } else if !endless && json::opens_object(&text.bytes[start..]) {
            let length = json::object_length(&text.bytes[start..]);
            endless = length.is_none();
            let end = length.map_or(text.bytes.len(), |length| start + length);
            value = text.part(start..end);
            escapes = Escapes::None;
            next = next_key(text.bytes, end);
        } else {
            next = next_key(text.bytes, start);
            let end = next.map_or(text.bytes.len(), |(next, _)| next);
            // `user= ann`; where nothing but blanks comes before the next key, the value is empty.
            let start = end - text.bytes[start..end].trim_ascii_start().len();
            let length = value_length(&text.bytes[start..end], next.is_none(), &mut parted_by);
            value = text.part(start..start + length).trimmed();
            escapes = Escapes::None;
        }
        if !walker.field(&path.then(Step::Name(&text.bytes[begin..equals])), value, escapes) {
            return;
        }
    }
}

/// The next key at or behind `from`, and its `=`. It stands at the text's start or behind what parts pairs.
fn next_key(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut search = from;
    while let Some(found) = memchr(b'=', &text[search..]) {
        let equals = search + found;
        let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-@".contains(byte);
        let key = text[from..equals].iter().rev().take(KEY_BYTES + 1).take_while(|byte| is_key(byte)).count();
        let begin = equals - key;
        let before = if begin == 0 { b' ' } else { text[begin - 1] };
        let opens = begin == from && from > 0 && !is_parting(before);
        let named = (1..=KEY_BYTES).contains(&key) && text[begin].is_ascii_alphanumeric() | (text[begin] == b'_');
        let valued = text.get(equals + 1).is_some_and(|byte| *byte != b'=');
        if named && valued && !opens && (is_parting(before) || b"([{\"'<*:".contains(&before)) {
            return Some((begin, equals));
        }
        search = equals + 1;
    }
    None
}

fn is_parting(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'|' | b'^')
}

/// A quoted value: the lengths of its opening quote, of what is inside, and of its closing quote.
fn quoted(text: &[u8]) -> Option<(usize, usize, usize)> {
    match text.first()? {
        quote @ (b'"' | b'\'') => {
            let length = quoted_length(&text[1..], *quote);
            Some((1, length, usize::from(1 + length < text.len())))
        }
        0xe2 if TYPOGRAPHIC.iter().any(|quote| text.starts_with(quote)) => {
            let inside = &text[3..text.len().min(3 + TYPOGRAPHIC_BYTES)];
            let length = memchr::memmem::find(inside, TYPOGRAPHIC[1])?;
            Some((3, length, 3))
        }
        _ => None,
    }
}

/// The length of a value without quotes that ends before the next key. Pairs may be parted by `,`, `;`, `|`, `^` or a
/// tab, and then values hold blanks; otherwise the first blank ends it. The last value ends as the one before did.
fn value_length(text: &[u8], is_last: bool, parted_by: &mut u8) -> usize {
    if !is_last {
        let mut behind = text.len();
        while behind > 0 && text[behind - 1] == b' ' {
            behind -= 1;
        }
        *parted_by = match text[..behind].last() {
            Some(byte) if is_parting(*byte) => *byte,
            _ => b' ',
        };
        if *parted_by != b' ' {
            return balanced(&text[..behind - 1]);
        }
    }
    let length = match *parted_by {
        b' ' => text.iter().position(u8::is_ascii_whitespace),
        byte => memchr(byte, text),
    };
    let mut value = &text[..length.unwrap_or(text.len())];
    while let [rest @ .., b',' | b';' | b'|'] = value {
        value = rest;
    }
    balanced(value)
}

/// The length without a bracket or quote at the end that the value has not opened.
fn balanced(value: &[u8]) -> usize {
    let opening = match value.last() {
        Some(b')') => b'(',
        Some(b']') => b'[',
        Some(b'}') => b'{',
        Some(b'>') => b'<',
        Some(quote @ (b'"' | b'\'')) => *quote,
        _ => return value.len(),
    };
    let inside = &value[..value.len() - 1];
    if memchr(opening, inside).is_some() { value.len() } else { inside.len() }
}
