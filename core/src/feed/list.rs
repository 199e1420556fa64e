//! Reads the lines of a plain list into prepared rows, on all threads.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::context::put_string;
use super::table::{ReadLines, stretches};
use super::texts::{is_blank, stripped};
use crate::index::{Prepared, Row, RowKind, RowScope};
use crate::normalise::AddressRange;

const SINKHOLES: [&str; 4] = ["0.0.0.0", "127.0.0.1", "::", "::1"];
/// Of a line that is refused, no more than this is shown.
const LONGEST_SHOWN: usize = 80;

/// Reads one list: a value opens each line, whatever follows a blank is its context.
pub struct ListReader {
    /// The kind of all values.
    pub kind: RowKind,
    /// How far they reach.
    pub scope: RowScope,
    /// Their facts.
    pub facts: u64,
    /// What a line begins with that is a comment.
    pub comments: Vec<String>,
    /// What begins a comment behind a blank; empty where nothing does.
    pub comment_behind: String,
}

/// What one thread made of a stretch.
#[derive(Default)]
struct Done {
    prepared: Prepared,
    records: usize,
    comments: usize,
}

impl ListReader {
    /// Read whole lines, the first of which has this number; all are read.
    pub fn read(&self, lines: &[u8], first: usize) -> ReadLines {
        let mut numbered = Vec::new();
        let mut number = first;
        for stretch in stretches(lines) {
            numbered.push((number, stretch));
            number += memchr::memchr_iter(b'\n', stretch).count();
        }
        let reading = numbered.into_par_iter().map(|(number, stretch)| self.stretch(stretch, number));
        let mut read = ReadLines { end: lines.len(), ..ReadLines::default() };
        for done in reading.collect::<Vec<Done>>() {
            read.records += done.records;
            read.comments += done.comments;
            read.prepared.push(done.prepared);
        }
        read
    }

    fn stretch(&self, stretch: &[u8], first: usize) -> Done {
        let (mut done, mut context) = (Done::default(), Vec::new());
        let (mut at, mut number) = (0, first);
        while at < stretch.len() {
            let end = memchr::memchr(b'\n', &stretch[at..]).map_or(stretch.len(), |found| at + found);
            self.line(&stretch[at..end], number, &mut context, &mut done);
            at = end + 1;
            number += 1;
        }
        done
    }

    fn line(&self, line: &[u8], number: usize, context: &mut Vec<u8>, done: &mut Done) {
        let Ok(text) = std::str::from_utf8(line) else {
            // A comment may hold what it likes.
            if !self.passes_over(stripped(&String::from_utf8_lossy(line)), done) {
                done.records += 1;
                done.prepared.refuse(number, "bytes that are no UTF-8".to_owned());
            }
            return;
        };
        let record = stripped(text);
        if record.is_empty() || self.passes_over(record, done) {
            return;
        }
        done.records += 1;
        context.clear();
        let (value, columns) = self.value(record);
        let mut columns = columns.split(is_blank).filter(|column| !column.is_empty()).peekable();
        if columns.peek().is_some() {
            if SINKHOLES.contains(&value) {
                let shown: String = record.chars().take(LONGEST_SHOWN).collect();
                let why = format!("`{shown}` looks like a line of a hosts file, which is not a plain list");
                return done.prepared.refuse(number, why);
            }
            put_columns(columns, context);
        }
        let (first_seen, last_seen, valid_until) = (None, None, None);
        let (kind, scope, facts, value) = (self.kind, self.scope, self.facts, value.as_bytes());
        done.prepared.add(&Row { kind, value, scope, facts, first_seen, last_seen, valid_until, context }, number);
    }

    fn passes_over(&self, record: &str, done: &mut Done) -> bool {
        let is_comment = self.comments.iter().any(|comment| record.starts_with(comment));
        done.comments += usize::from(is_comment);
        is_comment
    }

    /// The first word, or the range that the record begins with; and all that follows.
    fn value<'a>(&self, record: &'a str) -> (&'a str, &'a str) {
        let (value, rest) = first_word(record);
        if rest.is_empty() {
            return (value, rest);
        }
        let record = self.without_comment(record);
        let (value, rest) = first_word(record);
        let (dash, behind) = first_word(rest.trim_start_matches(is_blank));
        let (last, more) = first_word(behind.trim_start_matches(is_blank));
        let range = &record[..record.len() - more.len()];
        if dash == "-" && !last.is_empty() && AddressRange::parse(range.as_bytes()).is_some() {
            return (range, more);
        }
        (value, rest)
    }

    fn without_comment<'a>(&self, record: &'a str) -> &'a str {
        if self.comment_behind.is_empty() {
            return record;
        }
        let blanks = record.bytes().enumerate().filter(|(_, byte)| matches!(byte, b' ' | b'\t'));
        let mut begins = blanks.filter(|(at, _)| record[at + 1..].starts_with(&self.comment_behind));
        begins.next().map_or(record, |(at, _)| &record[..at])
    }
}

/// Up to the first blank, and from there.
fn first_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(is_blank).unwrap_or(text.len()))
}

fn put_columns<'a>(columns: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"columns\":[");
    for (position, column) in columns.enumerate() {
        if position > 0 {
            out.push(b',');
        }
        put_string(column.as_bytes(), out);
    }
    out.extend_from_slice(b"]}");
}
