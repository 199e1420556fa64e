//! One pass over a text for all rules of a profile: where the literals and runs stand that their matches must hold.

use aho_corasick::{AhoCorasick, Input, Match, MatchKind, Span, packed};

use super::finder::RunFinder;
#[cfg(target_arch = "x86_64")]
use super::pairs::Pairs;
use super::pattern::{Needle, Pattern};
#[cfg(target_arch = "x86_64")]
use crate::scan::has_fast_instructions;

/// Where a rule's match may be: a literal begins and ends at its first byte, a run where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its first byte.
    pub start: usize,
    /// The byte after a run's last.
    pub end: usize,
}

/// What is looked for.
#[derive(Default)]
pub struct Sweep {
    finder: Option<Finder>,
    /// By their first byte.
    literals: Vec<Vec<Literal>>,
    /// (The run, the trails that go by it.)
    runs: Vec<(RunFinder, Vec<usize>)>,
    trails: usize,
}

struct Literal {
    bytes: Vec<u8>,
    trail: usize,
    /// Its first bytes as a number, and which bits of one these are: most are compared so.
    word: u64,
    mask: u64,
}

impl Literal {
    fn new(bytes: &[u8], trail: usize) -> Literal {
        let mut word = [0; 8];
        let mut mask = [0; 8];
        word.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
        mask.iter_mut().zip(bytes).for_each(|(to, _)| *to = u8::MAX);
        Literal { bytes: bytes.to_vec(), trail, word: u64::from_le_bytes(word), mask: u64::from_le_bytes(mask) }
    }

    #[inline]
    fn begins(&self, text: &[u8]) -> bool {
        match text.first_chunk() {
            Some(word) if u64::from_le_bytes(*word) & self.mask != self.word => false,
            Some(_) if self.bytes.len() <= 8 => true,
            _ => text.starts_with(&self.bytes),
        }
    }
}

enum Finder {
    /// By the first two bytes of each, which are of a few kinds.
    #[cfg(target_arch = "x86_64")]
    Pairs(Pairs),
    Packed(packed::Searcher),
    Automaton(Box<AhoCorasick>),
}

/// Where what was looked for stands, a trail for each rule, each in ascending order.
#[derive(Debug, Default)]
pub struct Trails {
    trails: Vec<Vec<Place>>,
    /// How many places of each were left.
    passed: Vec<usize>,
}

impl Sweep {
    /// For these patterns; for each the number of its trail, none where it must be asked of every text.
    pub fn new<'a>(patterns: impl Iterator<Item = Option<&'a Pattern>>) -> (Sweep, Vec<Option<usize>>) {
        let (mut sweep, mut literals) = (Sweep::default(), Vec::new());
        let trails: Vec<Option<usize>> = patterns.map(|pattern| sweep.add(pattern?, &mut literals)).collect();
        if literals.is_empty() {
            return (sweep, trails);
        }
        sweep.finder = Finder::new(&literals);
        if sweep.finder.is_none() {
            // Nothing can search for so many: each rule searches for its own.
            return (Sweep::default(), vec![None; trails.len()]);
        }
        sweep.literals.resize_with(256, Vec::new);
        for literal in literals {
            sweep.literals[usize::from(literal.bytes[0])].push(literal);
        }
        (sweep, trails)
    }

    fn add(&mut self, pattern: &Pattern, literals: &mut Vec<Literal>) -> Option<usize> {
        match pattern.needle()? {
            Needle::Literals(forms) => {
                literals.extend(forms.iter().map(|form| Literal::new(form, self.trails)));
            }
            Needle::Run(run) => match self.runs.iter_mut().find(|(known, _)| known == run) {
                Some((_, trails)) => trails.push(self.trails),
                None => self.runs.push((run.clone(), vec![self.trails])),
            },
        }
        self.trails += 1;
        Some(self.trails - 1)
    }

    /// Find all of it.
    pub fn pass(&self, text: &[u8], found: &mut Trails) {
        found.trails.resize_with(self.trails, Vec::new);
        found.trails.iter_mut().for_each(Vec::clear);
        found.passed.clear();
        found.passed.resize(self.trails, 0);
        if let Some(finder) = &self.finder {
            finder.find_all(text, |place| self.note(text, place, &mut found.trails));
        }
        for (run, trails) in &self.runs {
            run.find_all(text, |place| trails.iter().for_each(|trail| found.trails[*trail].push(place)));
        }
    }

    /// Note the literals that begin here.
    #[inline]
    fn note(&self, text: &[u8], start: usize, trails: &mut [Vec<Place>]) {
        for literal in &self.literals[usize::from(text[start])] {
            let trail = &mut trails[literal.trail];
            if literal.begins(&text[start..]) && trail.last().is_none_or(|last| last.start != start) {
                trail.push(Place { start, end: start });
            }
        }
    }
}

impl Finder {
    /// For these, which have two bytes at least.
    fn new(literals: &[Literal]) -> Option<Finder> {
        #[cfg(target_arch = "x86_64")]
        if has_fast_instructions()
            && let Some(pairs) = Pairs::of(literals.iter().filter_map(|literal| literal.bytes.first_chunk().copied()))
        {
            return Some(Finder::Pairs(pairs));
        }
        let literals = literals.iter().map(|literal| literal.bytes.as_slice());
        let mut packed = packed::Config::new().match_kind(packed::MatchKind::LeftmostFirst).builder();
        match packed.extend(literals.clone()).build() {
            Some(searcher) => Some(Finder::Packed(searcher)),
            None => {
                let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals).ok()?;
                Some(Finder::Automaton(Box::new(automaton)))
            }
        }
    }

    /// Every place where one of them begins, in ascending order; there may be others among them.
    #[inline]
    fn find_all(&self, text: &[u8], on_found: impl FnMut(usize)) {
        let end = text.len();
        match self {
            // SAFETY: where the processor has not all that the function is compiled for, there are no pairs.
            #[cfg(target_arch = "x86_64")]
            Finder::Pairs(pairs) => unsafe { pairs.find_all(text, on_found) },
            Finder::Packed(searcher) => each(|start| searcher.find_in(text, Span { start, end }), on_found),
            Finder::Automaton(automaton) => {
                each(|start| automaton.find(Input::new(text).span(start..end)), on_found);
            }
        }
    }
}

fn each(find: impl Fn(usize) -> Option<Match>, mut on_found: impl FnMut(usize)) {
    let mut from = 0;
    while let Some(found) = find(from) {
        on_found(found.start());
        from = found.start() + 1;
    }
}

impl Trails {
    /// The places of this trail that a text may hold that stands here, behind all that were left.
    #[inline]
    pub fn within(&self, trail: usize, start: usize, end: usize) -> &[Place] {
        let ahead = &self.trails[trail][self.passed[trail]..];
        let behind = ahead.iter().take_while(|place| place.end < start).count();
        let here = &ahead[behind..];
        &here[..here.iter().take_while(|place| place.start < end).count()]
    }

    /// Leave what ends before this place; returns where the next place begins, beyond all text if there is none.
    #[inline]
    pub fn leave(&mut self, end: usize) -> usize {
        let mut next = usize::MAX;
        for (places, passed) in self.trails.iter().zip(&mut self.passed) {
            while places.get(*passed).is_some_and(|place| place.end < end) {
                *passed += 1;
            }
            next = next.min(places.get(*passed).map_or(usize::MAX, |place| place.start));
        }
        next
    }
}
