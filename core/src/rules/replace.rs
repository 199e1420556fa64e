//! Rewriting of an event before its rules run, with the way back to the places of the original.

use std::ops::Range;

use memchr::memmem;

use super::pattern::{Hunt, Pattern, after};
use super::pcre2::{Outcome, Searcher};
use super::rule::OverLimit;
use super::template::Template;

/// A rewritten event longer than this, and than four times the event, is left as it was, and counted.
const LIMIT_BYTES: usize = 4 * 65536;

enum Input {
    Literal(Box<memmem::Finder<'static>>),
    Regex(Box<Pattern>),
}

/// One Replace rule.
pub struct Replace {
    input: Input,
    output: Template,
}

impl Replace {
    /// Compile; the error says what is wrong.
    pub fn new(input: &str, output: &str) -> Result<Replace, String> {
        let pattern = Pattern::new(input, false)?;
        let output = Template::new(output, pattern.groups())?;
        let input = match literal_of(input) {
            Some(literal) if output.is_plain() => Input::Literal(Box::new(memmem::Finder::new(&literal).into_owned())),
            _ => Input::Regex(Box::new(pattern)),
        };
        Ok(Replace { input, output })
    }

    /// How many capture groups.
    pub fn groups(&self) -> usize {
        match &self.input {
            Input::Literal(_) => 0,
            Input::Regex(pattern) => pattern.groups(),
        }
    }

    /// Whether a search may take far longer than its text is long.
    pub fn may_stall(&self) -> bool {
        matches!(&self.input, Input::Regex(pattern) if pattern.may_stall())
    }

    /// Write the text with every match replaced into `out`, and where it moved into `moves`. False: nothing to replace.
    fn apply(
        &self,
        text: &[u8],
        searcher: &mut Searcher,
        out: &mut Vec<u8>,
        moves: &mut Moves,
    ) -> Result<bool, OverLimit> {
        let limit = LIMIT_BYTES.max(text.len().saturating_mul(4));
        let (mut from, mut copied) = (0, 0);
        let mut hunt = self.hunt(text);
        out.clear();
        moves.0.clear();
        while let Some(found) = hunt.find(from, searcher)? {
            out.extend_from_slice(&text[copied..found.start]);
            let start = out.len();
            self.output.write(text, searcher, out);
            moves.0.push(Move { new: start..out.len(), old: found.clone() });
            if out.len() > limit {
                return Err(OverLimit);
            }
            copied = found.end;
            from = after(text, from, found.end);
        }
        out.extend_from_slice(&text[copied..]);
        Ok(!moves.0.is_empty())
    }

    fn hunt<'a>(&'a self, text: &'a [u8]) -> InputHunt<'a> {
        match &self.input {
            Input::Literal(finder) => InputHunt::Literal(finder, text),
            Input::Regex(pattern) => InputHunt::Regex(pattern.hunt(text)),
        }
    }
}

/// A search for one input through one text.
enum InputHunt<'a> {
    Literal(&'a memmem::Finder<'static>, &'a [u8]),
    Regex(Hunt<'a>),
}

impl InputHunt<'_> {
    fn find(&mut self, from: usize, searcher: &mut Searcher) -> Result<Option<Range<usize>>, OverLimit> {
        match self {
            InputHunt::Literal(finder, text) => {
                let found = text.get(from..).and_then(|rest| finder.find(rest)).map(|place| from + place);
                Ok(found.map(|place| place..place + finder.needle().len()))
            }
            InputHunt::Regex(hunt) => match hunt.find(from, searcher) {
                Outcome::Match => Ok(searcher.group(0)),
                Outcome::NoMatch | Outcome::Partial(_) => Ok(None),
                Outcome::OverLimit => Err(OverLimit),
            },
        }
    }
}

/// The text that a regex without anything special in it matches; `None` for any other.
fn literal_of(regex: &str) -> Option<Vec<u8>> {
    let mut literal = Vec::new();
    let mut bytes = regex.bytes();
    while let Some(byte) = bytes.next() {
        let plain = match byte {
            b'\\' => bytes.next().filter(u8::is_ascii_punctuation)?,
            b'^' | b'$' | b'.' | b'[' | b'|' | b'(' | b')' | b'?' | b'*' | b'+' | b'{' => return None,
            _ => byte,
        };
        literal.push(plain);
    }
    (literal.is_ascii() && !literal.is_empty()).then_some(literal)
}

/// One replacement: where its text stands now, and what stood there.
#[derive(Clone, Debug)]
struct Move {
    new: Range<usize>,
    old: Range<usize>,
}

/// What one Replace rule moved, in order.
#[derive(Clone, Debug, Default)]
struct Moves(Vec<Move>);

impl Moves {
    /// The place in the text before; a place within a replacement is all that was replaced.
    fn before(&self, place: Range<usize>) -> Range<usize> {
        self.start_before(place.start)..self.end_before(place.end)
    }

    fn start_before(&self, start: usize) -> usize {
        match self.0[..self.0.partition_point(|moved| moved.new.start <= start)].last() {
            None => start,
            Some(moved) if start < moved.new.end => moved.old.start,
            Some(moved) => start - moved.new.end + moved.old.end,
        }
    }

    fn end_before(&self, end: usize) -> usize {
        match self.0[..self.0.partition_point(|moved| moved.new.start < end)].last() {
            None => end,
            Some(moved) if end <= moved.new.end => moved.old.end,
            Some(moved) => end - moved.new.end + moved.old.end,
        }
    }
}

/// An event as its Replace rules leave it; kept and used again for the next event.
#[derive(Default)]
pub struct Rewritten {
    text: Vec<u8>,
    spare: Vec<u8>,
    moves: Vec<Moves>,
    applied: usize,
}

impl Rewritten {
    /// Forget the last event.
    pub fn clear(&mut self) {
        self.applied = 0;
    }

    /// Let a Replace rule rewrite the event; on error the event stays as it was.
    pub fn apply(&mut self, replace: &Replace, event: &[u8], searcher: &mut Searcher) -> Result<bool, OverLimit> {
        if self.moves.len() == self.applied {
            self.moves.push(Moves::default());
        }
        let text = if self.applied == 0 { event } else { &self.text };
        let changed = replace.apply(text, searcher, &mut self.spare, &mut self.moves[self.applied])?;
        if changed {
            std::mem::swap(&mut self.text, &mut self.spare);
            self.applied += 1;
        }
        Ok(changed)
    }

    /// The text as it is now.
    pub fn text<'a>(&'a self, event: &'a [u8]) -> &'a [u8] {
        if self.applied == 0 { event } else { &self.text }
    }

    /// Where this place of the text stands in the event.
    pub fn original(&self, place: Range<usize>) -> Range<usize> {
        self.moves[..self.applied].iter().rev().fold(place, |place, moves| moves.before(place))
    }
}
