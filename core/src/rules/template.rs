//! Texts over a regex's groups: `\1/\2`.

use super::pcre2::Searcher;
use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    Group(usize),
}

/// A text in which `\0` to `\9` stand for groups and `\\` for a backslash; any other backslash stands for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

impl Template {
    /// Read; a group that the regex does not have is an error.
    pub fn new(text: &str, groups: usize) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut plain = Vec::new();
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match (byte, bytes.peek().copied()) {
                (b'\\', Some(digit @ b'0'..=b'9')) => {
                    bytes.next();
                    let group = usize::from(digit - b'0');
                    if group > groups {
                        return Err(format!("`\\{group}` asks for a group that the regex has not; it has {groups}"));
                    }
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Group(group));
                }
                (b'\\', Some(b'\\')) => {
                    bytes.next();
                    plain.push(b'\\');
                }
                _ => plain.push(byte),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Template(pieces))
    }

    /// Append the text for the last match in `text`; a group that took no part is empty.
    pub fn write(&self, text: &[u8], searcher: &Searcher, out: &mut Vec<u8>) {
        for piece in &self.0 {
            match piece {
                Piece::Text(plain) => out.extend_from_slice(plain),
                Piece::Group(group) => out.extend(searcher.group(*group).map_or(&[][..], |place| &text[place])),
            }
        }
    }

    /// Whether no group stands in it.
    pub fn is_plain(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Text(_)))
    }

    /// From the first to the last byte of the last match's groups that it names.
    pub fn place(&self, searcher: &Searcher) -> Option<Range<usize>> {
        let groups = self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Group(group) => searcher.group(*group),
        });
        groups.reduce(|all, group| all.start.min(group.start)..all.end.max(group.end))
    }
}

#[cfg(test)]
mod tests {
    use super::super::pcre2::{Options, Outcome, Regex};
    use super::*;

    fn written(template: &str, pattern: &str, text: &[u8]) -> Vec<u8> {
        let regex = Regex::new(pattern, Options::default()).unwrap();
        let mut searcher = Searcher::new(regex.groups(), 1000);
        assert_eq!(searcher.find(&regex, text, 0), Outcome::Match);
        let mut out = Vec::new();
        Template::new(template, regex.groups()).unwrap().write(text, &searcher, &mut out);
        out
    }

    #[test]
    fn groups_are_put_in_and_other_text_stays() {
        assert_eq!(written(r"http://\1/\2", r"host=(\S+) path=(\S+)", b"host=a.example path=x"), b"http://a.example/x");
        assert_eq!(written(r"\\1 \n \0", "b", b"abc"), br"\1 \n b");
        assert_eq!(written(r"<\1>", "(x)?b", b"abc"), b"<>");
    }

    #[test]
    fn a_group_that_is_not_there_is_an_error() {
        assert!(Template::new(r"\2", 1).unwrap_err().contains("it has 1"));
    }
}
