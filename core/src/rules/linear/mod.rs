//! An engine for the common subset of regexes: PCRE2's matches, in time that grows with the text alone.
//!
//! A regex within the subset has no look-around, no back reference and no word boundary; what it repeats takes at least
//! one character, and what is atomic in it has one way only. What its characters and classes match, PCRE2 is asked.

mod compile;
mod first;
mod machine;
mod names;
mod numbers;
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

#[cfg(test)]
mod tests {
    use super::super::pcre2::{Options, Outcome, Regex, Searcher};
    use super::super::syntax::parse;
    use super::*;

    /// Where the matches of a regex stand, one behind the other, groups and all.
    fn matches(regex: &str, text: &[u8], caseless: bool, by_pcre2: bool) -> Vec<Vec<Option<std::ops::Range<usize>>>> {
        let options = Options { caseless, ..Options::default() };
        let (pcre2, node) = (Regex::new(regex, options).unwrap(), parse(regex, caseless).unwrap());
        let linear = Linear::new(regex, &node, caseless).expect("a regex of the subset");
        let mut searcher = Searcher::new(pcre2.groups(), u32::MAX);
        searcher.begin_linear(&linear, text);
        let (mut from, mut found) = (0, Vec::new());
        loop {
            let outcome =
                if by_pcre2 { searcher.find(&pcre2, text, from) } else { searcher.find_linear(&linear, text, from) };
            if outcome != Outcome::Match {
                assert_eq!(outcome, Outcome::NoMatch);
                return found;
            }
            found.push((0..=pcre2.groups()).map(|number| searcher.group(number)).collect());
            from = searcher.group(0).unwrap().end;
        }
    }

    const NAME: &str = r"(?:(?:[a-z\x{e0}-\x{ffff}]-*)*[a-z\x{e0}-\x{ffff}]+)(?:\.(?:[a-z\x{e0}-\x{ffff}]-*)*[a-z\x{e0}-\x{ffff}]+)*(?:\.(?:[a-z\x{e0}-\x{ffff}]{2,}+))";

    #[test]
    fn every_match_is_pcre2s() {
        let cases: [(&str, &[u8]); 20] = [
            // A run that begins where the text does.
            (".*.", b"1ab"),
            ("[^k]*(.)1", b"111"),
            ("^\n*\n", b"\n"),
            // What takes so many at most may have its byte behind it.
            ("-|.?\0\0", b"\0\0\0\0\0\x01"),
            ("(.?)aa", b"aaaaab"),
            (r"([ab]{1,3})b+", b"aabbbbb abbb"),
            (r"\d{0,2}\d5", b"1255 555 5555"),
            (r"(?:[a-z]{1,2}x){2}x", b"axxxxxxx"),
            (r".{2}.?/", b"a/// ////"),
            // What is taken for good may leave nothing for what must come behind it; beyond its set there is something.
            (r"\S+(?::\S*)?+@", b"a:b@a:@ a@:b@ :@@: @a@ a:\xff@"),
            (r"\S+(?::[^@\s]*)?+@", b"a:b@a:@ a@:b@ :@@: @a@ a:\xff@"),
            (r"\S+(?:@\S*)?+@?b", b"a@b@b ab@ab @@b b"),
            (r"(?:\S+(?::[\w:]*)?+(?:@|$|:))+", b"a:b@a:@ a@:b@ :@@: @a@ a:b"),
            // Numbers are cut off, not left, where the last one goes on.
            (
                r"a=(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:$|\s)",
                b"a=1.22.333.4 a=1.2.3.4444 a=1.2.3.4.5 a=1.2.3 a=255.255.255.255",
            ),
            (r"\d{1,3}\.\d{1,3}\.\d{1,3}5?", b"1.22.3335 1.22.35 1.2222.3 12.1.1.1.1 1.\xd9\xa1.2"),
            (r"[0-9k]{2}+-[0-9k]{2}+0?", "k0-0k0 kk-kkk \u{212A}\u{212A}-11 0k-\u{212A}0".as_bytes()),
            // A name ends with the last label that begins with so many characters.
            (NAME, b"a.b.cd a.bc.d a.bc.d-e a.bc.de-.fg a--b.c--d.ef--.gh a..bc .a.bc -a.bc a-.bc a.b.c abc a.bc"),
            (
                NAME,
                "é.bé a-é.bc.é\u{fffe} é--é.éé-\u{10000}.cd a.\u{10000}bc x.é\u{a0}.yz \u{17F}.\u{212A}K".as_bytes(),
            ),
            (NAME, b"\xc3.ab a\xc3.bc a.b\xc3\xa9.c\xa9d a.bc\xff.de a.bcd-\xe2\x82.ef"),
            (&format!("(?:{NAME})x?(?:,(?:{NAME})+,?)*"), b"a.bcx,a.cdx,,a.b.ef,x a.bc,de.fg"),
        ];
        for (regex, text) in cases {
            for caseless in [false, true] {
                let [linear, alone] = [false, true].map(|by_pcre2| matches(regex, text, caseless, by_pcre2));

                assert_eq!(linear, alone, "{regex:?}");
                assert!(!alone.is_empty(), "{regex:?}");
            }
        }
    }
}
