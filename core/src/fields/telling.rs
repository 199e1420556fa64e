//! Which format a text is in, by its first bytes.

use memchr::{memchr, memchr3, memmem};

use super::escapes::Escapes;
use super::walk::Csv;
use super::{Format, csv, key_value};

/// Which of the bytes that a format needs a value holds, as bits.
#[derive(Clone, Copy, Default)]
pub struct Marks(u8);

/// A backslash or an ampersand may hide any of the others.
const ESCAPE: u8 = 1;
const EQUALS: u8 = 2;
const BRACE: u8 = 4;
const TAG: u8 = 8;
const BAR: u8 = 16;
const BRACKET: u8 = 32;

static MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    marks[b'\\' as usize] = ESCAPE;
    marks[b'&' as usize] = ESCAPE;
    marks[b'=' as usize] = EQUALS;
    marks[b'{' as usize] = BRACE;
    marks[b'<' as usize] = TAG;
    marks[b'|' as usize] = BAR;
    marks[b'[' as usize] = BRACKET;
    marks
};

impl Marks {
    /// Those of this value.
    pub fn of(value: &[u8]) -> Marks {
        Marks(value.iter().fold(0, |marks, byte| marks | MARKS[usize::from(*byte)]))
    }

    /// Those of the inside of a JSON string, and its length: up to its closing quote, or to the end.
    pub fn of_string(text: &[u8]) -> (usize, Marks) {
        let (mut at, mut marks) = (0, 0);
        while let Some(byte) = text.get(at) {
            match byte {
                b'"' => break,
                b'\\' => at += 1,
                _ => {}
            }
            marks |= MARKS[usize::from(*byte)];
            at += 1;
        }
        (at.min(text.len()), Marks(marks))
    }

    /// A cheap test of a value that may over-report, and never misses: whether it may hold another format.
    pub fn may_be_a_format(self, value: &[u8], escapes: Escapes) -> bool {
        let hidden = self.0 & ESCAPE != 0
            && match escapes {
                Escapes::Json => memmem::find(value, b"\\u").is_some(),
                Escapes::Xml => true,
                _ => false,
            };
        self.0 & (EQUALS | BRACE | TAG) != 0
            || hidden
            || self.0 & BAR != 0 && cef_or_leef(value).is_some()
            || self.0 & BRACKET != 0 && value.trim_ascii_start().first() == Some(&b'[')
    }
}

/// The format of a text behind its syslog header, and where it begins; `csv` is how columns are told, if at all.
pub fn format_of(text: &[u8], csv: Option<Csv>) -> Option<(Format, usize)> {
    if let Some(found) = cef_or_leef(text) {
        return Some(found);
    }
    if let Some(start) = xml(text) {
        return Some((Format::Xml, start));
    }
    if let Some(start) = json(text) {
        return Some((Format::Json, start));
    }
    match csv {
        Some(Csv::Asked) if csv::delimiter(text, Csv::Asked).is_some() => Some((Format::Csv, 0)),
        Some(Csv::Guessed) if csv::delimiter(text, Csv::Guessed).is_some() => Some((Format::Csv, 0)),
        _ => key_value::holds_a_pair(text).then_some((Format::KeyValue, 0)),
    }
}

/// `CEF:0|`, `CEF: 0|`, `LEEF:2.0|`, behind whatever prefix a device writes: the version ends at the first `|`.
pub fn cef_or_leef(text: &[u8]) -> Option<(Format, usize)> {
    let end = memchr(b'|', text)?;
    let version = text[..end].iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let blanks = text[..end - version].iter().rev().take_while(|byte| **byte == b' ').count();
    let before = &text[..end - version - blanks];
    let (format, word) = match before {
        [.., b'L', b'E', b'E', b'F', b':'] => (Format::Leef, 5),
        [.., b'C', b'E', b'F', b':'] => (Format::Cef, 4),
        _ => return None,
    };
    let prefix = &before[..before.len() - word];
    let quoted = memchr3(b'=', b'"', b'{', prefix).is_some();
    (version > 0 && blanks <= 4 && !quoted).then_some((format, prefix.len()))
}

/// A `{` or `[` and what may follow it: at the start, or an object behind a few words without `=`.
fn json(text: &[u8]) -> Option<usize> {
    let start = text.len() - text.trim_ascii_start().len();
    if text.get(start) == Some(&b'[')
        && matches!(text[start + 1..].trim_ascii_start().first(), Some(b'{' | b'"' | b'[' | b']'))
    {
        return Some(start);
    }
    let start = memchr(b'{', text)?;
    let is_object = matches!(text[start + 1..].trim_ascii_start().first(), Some(b'"' | b'}'));
    (is_object && memchr(b'=', &text[..start]).is_none()).then_some(start)
}

/// A start tag, a declaration or a comment at the start, and an end tag behind it.
fn xml(text: &[u8]) -> Option<usize> {
    let start = memchr(b'<', &text[..text.len().min(16)])?;
    let rest = &text[start..];
    let opens = match rest.get(1)? {
        b'?' => rest.starts_with(b"<?xml") && memchr3(b'=', b'"', b'{', &text[..start]).is_none(),
        b'!' => text[..start].trim_ascii().is_empty(),
        byte => (byte.is_ascii_alphabetic() || *byte == b'_') && text[..start].trim_ascii().is_empty(),
    };
    (opens && (memmem::find(rest, b"</").is_some() || memmem::find(rest, b"/>").is_some())).then_some(start)
}
