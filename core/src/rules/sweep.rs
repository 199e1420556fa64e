//! One pass over a text for all rules of a profile: where the literals and runs stand that their matches must hold.

use aho_corasick::{AhoCorasick, MatchKind, Span, packed};

use super::finder::RunFinder;
use super::pattern::{Needle, Pattern};

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
    /// By their first byte: (the literal, its trail).
    literals: Vec<Vec<(Vec<u8>, usize)>>,
    /// (The run, the trails that go by it.)
    runs: Vec<(RunFinder, Vec<usize>)>,
    trails: usize,
}

enum Finder {
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
        let mut sweep = Sweep { literals: vec![Vec::new(); 256], ..Sweep::default() };
        let trails: Vec<Option<usize>> = patterns.map(|pattern| sweep.add(pattern?)).collect();
        sweep.finder = Finder::new(sweep.literals.iter().flatten().map(|(literal, _)| literal.as_slice()));
        if sweep.finder.is_none() && sweep.literals.iter().any(|literals| !literals.is_empty()) {
            // Nothing can search for so many: each rule searches for its own.
            return (Sweep::default(), vec![None; trails.len()]);
        }
        (sweep, trails)
    }

    fn add(&mut self, pattern: &Pattern) -> Option<usize> {
        match pattern.needle()? {
            Needle::Literals(forms) => {
                for form in forms {
                    self.literals[usize::from(*form.first()?)].push((form.clone(), self.trails));
                }
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
            self.find_literals(finder, text, &mut found.trails);
        }
        for (run, trails) in &self.runs {
            run.find_all(text, |place| trails.iter().for_each(|trail| found.trails[*trail].push(place)));
        }
    }

    fn find_literals(&self, finder: &Finder, text: &[u8], trails: &mut [Vec<Place>]) {
        let mut from = 0;
        while let Some(start) = finder.find(text, from) {
            for (literal, trail) in &self.literals[usize::from(text[start])] {
                let trail = &mut trails[*trail];
                if text[start..].starts_with(literal) && trail.last().is_none_or(|last| last.start != start) {
                    trail.push(Place { start, end: start });
                }
            }
            from = start + 1;
        }
    }
}

impl Finder {
    fn new<'a>(literals: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Finder> {
        literals.clone().next()?;
        let mut packed = packed::Config::new().match_kind(packed::MatchKind::LeftmostFirst).builder();
        match packed.extend(literals.clone()).build() {
            Some(searcher) => Some(Finder::Packed(searcher)),
            None => {
                let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals).ok()?;
                Some(Finder::Automaton(Box::new(automaton)))
            }
        }
    }

    /// Where the first of them begins that stands at `from` or later.
    #[inline]
    fn find(&self, text: &[u8], from: usize) -> Option<usize> {
        let end = text.len();
        let found = match self {
            Finder::Packed(searcher) => searcher.find_in(text, Span { start: from, end }),
            Finder::Automaton(automaton) => automaton.find(aho_corasick::Input::new(text).span(from..end)),
        };
        found.map(|found| found.start())
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
