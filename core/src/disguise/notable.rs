//! Disguises worth undoing: most escapes are ordinary, and only those that may show a value are noted.

use super::number::address;
use super::triples::each_triple;
use super::undo::{Forms, Undone, undo};
use super::within_url::{PlaceInUrl, PlacesInUrl};

/// No name is followed further than this to see whether it has a dot.
const LONGEST_LOOK: usize = 64;
/// A run of hex digits as long as the shortest digest.
const SHORTEST_DIGEST: usize = 32;

/// A disguise whose undoing may show a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notable {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its form.
    pub form: Forms,
}

/// Append every notable disguise of `text`, ascending.
///
/// `one_event`: the text is one event, so that a line break behind `=` is a soft one; else each line is an event.
pub fn notables(text: &[u8], one_event: bool, out: &mut Vec<Notable>) {
    let from = out.len();
    let mut places = PlacesInUrl::default();
    each_triple(text, &mut |at| {
        if let Some(notable) = notable(text, at, one_event, &mut places) {
            out.push(notable);
        }
    });
    // A number is told by what stands inside or before it, spaced brackets by their inner ones.
    out[from..].sort_unstable_by_key(|notable| notable.start);
}

#[inline(never)]
fn notable(text: &[u8], at: usize, one_event: bool, places: &mut PlacesInUrl) -> Option<Notable> {
    let (start, undone) = match text[at] {
        b'0' => number(text, at)?,
        b'.' => octal(text, at)?,
        b'[' | b'(' | b'{' => brackets(text, at)?,
        byte if byte.is_ascii_alphabetic() => keyed(text, at)?,
        _ => (at, undo(text, at, Forms::ALL)?),
    };
    let matters = match undone.form {
        Forms::NUMBER => true,
        _ if undone.plain().is_empty() => one_event && joins(text, start, undone.taken),
        _ => Surroundings { text, start, end: start + undone.taken, undone: &undone }.matter(places),
    };
    matters.then(|| Notable { start, end: start + undone.taken, form: undone.form })
}

fn number(text: &[u8], start: usize) -> Option<(usize, Undone)> {
    Some((start, address(text, start)?))
}

/// The address around the dot at `at`, behind which octal of four digits stands.
fn octal(text: &[u8], at: usize) -> Option<(usize, Undone)> {
    if !text.get(at + 1..at + 5)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let before = &text[at.saturating_sub(LONGEST_LOOK)..at];
    let length = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.').count();
    number(text, at - length)
}

fn brackets(text: &[u8], at: usize) -> Option<(usize, Undone)> {
    let spaced = at > 0 && text[at - 1] == b' ';
    let start = at - usize::from(spaced);
    let undone = undo(text, start, Forms::BRACKETS).map(|undone| (start, undone));
    undone.or_else(|| Some((at, undo(text, at, Forms::BRACKETS)?)))
}

/// The address behind a key whose last letters are at `at`.
fn keyed(text: &[u8], at: usize) -> Option<(usize, Undone)> {
    let behind = text.get(at + 1..)?;
    let gap = behind.iter().position(|byte| byte.is_ascii_digit())?;
    number(text, at + 1 + gap)
}

/// Whether a soft line break stands within a word.
fn joins(text: &[u8], start: usize, taken: usize) -> bool {
    start > 0 && is_word(text[start - 1]) && text.get(start + taken).is_some_and(|byte| is_word(*byte))
}

fn is_word(byte: u8) -> bool {
    is_label(byte) || matches!(byte, b'.' | b'/' | b':' | b'@')
}

fn is_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'-' | b'_')
}

/// A disguise and what stands around it.
struct Surroundings<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
    undone: &'a Undone,
}

impl Surroundings<'_> {
    /// Whether undoing it may show a value.
    #[inline]
    fn matter(&self, places: &mut PlacesInUrl) -> bool {
        let form = self.undone.form;
        if form == Forms::PERCENT {
            return match places.place(self.text, self.start) {
                // What is escaped in a URL's path belongs to it; only another URL may be hidden there.
                Some(PlaceInUrl::Path) => self.may_be_scheme(),
                Some(PlaceInUrl::Host) => self.is_of_value() || self.may_show_value(places),
                None => self.may_show_value(places),
            };
        }
        let is_escape = form == Forms::BACKSLASH || form == Forms::ENTITY || form == Forms::QUOTED_PRINTABLE;
        // Those say another URL than stands there.
        self.may_show_value(places)
            || (is_escape && self.changes_url() && places.place(self.text, self.start).is_some())
    }

    fn is_of_value(&self) -> bool {
        is_word(self.undone.plain()[0])
    }

    /// `\/` and `\=` within a URL are understood without this.
    fn changes_url(&self) -> bool {
        !matches!(self.text.get(self.start..self.start + 2), Some(b"\\/" | b"\\=" | b"\\\\" | b"\\n" | b"\\r" | b"\\t"))
    }

    fn may_show_value(&self, places: &mut PlacesInUrl) -> bool {
        let plain = self.undone.plain();
        match plain[0] {
            b'.' => self.follows_label() && self.leads_on(),
            b':' => {
                self.may_be_scheme()
                    || plain.len() > 1
                    || self.is_bracketed()
                    || self.may_be_port()
                    || self.is_doubled()
            }
            b'/' => self.may_be_scheme() || self.is_bracketed() || self.follows_dotted() || self.is_glued(),
            b'\\' => self.hides_escape(places),
            b'@' => self.follows_local() && self.leads_on(),
            b'%' => self.hides_another(),
            b'-' | b'_' => self.follows_label() && self.leads_on(),
            byte if byte.is_ascii_alphanumeric() => self.follows_word() || self.leads_on(),
            byte if byte >= 0x80 => self.follows_dotted() || self.is_in_dotted(),
            _ => (self.undone.form == Forms::PERCENT || self.undone.form == Forms::BACKSLASH) && self.is_glued(),
        }
    }

    fn before(&self) -> Option<u8> {
        self.start.checked_sub(1).map(|at| self.text[at])
    }

    fn after(&self) -> Option<u8> {
        self.text.get(self.end).copied()
    }

    fn is_bracketed(&self) -> bool {
        self.undone.form == Forms::BRACKETS
    }

    /// A byte of a label before it, or the end of another escape.
    fn follows_label(&self) -> bool {
        self.before().is_some_and(|byte| is_label(byte) || matches!(byte, b';' | b'}' | b']' | b')' | b'\\'))
    }

    fn follows_local(&self) -> bool {
        self.follows_label() || self.before().is_some_and(|byte| b".%+".contains(&byte))
    }

    fn follows_word(&self) -> bool {
        self.before().is_some_and(is_word)
    }

    /// A byte of a label behind it, or what may begin another disguise.
    fn leads_on(&self) -> bool {
        self.after().is_some_and(|byte| is_label(byte) || b"%\\&=[({".contains(&byte))
    }

    /// The colon of a scheme or a slash behind it.
    fn may_be_scheme(&self) -> bool {
        let before = self.before().unwrap_or_default();
        match self.undone.plain() {
            [b':', ..] => {
                let slash = self.after().is_some_and(|byte| b"/\\%&=[({".contains(&byte));
                slash && (before.is_ascii_alphabetic() || matches!(before, b';' | b'*' | b'}'))
            }
            [b'/', ..] => before == b':',
            [b'%', ..] => self.hides_scheme(),
            _ => false,
        }
    }

    /// `%253A%252F`, `%253A//`.
    fn hides_scheme(&self) -> bool {
        let hidden = self.text.get(self.end..self.end + 2);
        let letter = self.before().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b':');
        letter && hidden.is_some_and(|digits| matches!(digits, b"3A" | b"3a" | b"2F" | b"2f" | b"25"))
    }

    /// A `\\` before what is escaped with another: in a URL, in its scheme, or before an escape that says more.
    fn hides_escape(&self, places: &mut PlacesInUrl) -> bool {
        match self.after() {
            Some(b'/') if self.before() == Some(b':') => true,
            Some(b'=' | b'/' | b'|') => places.place(self.text, self.start).is_some(),
            _ => false,
        }
    }

    /// A `%` that is the beginning of a further escape of what values are made of.
    fn hides_another(&self) -> bool {
        let Some(&[high, low]) = self.text.get(self.end..self.end + 2) else { return false };
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (Some(high), Some(low)) = (digit(high), digit(low)) else { return false };
        let hidden = (high << 4 | low) as u8;
        is_word(hidden) || hidden == b'%'
    }

    /// An address before it and a port behind it.
    fn may_be_port(&self) -> bool {
        let before = &self.text[self.start.saturating_sub(15)..self.start];
        let dots = before
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit() || **byte == b'.')
            .filter(|byte| **byte == b'.');
        self.after().is_some_and(|byte| byte.is_ascii_digit()) && (before.ends_with(b"]") || dots.count() == 3)
    }

    /// Two colons side by side, of an IPv6 address.
    fn is_doubled(&self) -> bool {
        let next = self.text.get(self.end..).filter(|rest| !rest.is_empty());
        next.is_some_and(|rest| {
            rest[0] == b':' || undo(self.text, self.end, self.undone.form).is_some_and(|one| one.plain() == b":")
        })
    }

    /// A dotted name before it.
    fn follows_dotted(&self) -> bool {
        let before = &self.text[self.start.saturating_sub(LONGEST_LOOK)..self.start];
        before.iter().rev().take_while(|byte| is_label(**byte) || b".%".contains(byte)).any(|byte| *byte == b'.')
    }

    /// A dotted name that begins with it.
    fn is_in_dotted(&self) -> bool {
        let rest = &self.text[self.end..self.text.len().min(self.end + LONGEST_LOOK)];
        rest.iter().find(|byte| !is_label(**byte) && **byte != b'%').is_some_and(|byte| *byte == b'.')
    }

    /// A value behind it to which it would be glued: a dotted name, an address, a digest.
    fn is_glued(&self) -> bool {
        let rest = &self.text[self.end..self.text.len().min(self.end + LONGEST_LOOK)];
        let length = rest.iter().position(|byte| !is_label(*byte)).unwrap_or(rest.len());
        match rest.get(length..) {
            _ if length == 0 => false,
            _ if length >= SHORTEST_DIGEST => true,
            Some([b'.', next, ..]) => is_label(*next) || b"%\\".contains(next),
            Some([b'@' | b':', next, ..]) => is_label(*next) || *next == b':',
            Some([b'%' | b'\\' | b'[' | b'(', ..]) => true,
            _ => false,
        }
    }
}
