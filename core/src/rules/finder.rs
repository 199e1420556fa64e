//! Cheap tests over bytes: where one of some literals stands, where a run of some class begins.

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem;

use super::analysis::{Literals, Run};
#[cfg(target_arch = "x86_64")]
use super::members::{CHUNK, Members};
use super::sweep::Place;
#[cfg(target_arch = "x86_64")]
use crate::scan::has_fast_instructions;

/// In either case a literal has many forms; with more than so many in all it is cut short.
const MOST_FORMS: usize = 64;

/// Finds literals.
pub struct Finder {
    forms: Literals,
    search: Search,
}

enum Search {
    One(Box<memmem::Finder<'static>>),
    Many(Box<AhoCorasick>),
}

impl Finder {
    /// For these literals, none of them empty; `None` where they cannot be searched for.
    pub fn new(literals: &Literals, caseless: bool) -> Option<Finder> {
        let most = MOST_FORMS / literals.len().max(1);
        let forms: Literals = literals
            .iter()
            .flat_map(|literal| if caseless { forms_of(literal, most) } else { vec![literal.clone()] })
            .collect();
        let search = match forms.as_slice() {
            [] => return None,
            [literal] => Search::One(Box::new(memmem::Finder::new(literal).into_owned())),
            _ => {
                let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&forms).ok()?;
                Search::Many(Box::new(automaton))
            }
        };
        Some(Finder { forms, search })
    }

    /// What it finds, in every case.
    pub fn forms(&self) -> &Literals {
        &self.forms
    }

    /// The first place at `from` or later where one of them begins.
    pub fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        match &self.search {
            Search::One(finder) => finder.find(rest).map(|place| from + place),
            Search::Many(automaton) => automaton.find(rest).map(|found| from + found.start()),
        }
    }
}

/// Every form of a literal in either case; the third forms of K and S (U+212A, U+017F) among them.
fn forms_of(literal: &[u8], most: usize) -> Literals {
    let mut forms = vec![Vec::new()];
    for byte in literal {
        let (lower, upper) = (byte.to_ascii_lowercase(), byte.to_ascii_uppercase());
        let choices: Literals = match lower {
            b'k' => vec![vec![lower], vec![upper], "\u{212A}".into()],
            b's' => vec![vec![lower], vec![upper], "\u{17F}".into()],
            b'a'..=b'z' => vec![vec![lower], vec![upper]],
            _ => vec![vec![*byte]],
        };
        if forms.len() * choices.len() > most {
            break;
        }
        forms = forms.iter().flat_map(|form| choices.iter().map(|choice| [form.as_slice(), choice].concat())).collect();
    }
    forms
}

/// Finds runs of a class.
#[derive(Clone, PartialEq, Eq)]
pub struct RunFinder {
    /// 1 for each byte of the class: sums of these need no branches.
    table: [u8; 256],
    min: usize,
    /// How far from a byte of a run that is long enough it reaches to one side at least.
    reach: usize,
    #[cfg(target_arch = "x86_64")]
    members: Members,
}

impl RunFinder {
    /// For this run.
    pub fn new(run: &Run) -> RunFinder {
        let table = run.class.table().map(u8::from);
        RunFinder {
            #[cfg(target_arch = "x86_64")]
            members: Members::of(&table),
            table,
            min: run.min,
            reach: run.min / 2,
        }
    }

    /// How long a run is at least.
    pub fn min(&self) -> usize {
        self.min
    }

    #[inline]
    fn holds(&self, byte: u8) -> bool {
        self.table[usize::from(byte)] != 0
    }

    /// Where the first run that is long enough begins; what stands before `from` is no part of it.
    pub fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let mut begin = from;
        // Every run of so many bytes covers one of the places tried.
        let mut place = begin + self.min - 1;
        while let Some(byte) = text.get(place) {
            if !self.holds(*byte) {
                begin = place + 1;
                place += self.min;
                continue;
            }
            let before = text[begin..place].iter().rev().take_while(|byte| self.holds(**byte)).count();
            let behind = text[place..].iter().take(self.min).take_while(|byte| self.holds(**byte)).count();
            if before + behind >= self.min {
                return Some(place - before);
            }
            begin = place + behind + 1;
            place = begin + self.min - 1;
        }
        None
    }

    /// Every run that is long enough, whole.
    pub fn find_all(&self, text: &[u8], on_run: impl FnMut(Place)) {
        #[cfg(target_arch = "x86_64")]
        if has_fast_instructions() {
            // SAFETY: the processor has all that the function is compiled for.
            return unsafe { self.find_all_by_chunks(text, on_run) };
        }
        self.find_all_by_strides(text, on_run);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn find_all_by_chunks(&self, text: &[u8], mut on_run: impl FnMut(Place)) {
        let mut begin = 0;
        while let Some(place) = self.next_full_part(text, begin) {
            let start = place - text[begin..place].iter().rev().take_while(|byte| self.holds(**byte)).count();
            let end = place + text[place..].iter().take_while(|byte| self.holds(**byte)).count();
            if end - start >= self.min {
                on_run(Place { start, end });
            }
            begin = end;
        }
    }

    /// The next part of a chunk that is of the class as a whole; each run that is long enough covers one.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    #[inline]
    fn next_full_part(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let (chunks, last) = rest.as_chunks::<CHUNK>();
        for (number, chunk) in chunks.iter().enumerate() {
            let full = self.full_parts(self.members.among(chunk));
            if full != 0 {
                return Some(from + number * CHUNK + full.trailing_zeros() as usize);
            }
        }
        let mut padded = [0; CHUNK];
        padded[..last.len()].copy_from_slice(last);
        let full = self.full_parts(self.members.among(&padded) & ((1 << last.len()) - 1));
        (full != 0).then(|| text.len() - last.len() + full.trailing_zeros() as usize)
    }

    /// The first bit of each part of a chunk that is full. A run covers a part of half its length, wherever it begins.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn full_parts(&self, members: u32) -> u32 {
        let pairs = members & members >> 1;
        let fours = pairs & pairs >> 2;
        if self.min < 15 {
            return fours & 0x1111_1111;
        }
        let eights = fours & fours >> 4;
        if self.min < 31 { eights & 0x0101_0101 } else { eights & eights >> 8 & 0x0001_0001 }
    }

    fn find_all_by_strides(&self, text: &[u8], mut on_run: impl FnMut(Place)) {
        let mut begin = 0;
        // Every run of so many bytes covers one of the places tried.
        let mut place = self.min - 1;
        loop {
            while place + self.reach < text.len() && !self.may_cover(text, place) {
                place += self.min;
            }
            let Some(byte) = text.get(place) else { return };
            if !self.holds(*byte) {
                place += self.min;
                continue;
            }
            let start = place - text[begin..place].iter().rev().take_while(|byte| self.holds(**byte)).count();
            let end = place + text[place..].iter().take_while(|byte| self.holds(**byte)).count();
            if end - start >= self.min {
                on_run(Place { start, end });
            }
            begin = end;
            place = end + self.min;
        }
    }

    /// Whether a run that is long enough may cover this place: it reaches far to one side of it, or to the other.
    #[inline]
    fn may_cover(&self, text: &[u8], place: usize) -> bool {
        let (far, half) = (self.reach, self.reach / 2);
        let is_held = |place: usize| self.table[usize::from(text[place])];
        let before = is_held(place - far) & is_held(place - half);
        let behind = is_held(place + far) & is_held(place + half);
        is_held(place) & (before | behind) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::syntax::Class;
    use super::*;

    #[test]
    fn a_run_is_found_where_it_begins() {
        let digits = Class::of_escape('d').unwrap();
        let finder = RunFinder::new(&Run { class: digits, min: 3 });
        let cases: [(&[u8], usize, Option<usize>); 8] = [
            (b"", 0, None),
            (b"12", 0, None),
            (b"123", 0, Some(0)),
            (b"12a123", 0, Some(3)),
            (b"1a12a1234567", 0, Some(5)),
            (b"1234567", 2, Some(2)),
            (b"1234567", 5, None),
            (b"ab", 9, None),
        ];
        for (text, from, found) in cases {
            assert_eq!(finder.find(text, from), found, "{} from {from}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn all_runs_are_found_whole() {
        for (min, modulus) in [(8, 7), (9, 11), (15, 19), (30, 37), (31, 37), (32, 41)] {
            let finder = RunFinder::new(&Run { class: Class::of_escape('d').unwrap(), min });
            let text: Vec<u8> = (0..5000usize).map(|n| if n * n % 8191 % modulus > 0 { b'5' } else { b'x' }).collect();
            let mut expected = Vec::new();
            let mut start = 0;
            for run in text.split(|byte| *byte == b'x') {
                expected.extend((run.len() >= min).then_some(Place { start, end: start + run.len() }));
                start += run.len() + 1;
            }

            let (mut found, mut by_strides) = (Vec::new(), Vec::new());
            finder.find_all(&text, |place| found.push(place));
            finder.find_all_by_strides(&text, |place| by_strides.push(place));

            assert!(!found.is_empty());
            assert_eq!(found, expected);
            assert_eq!(by_strides, expected);
        }
    }

    #[test]
    fn letters_are_found_in_every_case() {
        let finder = Finder::new(&vec![b"src=".to_vec(), b"link".to_vec()], true).unwrap();
        for text in ["a SRC=", "a \u{17F}rC=", "a lin\u{212A}", "a sRC= link"] {
            assert_eq!(finder.find(text.as_bytes(), 1), Some(2), "{text}");
        }
        assert_eq!(finder.find(b"srk= lin", 0), None);
    }

    #[test]
    fn the_literal_that_begins_first_is_found_though_another_ends_first() {
        let finder = Finder::new(&vec![b"abcd".to_vec(), b"bc".to_vec()], false).unwrap();

        assert_eq!(finder.find(b"xabcd", 0), Some(1));
    }
}
