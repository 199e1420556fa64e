//! Percent escapes, undone once.

/// Whether the escapes of a URL are undone, or stand for themselves because one of them is no escape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    Undone,
    Kept,
}

/// Whether every `%` is followed by two hexadecimal digits.
pub fn escapes_of(text: &[u8]) -> Escapes {
    let good = memchr::memchr_iter(b'%', text).all(|at| escaped(&text[at..]).is_some());
    if good { Escapes::Undone } else { Escapes::Kept }
}

/// A host may escape only what is not ASCII, and `%` itself (RFC 6874; Go's net/url reads it so).
pub fn escapes_of_host(text: &[u8]) -> Escapes {
    let may_be_escaped = |byte: u8| byte >= 0x80 || byte == b'%';
    let good = memchr::memchr_iter(b'%', text).all(|at| escaped(&text[at..]).is_some_and(may_be_escaped));
    if good { Escapes::Undone } else { Escapes::Kept }
}

/// Undo every escape from `start` on, in place; what is no escape stays.
pub fn decode(start: usize, text: &mut Vec<u8>) {
    let Some(first) = memchr::memchr(b'%', &text[start..]) else {
        return;
    };
    let (mut from, mut to) = (start + first, start + first);
    while from < text.len() {
        match escaped(&text[from..]) {
            Some(byte) => {
                text[to] = byte;
                from += 3;
            }
            None => {
                text[to] = text[from];
                from += 1;
            }
        }
        to += 1;
    }
    text.truncate(to);
}

/// The byte that an escape at the beginning of the text stands for.
pub fn escaped(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(*high)? << 4 | digit(*low)?) as u8)
}
