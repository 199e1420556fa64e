//! What each byte may be part of.

/// Part of a label of a name: letters, digits, `-`, `_`, and every byte of a letter beyond ASCII.
pub const LABEL: u8 = 1;
/// Part of the local part of an e-mail address.
pub const LOCAL: u8 = 1 << 1;
/// An ASCII letter or digit.
pub const ALNUM: u8 = 1 << 2;
/// A hex digit.
pub const HEX: u8 = 1 << 3;
/// A place where a URL in free text may end; the blanks and controls are among them.
pub const TERMINATOR: u8 = 1 << 4;
/// A blank or control byte, where a URL always ends.
pub const BLANK: u8 = 1 << 5;
/// Part of an IPv6 address or of a word that stands before one.
pub const COLONED: u8 = 1 << 6;
/// A mark that ends a sentence rather than a URL.
pub const TRAILING: u8 = 1 << 7;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut byte = 0usize;
    while byte < 256 {
        let b = byte as u8;
        let mut class = 0;
        if b.is_ascii_alphanumeric() {
            class |= LABEL | LOCAL | ALNUM | COLONED;
        }
        if b.is_ascii_hexdigit() {
            class |= HEX;
        }
        if b >= 0x80 || b == b'-' || b == b'_' {
            class |= LABEL;
        }
        if matches!(b, b'.' | b'_' | b'%' | b'+' | b'-') {
            class |= LOCAL;
        }
        if matches!(b, b'.' | b':') {
            class |= COLONED;
        }
        if matches!(b, b'"' | b'\'' | b'<' | b'>' | b'|' | b'`' | b',' | b';' | b'\\' | b'^')
            || matches!(b, b'(' | b')' | b'[' | b']' | b'{' | b'}')
        {
            class |= TERMINATOR;
        }
        if b <= b' ' || b == 0x7f {
            class |= TERMINATOR | BLANK;
        }
        if matches!(b, b'.' | b':' | b'!' | b'?' | b'*') {
            class |= TRAILING;
        }
        table[byte] = class;
        byte += 1;
    }
    table
}

/// Whether `byte` is of one of these classes.
#[inline(always)]
pub fn is(byte: u8, classes: u8) -> bool {
    CLASSES[byte as usize] & classes != 0
}

/// Whether the byte at `position` exists and is of one of these classes.
#[inline(always)]
pub fn is_at(text: &[u8], position: usize, classes: u8) -> bool {
    text.get(position).is_some_and(|&byte| is(byte, classes))
}

/// The end of the run of these classes that begins at `from`.
#[inline]
pub fn run_end(text: &[u8], from: usize, classes: u8) -> usize {
    let mut end = from;
    while is_at(text, end, classes) {
        end += 1;
    }
    end
}

/// The start of the run of these classes that ends before `until`, at most `limit` bytes long.
#[inline]
pub fn run_start(text: &[u8], until: usize, limit: usize, classes: u8) -> usize {
    let floor = until.saturating_sub(limit);
    let mut start = until;
    while start > floor && is(text[start - 1], classes) {
        start -= 1;
    }
    start
}
