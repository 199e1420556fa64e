//! A regex with the cheap tests before it: they say where PCRE2 must be asked, and PCRE2 says what is true.

use super::analysis::{self, Literals, OptionalPart, shortest};
use super::finder::{Finder, RunFinder};
use super::linear::Linear;
use super::pcre2::{Options, Outcome, Regex, Searcher};
use super::sweep::Place;
use super::syntax::{Node, parse};

/// Where the linear engine can take over, PCRE2 gives up after so many steps.
const PATIENCE: u32 = 2_000;
/// A shorter literal is too frequent to ask PCRE2 at each of its places.
const SHORTEST_PREFIX: usize = 2;

/// What there is to go by.
enum Guide {
    /// Nothing: PCRE2 is asked about every text.
    Nothing,
    /// Every match begins with one of these, and is looked for there, and only there.
    Prefix { literals: Finder, there: There },
    /// Every match begins in such a run, and is looked for from there on.
    FirstRun(RunFinder),
    /// Every match holds one of these.
    Literal(Finder),
    /// Every match holds such a run.
    Run(RunFinder),
}

/// What is asked where a match may begin.
enum There {
    /// The linear engine.
    Linear,
    /// PCRE2.
    Pcre2(Box<Anchored>),
}

/// The regex, but only for matches that begin where the search begins.
struct Anchored {
    regex: Regex,
    without: Option<Without>,
}

impl Anchored {
    fn new(pattern: &str, node: &Node, options: Options, prefixes: &Literals) -> Option<Anchored> {
        let anchored = Options { anchored: true, ..options };
        // The length of what stands before the part must be known: K and S may take more than a byte in a third case.
        let firm = !options.caseless || !prefixes.iter().flatten().any(u8::is_ascii_alphabetic);
        let part = analysis::optional_part(node).filter(|_| firm);
        let without = part.and_then(|part| Without::new(pattern, &part, anchored));
        Some(Anchored { regex: Regex::new(pattern, anchored).ok()?, without })
    }
}

/// The regex without its optional part, for the places where that cannot match.
struct Without {
    regex: Regex,
    offset: usize,
    /// What the stretch before the end byte is made of.
    table: [bool; 256],
    end: u8,
}

/// A regex.
pub struct Pattern {
    regex: Regex,
    linear: Option<Linear>,
    guide: Guide,
}

impl Pattern {
    /// Compile; the error is PCRE2's word on the pattern.
    pub fn new(pattern: &str, caseless: bool) -> Result<Pattern, String> {
        let options = Options { caseless, ..Options::default() };
        let regex = Regex::new(pattern, options)?;
        let Some(node) = parse(pattern, caseless) else {
            return Ok(Pattern { regex, linear: None, guide: Guide::Nothing });
        };
        let linear = Linear::new(pattern, &node, caseless).filter(|linear| linear.groups() == regex.groups());
        let guide = Guide::new(pattern, &node, options, linear.is_some());
        Ok(Pattern { regex, linear, guide })
    }

    /// How many capture groups.
    pub fn groups(&self) -> usize {
        self.regex.groups()
    }

    /// Whether a search may take far longer than its text is long.
    pub fn may_stall(&self) -> bool {
        self.linear.is_none()
    }

    /// Whether there is something cheap to go by.
    pub fn is_filtered(&self) -> bool {
        !matches!(self.guide, Guide::Nothing)
    }

    /// What to look for in a text for many patterns at once; none where each must look for its own.
    pub fn needle(&self) -> Option<Needle<'_>> {
        match &self.guide {
            // Of single bytes there are too many to note all their places.
            Guide::Prefix { literals, .. } | Guide::Literal(literals) => {
                Some(Needle::Literals(literals.forms())).filter(|_| shortest(literals.forms()) >= SHORTEST_PREFIX)
            }
            Guide::FirstRun(run) | Guide::Run(run) => Some(Needle::Run(run)),
            Guide::Nothing => None,
        }
    }

    /// A search through this text.
    pub fn hunt<'a>(&'a self, text: &'a [u8]) -> Hunt<'a> {
        Hunt { pattern: self, text, along: None, tested: None, stretch: None, linear: Engine::Fresh }
    }

    /// A search through this text, of which it is known where the needle stands.
    pub fn hunt_along<'a>(&'a self, text: &'a [u8], along: Along<'a>) -> Hunt<'a> {
        Hunt { along: Some(along), ..self.hunt(text) }
    }
}

impl Guide {
    fn new(pattern: &str, node: &Node, options: Options, is_linear: bool) -> Guide {
        Guide::prefix(pattern, node, options, is_linear)
            .or_else(|| analysis::first_run(node).map(|run| Guide::FirstRun(RunFinder::new(&run))))
            .or_else(|| Guide::within(node, options.caseless))
            .unwrap_or(Guide::Nothing)
    }

    fn prefix(pattern: &str, node: &Node, options: Options, is_linear: bool) -> Option<Guide> {
        let prefixes = analysis::prefixes(node);
        if shortest(&prefixes) < SHORTEST_PREFIX {
            return None;
        }
        let literals = Finder::new(&prefixes, options.caseless)?;
        let there = match is_linear {
            true => There::Linear,
            false => There::Pcre2(Box::new(Anchored::new(pattern, node, options, &prefixes)?)),
        };
        Some(Guide::Prefix { literals, there })
    }

    fn within(node: &Node, caseless: bool) -> Option<Guide> {
        let literals = analysis::required(node);
        let run = analysis::any_run(node).map(|run| Guide::Run(RunFinder::new(&run)));
        let (long, short) = match literals {
            Some(literals) if shortest(&literals) > 1 => (Some(literals), None),
            short => (None, short),
        };
        let literal = |literals| Finder::new(&literals, caseless).map(Guide::Literal);
        long.and_then(literal).or(run).or_else(|| short.and_then(literal))
    }
}

impl Without {
    fn new(pattern: &str, part: &OptionalPart, options: Options) -> Option<Without> {
        let shorter = format!("{}(?:){}", &pattern[..part.place.start], &pattern[part.place.end..]);
        let regex = Regex::new(&shorter, options).ok()?;
        Some(Without { regex, offset: part.offset, table: part.class.table(), end: part.end })
    }
}

/// What to look for, for a pattern.
pub enum Needle<'a> {
    /// One of these.
    Literals(&'a Literals),
    /// A run.
    Run(&'a RunFinder),
}

/// Where a pattern's needle stands in a text, found beforehand.
#[derive(Clone, Copy)]
pub struct Along<'a> {
    /// In ascending order, in a larger text.
    pub places: &'a [Place],
    /// Where the text begins in the larger one.
    pub base: usize,
}

impl Along<'_> {
    /// The first place from `from` on, where a run has so many bytes at least; those before it are not asked for again.
    fn find(&mut self, text: &[u8], from: usize, min: usize) -> Option<usize> {
        while let [place, rest @ ..] = self.places {
            let start = place.start.saturating_sub(self.base).max(from);
            let end = place.end.saturating_sub(self.base).min(text.len());
            if start + min <= end {
                return Some(start);
            }
            self.places = rest;
        }
        None
    }
}

/// How far the linear engine is in a search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    /// It has not been asked about this text.
    Fresh,
    /// It has, and what it learnt is kept.
    Asked,
}

/// A search through one text: what it has learnt holds for the rest of the text.
pub struct Hunt<'a> {
    pattern: &'a Pattern,
    text: &'a [u8],
    /// Where the needle stands, if that is known.
    along: Option<Along<'a>>,
    /// Where the next place is that the whole text was tested for; beyond the text: nowhere.
    tested: Option<usize>,
    /// A stretch of the optional part's class, its end, and whether the end byte ends it.
    stretch: Option<(usize, usize, bool)>,
    linear: Engine,
}

impl<'a> Hunt<'a> {
    /// The first match from `from` on.
    pub fn find(&mut self, from: usize, searcher: &mut Searcher) -> Outcome {
        let pattern = self.pattern;
        match &pattern.guide {
            Guide::Nothing => self.find_anywhere(from, searcher),
            Guide::Prefix { there, .. } => self.find_at_needles(from, there, searcher),
            Guide::FirstRun(_) if pattern.linear.is_some() => self.find_at_needles(from, &There::Linear, searcher),
            Guide::FirstRun(_) => match self.needle(from) {
                Some(start) => searcher.find(&pattern.regex, self.text, start),
                None => Outcome::NoMatch,
            },
            Guide::Literal(_) | Guide::Run(_) => self.find_if_needle(from, searcher),
        }
    }

    /// The first place at `from` or later where the needle stands.
    fn needle(&mut self, from: usize) -> Option<usize> {
        match (&self.pattern.guide, &mut self.along) {
            (Guide::Prefix { .. } | Guide::Literal(_), Some(along)) => along.find(self.text, from, 0),
            (Guide::FirstRun(run) | Guide::Run(run), Some(along)) => along.find(self.text, from, run.min()),
            (Guide::Prefix { literals, .. } | Guide::Literal(literals), None) => literals.find(self.text, from),
            (Guide::FirstRun(run) | Guide::Run(run), None) => run.find(self.text, from),
            (Guide::Nothing, _) => Some(from),
        }
    }

    fn find_if_needle(&mut self, from: usize, searcher: &mut Searcher) -> Outcome {
        if self.tested.is_none_or(|place| place < from) {
            self.tested = Some(self.needle(from).unwrap_or(usize::MAX));
        }
        if self.tested == Some(usize::MAX) { Outcome::NoMatch } else { self.find_anywhere(from, searcher) }
    }

    /// Ask PCRE2, and where it would take long the linear engine.
    fn find_anywhere(&mut self, from: usize, searcher: &mut Searcher) -> Outcome {
        let Some(linear) = &self.pattern.linear else { return searcher.find(&self.pattern.regex, self.text, from) };
        if self.linear == Engine::Fresh {
            let limit = searcher.match_limit();
            searcher.limit(limit.min(PATIENCE));
            let outcome = searcher.find(&self.pattern.regex, self.text, from);
            searcher.limit(limit);
            if outcome != Outcome::OverLimit {
                return outcome;
            }
        }
        self.begin(linear, searcher);
        searcher.find_linear(linear, self.text, from)
    }

    fn begin(&mut self, linear: &Linear, searcher: &mut Searcher) {
        if self.linear == Engine::Fresh {
            self.linear = Engine::Asked;
            searcher.begin_linear(linear, self.text);
        }
    }

    /// The first match that begins where the needle does.
    fn find_at_needles(&mut self, from: usize, there: &There, searcher: &mut Searcher) -> Outcome {
        let mut from = from;
        while let Some(start) = self.needle(from) {
            let outcome = self.ask(there, start, searcher);
            if outcome != Outcome::NoMatch {
                return outcome;
            }
            from = start + 1;
        }
        Outcome::NoMatch
    }

    fn ask(&mut self, there: &There, start: usize, searcher: &mut Searcher) -> Outcome {
        match (there, &self.pattern.linear) {
            (There::Linear, Some(linear)) => {
                self.begin(linear, searcher);
                searcher.match_linear(linear, self.text, start)
            }
            (There::Linear, None) => searcher.find(&self.pattern.regex, self.text, start),
            (There::Pcre2(anchored), _) => {
                let regex = match &anchored.without {
                    Some(without) if !self.part_may_match(without, start) => &without.regex,
                    _ => &anchored.regex,
                };
                searcher.find(regex, self.text, start)
            }
        }
    }

    /// Whether the end byte of the optional part comes before its class ends. Each stretch is walked once.
    fn part_may_match(&mut self, without: &Without, start: usize) -> bool {
        let begin = start + without.offset;
        if let Some((first, end, may_match)) = self.stretch
            && (first..=end).contains(&begin)
        {
            return may_match;
        }
        let rest = self.text.get(begin..).unwrap_or_default();
        let goes_on = |byte: &u8| *byte != without.end && without.table[usize::from(*byte)];
        let length = rest.iter().take_while(|byte| goes_on(byte)).count();
        let may_match = rest.get(length) == Some(&without.end);
        self.stretch = Some((begin, begin + length, may_match));
        may_match
    }
}

/// Where the search for a further match goes on after one.
pub fn after(text: &[u8], from: usize, end: usize) -> usize {
    if end > from {
        return end;
    }
    // A match without length: on by one character, so that none is found twice.
    let mut next = from + 1;
    while text.get(next).is_some_and(|byte| byte & 0xC0 == 0x80) {
        next += 1;
    }
    next
}
