//! Finds where events begin within a line, in text that may still be arriving.

use super::Line;
use crate::rules::pcre2::{Options, Outcome, Regex, Searcher};

/// How far beyond the limit a delimiter may reach and still cut a frame at or before it.
pub(super) const LOOK_AHEAD: usize = 1024;
/// How far before a frame that was cut at the limit the search for delimiters goes on.
pub(super) const LOOK_BACK: usize = 256;
const MATCH_LIMIT: u32 = 100_000;

/// A regex of an event's start, over bytes.
pub struct Delimiter {
    regex: Regex,
    searcher: Searcher,
}

/// What is known of the next cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextCut {
    /// Before this place; the search goes on after the match.
    At { place: usize, after: usize },
    /// There is none in the text.
    None,
    /// More text could make one.
    Unknown,
}

impl Delimiter {
    /// Compile; the error is PCRE2's word on the pattern.
    pub fn new(pattern: &str) -> Result<Delimiter, String> {
        let regex = Regex::new(pattern, Options { bytes: true, partial: true, ..Options::default() })?;
        let searcher = Searcher::new(regex.groups(), MATCH_LIMIT);
        Ok(Delimiter { regex, searcher })
    }

    /// How many bytes before a search must be kept for it to be the same as over the whole line.
    ///
    /// One more than the regex looks at, so that a line's middle never looks like its beginning.
    pub(super) fn look_behind(&self) -> usize {
        self.regex.look_behind() + 1
    }

    /// The next cut beyond the beginning of the line's frame. `settled`: nothing beyond `block` is to be waited for.
    pub(super) fn next_cut(&mut self, block: &[u8], line: &mut Line, settled: bool) -> NextCut {
        loop {
            match self.find(block, line, settled) {
                Outcome::Match => {
                    let cut @ NextCut::At { place, after } = self.cut(line) else { return NextCut::None };
                    if place > line.start {
                        return cut;
                    }
                    line.search = after;
                    continue;
                }
                // A search that takes too long finds nothing: the line break or the limit cuts then.
                Outcome::NoMatch | Outcome::OverLimit if settled => return NextCut::None,
                Outcome::NoMatch => line.search = block.len(),
                Outcome::Partial(from) => line.search = line.search.max(line.origin + from),
                Outcome::OverLimit => {}
            }
            if !settled {
                return NextCut::Unknown;
            }
        }
    }

    fn find(&mut self, block: &[u8], line: &Line, settled: bool) -> Outcome {
        let (text, from) = (&block[line.origin..], line.search - line.origin);
        if settled {
            self.searcher.find_within(&self.regex, text, from, line.whole)
        } else {
            self.searcher.find_stable(&self.regex, text, from, line.whole)
        }
    }

    fn cut(&self, line: &Line) -> NextCut {
        let Some(found) = self.searcher.group(0) else { return NextCut::None };
        let place = self.searcher.group(1).map_or(found.start, |group| group.start);
        let after = (line.origin + found.end).max(line.search + usize::from(found.is_empty()));
        NextCut::At { place: line.origin + place, after }
    }
}
