//! Dotted names, many at a time: most are let go without a branch that the processor could guess wrong.

use super::ipv4;
use super::page::Name;
use super::sink::Sink;
use super::suffixes::Suffixes;
use super::walk::Walk;
use crate::kind::Kind;

/// So many names wait together.
const MOST: usize = 64;
/// The shortest and the longest address.
const QUAD: std::ops::RangeInclusive<u32> = 7..=15;

/// Names that wait.
pub struct Names {
    names: [Name; MOST],
    count: usize,
}

impl Default for Names {
    fn default() -> Names {
        Names { names: [Name::default(); MOST], count: 0 }
    }
}

impl Names {
    /// Whether there is room for no more.
    #[inline(always)]
    pub fn push(&mut self, name: Name) -> bool {
        self.names[self.count % MOST] = name;
        self.count += 1;
        self.count == MOST
    }
}

/// Positions among the names, gathered without a branch.
struct Chosen {
    positions: [u8; MOST],
    count: usize,
}

impl Chosen {
    #[inline(always)]
    fn new() -> Chosen {
        Chosen { positions: [0; MOST], count: 0 }
    }

    #[inline(always)]
    fn push_if(&mut self, position: usize, wanted: bool) {
        self.positions[self.count % MOST] = position as u8;
        self.count += usize::from(wanted);
    }

    #[inline(always)]
    fn of<'a>(&'a self, names: &'a [Name; MOST]) -> impl Iterator<Item = &'a Name> {
        self.positions[..self.count].iter().map(|position| &names[*position as usize % MOST])
    }
}

impl<S: Suffixes, F: Sink> Walk<'_, S, F> {
    /// Visit the names that wait: plain, and of fewer than 64 bytes.
    #[inline(always)]
    pub(super) fn visit_names(&mut self) {
        let Names { names, count } = std::mem::take(&mut self.names);
        let (mut quads, mut words, mut known) = (Chosen::new(), Chosen::new(), Chosen::new());
        for (position, name) in names[..count].iter().enumerate() {
            let numbers = name.dots | name.digits == (1 << name.length) - 1;
            quads.push_if(position, numbers & (name.dots.count_ones() == 3) & QUAD.contains(&name.length));
            words.push_if(position, !numbers);
        }
        for name in quads.of(&names) {
            self.visit_quad(name);
        }
        for position in &words.positions[..words.count] {
            let name = &names[*position as usize % MOST];
            known.push_if(*position as usize, self.may_matter(name));
        }
        for name in known.of(&names) {
            self.visit_word(name);
        }
    }

    #[inline(always)]
    fn visit_quad(&mut self, name: &Name) {
        let (start, end) = (name.start, name.start + name.length as usize);
        if let Some(address) = ipv4::address_of(self.text, start, name.length, name.dots) {
            self.report_address(address, start, end);
            self.report_path_after(start, end);
        }
    }

    /// Visit a name that may matter.
    #[inline(always)]
    fn visit_word(&mut self, name: &Name) {
        let (start, end) = (name.start, name.start + name.length as usize);
        if !self.is_plain_domain(name, start, end) {
            return self.visit_plain_name(start, end);
        }
        self.report(Kind::Domain, start, end);
        self.report_path_after(start, end);
        if name.dots.count_ones() >= 3 {
            self.report_quads(start, end);
        }
    }

    /// Whether this is a domain without a closer look: its final label is known for sure, and no e-mail address or
    /// hyphen touches it.
    #[inline(always)]
    fn is_plain_domain(&self, name: &Name, start: usize, end: usize) -> bool {
        let (label_start, label) = final_label_of(name);
        let Some(bytes) = self.text.get(label_start..).and_then(|rest| rest.first_chunk()) else { return false };
        let before = start.checked_sub(1).map_or(b' ', |before| self.text[before]);
        let after = self.text.get(end).copied().unwrap_or(b' ');
        let touched = (before == b'@') | matches!(after, b'.' | b'%' | b'+' | b'@');
        let hyphens = (self.text[start] == b'-') | (self.text[end - 1] == b'-');
        !touched & !hyphens & self.suffixes.surely_hold(u64::from_le_bytes(*bytes), label)
    }

    /// Whether a name with more than digits and dots may be a domain or hold an address.
    #[inline(always)]
    fn may_matter(&self, name: &Name) -> bool {
        let (start, label) = final_label_of(name);
        let Some(bytes) = self.text.get(start..).and_then(|rest| rest.first_chunk()) else { return true };
        let may_hold_quads = (name.dots.count_ones() >= 3) & (name.digits.count_ones() >= 4);
        let ends_in_hyphen = self.text[start + label as usize - 1] == b'-';
        may_hold_quads | ends_in_hyphen | self.suffixes.may_hold(u64::from_le_bytes(*bytes), label)
    }
}

/// Where the final label of a dotted name begins in the text, and its length.
#[inline(always)]
fn final_label_of(name: &Name) -> (usize, u32) {
    let last = (name.dots | 1).ilog2();
    (name.start + last as usize + 1, name.length - last - 1)
}
