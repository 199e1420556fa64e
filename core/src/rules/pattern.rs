//! A regex as a profile uses it: found from some place on, never past a limit, with the cheap test before it.

use super::pcre2::{Options, Outcome, Regex, Searcher};

/// A regex with what is known about its matches.
pub struct Pattern {
    regex: Regex,
}

impl Pattern {
    /// Compile; the error is PCRE2's word on the pattern.
    pub fn new(pattern: &str, caseless: bool) -> Result<Pattern, String> {
        let regex = Regex::new(pattern, Options { caseless, ..Options::default() })?;
        Ok(Pattern { regex })
    }

    /// How many capture groups.
    pub fn groups(&self) -> usize {
        self.regex.groups()
    }

    /// Whether there is something cheap to go by.
    pub fn is_filtered(&self) -> bool {
        false
    }

    /// The first match from `from` on.
    pub fn find(&self, text: &[u8], from: usize, searcher: &mut Searcher) -> Outcome {
        searcher.find(&self.regex, text, from)
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
