//! What stands at one place in disguise, and what it stands for.

use super::escapes::{backslash, entity, percent, quoted_printable};
use super::number::address;
use super::obfuscation::Obfuscation;
use crate::normalise::unbracketed;

/// Families of disguises: those of one family are undone together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms(u8);

impl Forms {
    /// `%2E`, `%u002e`.
    pub const PERCENT: Forms = Forms(1);
    /// `\x2e`, `\u002e`, `\056`, `\.`.
    pub const BACKSLASH: Forms = Forms(1 << 1);
    /// `&#46;`.
    pub const ENTITY: Forms = Forms(1 << 2);
    /// `=2E`.
    pub const QUOTED_PRINTABLE: Forms = Forms(1 << 3);
    /// `[.]`.
    pub const BRACKETS: Forms = Forms(1 << 4);
    /// `。`.
    pub const FULL_STOP: Forms = Forms(1 << 5);
    /// `0xC0.0x00.0x02.0x01`.
    pub const NUMBER: Forms = Forms(1 << 6);

    /// Every form.
    pub const ALL: Forms = Forms(0x7f);

    /// The forms of both.
    #[must_use]
    pub fn and(self, other: Forms) -> Forms {
        Forms(self.0 | other.0)
    }

    /// Whether this byte is to be looked at more closely where these forms are undone. Cheap, and it may over-report.
    #[inline(always)]
    pub fn may_begin_with(self, byte: u8) -> bool {
        match byte {
            b'%' | b'\\' | b'&' | b'=' | b'[' | b'(' | b'{' | b' ' | 0xe3 | 0xef => true,
            b'0'..=b'9' => self.has(Forms::NUMBER),
            _ => false,
        }
    }

    /// Whether one of `other` is among these.
    pub fn has(self, other: Forms) -> bool {
        self.0 & other.0 != 0
    }
}

/// Longest of what a disguise stands for: an address in dots.
const LONGEST: usize = 16;

/// One disguise.
#[derive(Clone, Copy, Debug)]
pub struct Undone {
    /// How many bytes it takes.
    pub taken: usize,
    /// Its family.
    pub form: Forms,
    /// What it is called.
    pub how: Obfuscation,
    plain: [u8; LONGEST],
    length: usize,
}

impl Undone {
    pub fn new(taken: usize, form: Forms, how: Obfuscation, bytes: &[u8]) -> Undone {
        let mut plain = [0; LONGEST];
        plain[..bytes.len()].copy_from_slice(bytes);
        Undone { taken, form, how, plain, length: bytes.len() }
    }

    /// A character as it stands in a text: what is not seen parts words as a blank does.
    pub fn character(taken: usize, form: Forms, how: Obfuscation, character: char) -> Undone {
        let seen = if character.is_control() { ' ' } else { character };
        Undone::new(taken, form, how, seen.encode_utf8(&mut [0; 4]).as_bytes())
    }

    /// As `character`, of a byte that may be a part of one.
    pub fn byte(taken: usize, form: Forms, how: Obfuscation, byte: u8) -> Undone {
        let seen = if byte.is_ascii_control() { b' ' } else { byte };
        Undone::new(taken, form, how, &[seen])
    }

    /// What it stands for; nothing for a soft line break.
    pub fn plain(&self) -> &[u8] {
        &self.plain[..self.length]
    }
}

/// The disguise at `at`, if one of these forms begins there.
#[inline]
pub fn undo(text: &[u8], at: usize, forms: Forms) -> Option<Undone> {
    let rest = &text[at..];
    match rest[0] {
        b'%' if forms.has(Forms::PERCENT) => percent(rest),
        b'\\' if forms.has(Forms::BACKSLASH) => backslash(rest),
        b'&' if forms.has(Forms::ENTITY) => entity(rest),
        b'=' if forms.has(Forms::QUOTED_PRINTABLE) => quoted_printable(rest),
        b'[' | b'(' | b'{' | b' ' if forms.has(Forms::BRACKETS) => brackets(text, at),
        b'0'..=b'9' if forms.has(Forms::NUMBER) => address(text, at),
        0xe3 | 0xef if forms.has(Forms::FULL_STOP) => full_stop(rest),
        _ => None,
    }
}

/// `[.]` and its like; a blank on both sides belongs to it (`evil [.] example`).
fn brackets(text: &[u8], at: usize) -> Option<Undone> {
    let spaced = usize::from(text[at] == b' ');
    let (taken, plain) = unbracketed(text.get(at + spaced..)?)?;
    if spaced == 1 && (at == 0 || !text[at - 1].is_ascii_alphanumeric()) {
        return None;
    }
    let after = at + spaced + taken;
    let spaced_after = usize::from(spaced == 1 && text.get(after) == Some(&b' '));
    if spaced_after == 1 && !text.get(after + 1).is_some_and(u8::is_ascii_alphanumeric) || spaced != spaced_after {
        return None;
    }
    Some(Undone::new(taken + spaced + spaced_after, Forms::BRACKETS, Obfuscation::DEFANGED, plain))
}

/// Dots of other scripts.
pub const FULL_STOPS: [[u8; 3]; 3] = [[0xe3, 0x80, 0x82], [0xef, 0xbc, 0x8e], [0xef, 0xbd, 0xa1]];

/// Whether a host has a dot of another script in it.
pub fn has_full_stop(host: &[u8]) -> bool {
    !host.is_ascii() && host.windows(3).any(|three| FULL_STOPS.iter().any(|stop| stop == three))
}

/// `。`, `．` and `｡`, which browsers read as dots.
fn full_stop(rest: &[u8]) -> Option<Undone> {
    FULL_STOPS
        .iter()
        .any(|stop| rest.starts_with(stop))
        .then(|| Undone::new(3, Forms::FULL_STOP, Obfuscation::FULL_STOP, b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_looked_at_more_closely_begins_no_disguise() {
        let every_form =
            "%2E \\x2e \\n &#46; =2E [.] (dot) a [.] b 。 0xC0.0x00.0x02.0x01 src=3221225985 0300.0250.0001.01";
        let mut begun = 0;

        for at in 0..every_form.len() {
            let byte = every_form.as_bytes()[at];
            if undo(every_form.as_bytes(), at, Forms::ALL).is_some() {
                begun += 1;
                assert!(Forms::ALL.may_begin_with(byte), "at {at}");
            }
        }

        assert!(begun >= 9, "{begun}");
    }
}
