//! Sets of characters, filled by asking PCRE2 about each: what it holds is what PCRE2 says that it holds.

use std::sync::OnceLock;

use wide::u8x16;

#[cfg(target_arch = "x86_64")]
use super::super::members::Members;
use super::super::pcre2::{Options, Outcome, Regex, Searcher};
#[cfg(target_arch = "x86_64")]
use crate::scan::has_fast_instructions;

/// Characters are asked about by so many at a time.
const PAGE: u32 = 64;
const PLANE_PAGES: usize = 65536 / PAGE as usize;
const PLANES: usize = 17;
/// With more ranges than this, a table is faster than vectors.
const MOST_RANGES: usize = 5;
/// So many bytes are looked at together.
const LANES: usize = 16;
/// So many bytes are looked at one by one first.
const SHORT: usize = 8;

type Plane = Box<[OnceLock<u64>]>;

/// What a class or a character of a regex matches.
pub struct Set {
    table: [bool; 256],
    /// The bytes that are not ASCII characters of the set, as (first, length less one), where they are few ranges.
    stops: Option<Vec<(u8, u8)>>,
    /// On processors with AVX2.
    #[cfg(target_arch = "x86_64")]
    members: Option<Members>,
    /// Whether it may hold characters beyond ASCII.
    beyond: bool,
    regex: Regex,
    planes: [OnceLock<Plane>; PLANES],
}

/// Where a run of a set ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// The byte after its last.
    pub end: usize,
    /// How many characters it has.
    pub chars: usize,
}

impl Set {
    /// What this part of a regex matches, a character each time.
    pub fn new(part: &str, caseless: bool, beyond: bool) -> Option<Set> {
        let regex = Regex::new(part, Options { caseless, ..Options::default() }).ok()?;
        let ascii = u128::from(asked(&regex, 0)) | u128::from(asked(&regex, PAGE)) << PAGE;
        let table = std::array::from_fn(|byte| byte < 128 && ascii >> byte & 1 == 1);
        let stops = Some(ranges(&table)).filter(|ranges| ranges.len() <= MOST_RANGES);
        Some(Set {
            table,
            stops,
            #[cfg(target_arch = "x86_64")]
            members: has_fast_instructions().then(|| Members::of(&table.map(u8::from))),
            beyond,
            regex,
            planes: [const { OnceLock::new() }; PLANES],
        })
    }

    /// Whether it holds all ASCII characters of which this says so.
    pub fn holds_all(&self, is_asked: impl Fn(u8) -> bool) -> bool {
        (0..128u8).all(|byte| !is_asked(byte) || self.table[usize::from(byte)])
    }

    /// The run of at most `most` characters that begins here, if it is short and that is plain; its length.
    #[inline(always)]
    pub fn short_run(&self, text: &[u8], from: usize, most: usize) -> Option<usize> {
        let rest = &text[from..];
        let window = &rest[..rest.len().min(most).min(LANES)];
        let mut length = 0;
        for byte in window {
            if !self.table[usize::from(*byte)] {
                return (*byte < 128 || !self.beyond).then_some(length);
            }
            length += 1;
        }
        (length == most || length == rest.len()).then_some(length)
    }

    /// A bit for each byte of these that is of the set, and for each that is this byte; none where the processor is not
    /// fast at it, or the set holds more than ASCII.
    #[inline]
    pub fn held_and(&self, chunk: &[u8; 32], byte: u8) -> Option<(u32, u32)> {
        #[cfg(target_arch = "x86_64")]
        if let Some(members) = self.members.as_ref().filter(|_| !self.beyond) {
            // SAFETY: where the processor has not all that the function is compiled for, there are no members.
            return Some(unsafe { members.among_and(chunk, byte) });
        }
        let _ = (chunk, byte);
        None
    }

    /// How many bytes the character at this place has, if it is in the set.
    #[inline]
    pub fn taken(&self, text: &[u8], place: usize) -> Option<usize> {
        let byte = *text.get(place)?;
        if byte < 128 { self.table[usize::from(byte)].then_some(1) } else { self.taken_beyond(text, place) }
    }

    #[cold]
    fn taken_beyond(&self, text: &[u8], place: usize) -> Option<usize> {
        let (char, length) = char_at(text, place).filter(|_| self.beyond)?;
        let (plane, page) = (char >> 16, (char & 0xFFFF) / PAGE);
        let pages = self.planes[plane as usize].get_or_init(|| (0..PLANE_PAGES).map(|_| OnceLock::new()).collect());
        let bits = pages[page as usize].get_or_init(|| asked(&self.regex, char / PAGE * PAGE));
        (bits >> (char % PAGE) & 1 == 1).then_some(length)
    }

    /// The run of at most `most` characters that begins here.
    #[inline]
    pub fn run(&self, text: &[u8], from: usize, most: usize) -> RunEnd {
        // One character has one byte, or this counts those it has more.
        let mut further = 0;
        let mut place = from;
        loop {
            let limit = text.len().min(from.saturating_add(further).saturating_add(most));
            place = self.ascii_run(text, place, limit);
            if place == limit || !self.beyond || text[place] < 128 {
                return RunEnd { end: place, chars: place - from - further };
            }
            let Some(length) = self.taken_beyond(text, place) else {
                return RunEnd { end: place, chars: place - from - further };
            };
            further += length - 1;
            place += length;
        }
    }

    #[inline]
    fn ascii_run(&self, text: &[u8], from: usize, limit: usize) -> usize {
        let mut place = from;
        let short = limit.min(from + SHORT);
        while place < short {
            if !self.table[usize::from(text[place])] {
                return place;
            }
            place += 1;
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(members) = &self.members {
            // SAFETY: where the processor has not all that the function is compiled for, there are no members.
            return unsafe { members.run(&text[..limit], place) };
        }
        if let Some(stops) = &self.stops {
            while let Some(lanes) = text[..limit].get(place..place + LANES) {
                let stopped = stop_mask(lanes, stops);
                if stopped != 0 {
                    return place + stopped.trailing_zeros() as usize;
                }
                place += LANES;
            }
        }
        place + text[place..limit].iter().take_while(|byte| self.table[usize::from(**byte)]).count()
    }
}

#[inline]
fn stop_mask(lanes: &[u8], stops: &[(u8, u8)]) -> u32 {
    let mut bytes = [0; LANES];
    bytes.copy_from_slice(lanes);
    let bytes = u8x16::new(bytes);
    let mut stopped = u8x16::splat(0);
    for (first, span) in stops {
        let offset = bytes - u8x16::splat(*first);
        stopped |= offset.min(u8x16::splat(*span)).cmp_eq(offset);
    }
    stopped.move_mask() as u32
}

/// The ranges of bytes that the table does not hold.
fn ranges(table: &[bool; 256]) -> Vec<(u8, u8)> {
    let mut ranges: Vec<(u8, u8)> = Vec::new();
    for byte in (0..=255u8).filter(|byte| !table[usize::from(*byte)]) {
        match ranges.last_mut() {
            Some((first, span)) if usize::from(*first) + usize::from(*span) + 1 == usize::from(byte) => *span += 1,
            _ => ranges.push((byte, 0)),
        }
    }
    ranges
}

/// Which of the characters of a page the regex matches.
fn asked(regex: &Regex, first: u32) -> u64 {
    let mut searcher = Searcher::new(regex.groups(), u32::MAX);
    let mut bits = 0;
    let mut bytes = [0; 4];
    for number in 0..PAGE {
        let Some(char) = char::from_u32(first + number) else { continue };
        if searcher.find(regex, char.encode_utf8(&mut bytes).as_bytes(), 0) == Outcome::Match {
            bits |= 1 << number;
        }
    }
    bits
}

/// The character at this place and how many bytes it has; `None` where no well-formed one begins.
pub fn char_at(text: &[u8], place: usize) -> Option<(u32, usize)> {
    let length = match *text.get(place)? {
        byte @ 0..=0x7F => return Some((u32::from(byte), 1)),
        first @ 0xC2..=0xDF => {
            let second = text.get(place + 1).filter(|byte| **byte & 0xC0 == 0x80)?;
            return Some((u32::from(first & 0x1F) << 6 | u32::from(second & 0x3F), 2));
        }
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let char = std::str::from_utf8(text.get(place..place + length)?).ok()?.chars().next()?;
    Some((u32::from(char), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_pcre2_says_beyond_ascii_too() {
        let set = Set::new(r"[a-f\x{00a1}-\x{ffff}k]", true, true).unwrap();

        for (text, taken) in [("F", 1), ("é", 2), ("\u{212A}", 3), ("K", 1), ("\u{FFFF}", 3)] {
            assert_eq!(set.taken(text.as_bytes(), 0), Some(taken), "{text}");
        }
        for text in [&b"g"[..], b"\xC3", b"\xFF", "\u{10000}".as_bytes(), "\u{A0}".as_bytes(), b""] {
            assert_eq!(set.taken(text, 0), None, "{text:?}");
        }
    }

    #[test]
    fn a_run_ends_where_a_byte_at_a_time_says() {
        let set = Set::new(r"[^\s\x22<>é]", true, true).unwrap();
        let long = format!("{}\"{}é", "ax-ü".repeat(20), "b".repeat(40));
        for text in ["", "a", " a", "abc def", &long, "abcdefghijklmnop>", "ÿÿÿ\u{10348}É"] {
            for from in (0..=text.len()).filter(|from| text.is_char_boundary(*from)) {
                for most in [1, 3, 20, usize::MAX] {
                    let taken = text[from..].chars().take(most).take_while(|char| !" \"<>éÉ".contains(*char));
                    let end = from + taken.clone().map(char::len_utf8).sum::<usize>();
                    let expected = RunEnd { end, chars: taken.count() };
                    assert_eq!(set.run(text.as_bytes(), from, most), expected, "{text} from {from}");
                }
            }
        }
    }
}
