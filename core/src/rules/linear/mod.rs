//! An engine for the common subset of regexes: PCRE2's matches, in time that grows with the text alone.
//!
//! A regex within the subset has no look-around, no back reference and no word boundary; what it repeats takes at least
//! one character, and what is atomic in it has one way only. What its characters and classes match, PCRE2 is asked.

mod compile;
mod first;
mod machine;
mod program;
mod set;

pub use machine::{Answer, Machine};
use program::Program;

use super::syntax::Node;

/// A regex of the subset.
pub struct Linear(Program);

impl Linear {
    /// `None` where the regex is not of the subset.
    pub fn new(pattern: &str, node: &Node, caseless: bool) -> Option<Linear> {
        compile::compile(pattern, node, caseless).map(Linear)
    }

    /// How many capture groups.
    pub fn groups(&self) -> usize {
        self.0.slots / 2 - 1
    }

    /// Begin with another text.
    pub fn begin(&self, text: &[u8], machine: &mut Machine) {
        machine.begin(&self.0, text);
    }

    /// The match that begins at `start`.
    pub fn match_at(&self, text: &[u8], start: usize, machine: &mut Machine) -> Answer {
        machine.match_at(&self.0, text, start)
    }

    /// The first match that begins at `from` or later.
    pub fn find(&self, text: &[u8], from: usize, machine: &mut Machine) -> Answer {
        for start in from..text.len() {
            if !self.0.starts.holds(text, start) || set::char_at(text, start).is_none() {
                continue;
            }
            let answer = self.match_at(text, start, machine);
            if answer != Answer::NoMatch {
                return answer;
            }
        }
        Answer::NoMatch
    }
}
