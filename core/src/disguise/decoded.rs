//! Neighbourhoods with their disguises undone, and where each of their bytes came from.

use std::ops::Range;

use super::base64::sextet;
use super::obfuscation::Obfuscation;
use super::undo::{Forms, undo};

/// Where a byte came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its first byte in the text as it came.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// How it was disguised.
    pub how: Obfuscation,
}

/// Behind each neighbourhood: no value reaches over it, and behind `=` it is no soft line break.
const BETWEEN: &[u8] = b"\n\n";

/// Bytes and their places, one for each.
#[derive(Default)]
pub struct Decoded {
    /// What is read.
    pub bytes: Vec<u8>,
    places: Vec<Place>,
}

impl Decoded {
    /// Forget all neighbourhoods.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
    }

    /// Append a neighbourhood: these forms undone in `text[start..end]`. Where it stands here is returned.
    pub fn push(&mut self, text: &[u8], start: usize, end: usize, forms: Forms) -> Range<usize> {
        self.push_from(text, start, end, forms, |from, until| Place { start: from, end: until, how: Obfuscation::NONE })
    }

    /// As `push`, of a neighbourhood `start..end` that was undone once.
    pub fn push_again(&mut self, once: &Decoded, start: usize, end: usize, forms: Forms) -> Range<usize> {
        let place = |from: usize, until: usize| {
            let how = once.places[from..until].iter().fold(Obfuscation::NONE, |how, place| how.and(place.how));
            Place { start: once.places[from].start, end: once.places[until - 1].end, how }
        };
        self.push_from(&once.bytes, start, end, forms, place)
    }

    /// Read a run of Base64 that begins at `start`. Where every second byte is NUL it is UTF-16, of which the others count.
    pub fn fill_with_base64(&mut self, run: &[u8], start: usize) {
        self.clear();
        let (mut bits, mut count) = (0_u32, 0);
        for (at, byte) in run.iter().enumerate() {
            bits = bits << 6 | u32::from(sextet(*byte).unwrap_or(0));
            count += 6;
            if count >= 8 {
                count -= 8;
                self.bytes.push((bits >> count) as u8);
                self.places.push(Place { start: start + at - 1, end: start + at + 1, how: Obfuscation::BASE64 });
            }
        }
        if self.bytes.len() >= 2 && self.bytes.iter().skip(1).step_by(2).all(|byte| *byte == 0) {
            self.bytes = self.bytes.iter().step_by(2).copied().collect();
            let pairs = self.places.chunks(2);
            self.places = pairs.map(|pair| Place { end: pair[pair.len() - 1].end, ..pair[0] }).collect();
        }
    }

    fn push_from(
        &mut self,
        text: &[u8],
        start: usize,
        end: usize,
        forms: Forms,
        place: impl Fn(usize, usize) -> Place,
    ) -> Range<usize> {
        let begin = self.bytes.len();
        let mut at = start;
        let mut in_parameter = false;
        while at < end {
            let plain = text[at..end].iter().take_while(|byte| !forms.may_begin_with(**byte)).count();
            if plain > 0 {
                let run = &text[at..at + plain];
                in_parameter &= !run.contains(&b':');
                self.bytes.extend_from_slice(run);
                self.places.extend((at..at + plain).map(|at| place(at, at + 1)));
                at += plain;
                continue;
            }
            let Some(undone) = undo(text, at, forms).filter(|undone| at + undone.taken <= end) else {
                // Behind a URL that is escaped as a parameter of another, a plain `&` begins the next parameter.
                self.bytes.push(if in_parameter && text[at] == b'&' { b' ' } else { text[at] });
                self.places.push(place(at, at + 1));
                at += 1;
                continue;
            };
            in_parameter |= undone.form == Forms::PERCENT && matches!(undone.plain(), b":" | b"/");
            let mut from = place(at, at + undone.taken);
            from.how = from.how.and(undone.how);
            if undone.plain().is_empty() {
                // What stands for nothing joins what stands before it with what comes next.
                self.places[begin..].last_mut().into_iter().for_each(|last| last.how = last.how.and(undone.how));
            }
            self.bytes.extend_from_slice(undone.plain());
            self.places.extend(undone.plain().iter().map(|_| from));
            at += undone.taken;
        }
        let end = self.bytes.len();
        self.bytes.extend_from_slice(BETWEEN);
        self.places.extend(BETWEEN.iter().map(|_| Place { start: 0, end: 0, how: Obfuscation::NONE }));
        begin..end
    }

    /// How the bytes `start..end` were disguised.
    pub fn how(&self, start: usize, end: usize) -> Obfuscation {
        self.places[start..end].iter().fold(Obfuscation::NONE, |how, place| how.and(place.how))
    }

    /// As `how`, the byte before and the byte behind included: they are what ends a value.
    pub fn how_around(&self, start: usize, end: usize) -> Obfuscation {
        self.how(start.saturating_sub(1), self.bytes.len().min(end + 1))
    }

    /// Where the bytes `start..end`, at least one, came from.
    pub fn origin(&self, start: usize, end: usize) -> (usize, usize) {
        (self.places[start].start, self.places[end - 1].end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_undone_twice_comes_from_the_text_as_it_came() {
        let (mut once, mut twice) = (Decoded::default(), Decoded::default());

        let first = once.push(b"x evil%252Eexample", 2, 18, Forms::PERCENT);
        let second = twice.push_again(&once, first.start, first.end, Forms::PERCENT);

        assert_eq!(&once.bytes[first], b"evil%2Eexample");
        assert_eq!(&twice.bytes[second], b"evil.example");
        assert_eq!(twice.origin(0, 12), (2, 18));
        assert_eq!(twice.origin(4, 5), (6, 11));
        assert_eq!(twice.how(0, 4), Obfuscation::NONE);
        assert_eq!(twice.how_around(0, 4), Obfuscation::PERCENT);
    }

    #[test]
    fn a_soft_line_break_is_told_by_the_byte_before_it() {
        let mut decoded = Decoded::default();

        let stands = decoded.push(b"evil.ex=\r\nample", 0, 15, Forms::QUOTED_PRINTABLE);

        assert_eq!(&decoded.bytes[stands], b"evil.example");
        assert_eq!(decoded.origin(0, 12), (0, 15));
        assert_eq!(decoded.how(0, 12), Obfuscation::QUOTED_PRINTABLE);
    }
}
