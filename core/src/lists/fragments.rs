//! Fragments: substrings and regexes, each of a list, held against a value.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use aho_corasick::AhoCorasick;

use crate::rules::pcre2::{self, Options, Outcome, Searcher};

/// How many steps a regex may take on one value.
const MATCH_LIMIT: u32 = 10_000;
/// No name, address or digest is longer; of a longer value, this much is looked at.
const LONGEST: usize = 4096;

/// A regex and its list.
pub struct Regex {
    /// The list's name.
    pub list: String,
    /// As PCRE2 reads it.
    pub pattern: String,
    /// Letters match in either case.
    pub caseless: bool,
}

/// Fragments of lists, compiled once.
pub struct Fragments {
    lists: Vec<String>,
    texts: Option<AhoCorasick>,
    regexes: Vec<Compiled>,
    searcher: Mutex<Searcher>,
}

struct Compiled {
    list: String,
    regex: pcre2::Regex,
    over_limit: AtomicU64,
}

impl Fragments {
    /// Compile substrings, (list, text) each, and regexes; the error names the list.
    pub fn new(texts: Vec<(String, String)>, regexes: Vec<Regex>) -> Result<Fragments, String> {
        let (lists, texts): (Vec<String>, Vec<String>) = texts.into_iter().filter(|(_, text)| !text.is_empty()).unzip();
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&texts);
        let automaton = automaton.map_err(|error| format!("too many substrings: {error}"))?;
        let regexes: Vec<Compiled> = regexes.into_iter().map(compiled).collect::<Result<_, _>>()?;
        let groups = regexes.iter().map(|one| one.regex.groups()).max().unwrap_or(0);
        Ok(Fragments {
            lists,
            texts: (!texts.is_empty()).then_some(automaton),
            regexes,
            searcher: Mutex::new(Searcher::new(groups, MATCH_LIMIT)),
        })
    }

    /// Name the list of every fragment that this value holds; one that holds several may be named several times.
    pub fn within<'a>(&'a self, value: &[u8], mut name: impl FnMut(&'a str)) {
        let value = &value[..value.len().min(LONGEST)];
        for found in self.texts.iter().flat_map(|texts| texts.find_overlapping_iter(value)) {
            name(&self.lists[found.pattern().as_usize()]);
        }
        if self.regexes.is_empty() {
            return;
        }
        // What a thread that panicked left behind is memory to be written over.
        let mut searcher = self.searcher.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        for one in &self.regexes {
            match searcher.find(&one.regex, value, 0) {
                Outcome::Match => name(&one.list),
                Outcome::OverLimit => {
                    one.over_limit.fetch_add(1, Ordering::Relaxed);
                }
                Outcome::NoMatch | Outcome::Partial(_) => {}
            }
        }
    }

    /// How often a regex of each list was stopped at its limits, where one was.
    pub fn over_limit(&self) -> HashMap<&str, u64> {
        let mut times = HashMap::new();
        for one in &self.regexes {
            let own = one.over_limit.load(Ordering::Relaxed);
            if own > 0 {
                *times.entry(one.list.as_str()).or_default() += own;
            }
        }
        times
    }
}

fn compiled(regex: Regex) -> Result<Compiled, String> {
    let Regex { list, pattern, caseless } = regex;
    match pcre2::Regex::new(&pattern, Options { caseless, ..Options::default() }) {
        Ok(regex) => Ok(Compiled { list, regex, over_limit: AtomicU64::new(0) }),
        Err(error) => Err(format!("{list}: {pattern}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragments(texts: &[(&str, &str)], regexes: &[(&str, &str)]) -> Fragments {
        let texts = texts.iter().map(|(list, text)| (list.to_string(), text.to_string())).collect();
        let regex = |(list, pattern): &(&str, &str)| Regex {
            list: list.to_string(),
            pattern: pattern.to_string(),
            caseless: true,
        };
        Fragments::new(texts, regexes.iter().map(regex).collect()).unwrap()
    }

    fn within(fragments: &Fragments, value: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        fragments.within(value, |name| names.push(name.to_owned()));
        names.sort();
        names
    }

    #[test]
    fn every_list_with_a_fragment_in_the_value_is_named() {
        let all = fragments(
            &[("mail", "@throwaway.example"), ("sites", "AWAY.example"), ("none", "")],
            &[("contacts", "^(abuse|noc)@")],
        );

        assert_eq!(within(&all, b"noc@throwaway.example"), ["contacts", "mail", "sites"]);
        assert_eq!(within(&all, b"away.example"), ["sites"]);
        assert_eq!(within(&all, b"a.noc@b.example"), [""; 0]);
        assert_eq!(within(&fragments(&[], &[]), b"a"), [""; 0]);
    }

    #[test]
    fn a_regex_that_backtracks_for_ever_is_stopped_and_counted() {
        let all = fragments(&[], &[("hostile", "(a+)+$"), ("quick", "^b")]);

        assert_eq!(within(&all, &[&b"a".repeat(60)[..], b"!"].concat()), [""; 0]);
        assert_eq!(all.over_limit(), HashMap::from([("hostile", 1)]));
    }

    #[test]
    fn a_regex_that_does_not_compile_is_named() {
        let regex = Regex { list: "broken".into(), pattern: "[".into(), caseless: false };

        assert!(Fragments::new(Vec::new(), vec![regex]).is_err_and(|error| error.starts_with("broken: [: ")));
    }
}
