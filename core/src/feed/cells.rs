//! Cells: one line of a table, cut at its delimiters, with quotes taken off.

use std::ops::Range;

/// Longer cells, and so some longer lines, are not CSV to Python's reader.
const LONGEST_LINE: usize = 131_072;

/// The cells of a line, used again for the next.
#[derive(Default)]
pub struct Cells {
    unquoted: Vec<u8>,
    ranges: Vec<Range<usize>>,
}

impl Cells {
    /// Cut a line without its line break, as Python's `csv.reader` does with `skipinitialspace`.
    pub fn cut<'a>(&'a mut self, line: &'a [u8], delimiter: u8) -> Cut<'a> {
        self.ranges.clear();
        if line.len() > LONGEST_LINE || memchr::memchr(b'\r', line).is_some() {
            return Cut::Odd;
        }
        if memchr::memchr(b'"', line).is_none() {
            self.cut_unquoted(line, delimiter);
            return self.cut_text(line);
        }
        match self.cut_quoted(line, delimiter) {
            Some(()) => self.cut_text(&self.unquoted),
            None => Cut::Odd,
        }
    }

    fn cut_text<'a>(&'a self, text: &'a [u8]) -> Cut<'a> {
        std::str::from_utf8(text).map_or(Cut::NotText, |text| Cut::Whole(Record { text, ranges: &self.ranges }))
    }

    fn cut_unquoted(&mut self, line: &[u8], delimiter: u8) {
        let mut start = 0;
        for end in memchr::memchr_iter(delimiter, line).chain([line.len()]) {
            let blanks = line[start..end].iter().take_while(|byte| **byte == b' ').count();
            self.ranges.push(start + blanks..end);
            start = end + 1;
        }
    }

    fn cut_quoted(&mut self, line: &[u8], delimiter: u8) -> Option<()> {
        self.unquoted.clear();
        let mut at = 0;
        loop {
            let start = self.unquoted.len();
            at += line[at..].iter().take_while(|byte| **byte == b' ').count();
            if line.get(at) == Some(&b'"') {
                at = self.take_quoted(line, at + 1)?;
            }
            // What stands behind the closing quote belongs to the cell as it is.
            let end = memchr::memchr(delimiter, &line[at..]).map_or(line.len(), |found| at + found);
            self.unquoted.extend_from_slice(&line[at..end]);
            self.ranges.push(start..self.unquoted.len());
            if end == line.len() {
                return Some(());
            }
            at = end + 1;
        }
    }

    /// Take what stands within quotes; returns the place behind the closing one.
    fn take_quoted(&mut self, line: &[u8], mut at: usize) -> Option<usize> {
        loop {
            let quote = at + memchr::memchr(b'"', &line[at..])?;
            self.unquoted.extend_from_slice(&line[at..quote]);
            if line.get(quote + 1) != Some(&b'"') {
                return Some(quote + 1);
            }
            self.unquoted.push(b'"');
            at = quote + 2;
        }
    }
}

/// What a line is.
pub enum Cut<'a> {
    /// One record.
    Whole(Record<'a>),
    /// One record, with bytes that are no UTF-8.
    NotText,
    /// More or less than one record, or none that Python's reader takes.
    Odd,
}

/// One record of a table.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    text: &'a str,
    ranges: &'a [Range<usize>],
}

impl<'a> Record<'a> {
    /// The cell of this column; empty where the record is too short.
    pub fn cell(self, position: usize) -> &'a str {
        self.ranges.get(position).map_or("", |range| &self.text[range.clone()])
    }

    pub fn cells(self) -> impl Iterator<Item = &'a str> {
        self.ranges.iter().map(move |range| &self.text[range.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(line: &[u8]) -> Result<Vec<String>, &'static str> {
        match Cells::default().cut(line, b',') {
            Cut::Whole(record) => Ok(record.cells().map(str::to_owned).collect()),
            Cut::NotText => Err("not text"),
            Cut::Odd => Err("odd"),
        }
    }

    #[test]
    fn a_line_is_cut_as_pythons_reader_does() {
        for (line, expected) in [
            ("a,b", &["a", "b"][..]),
            ("a,", &["a", ""]),
            ("  a ,  b", &["a ", "b"]),
            ("a\"b,c", &["a\"b", "c"]),
            ("\"a,b\",c", &["a,b", "c"]),
            ("\"a\"\"b\" , \"c\"d\"", &["a\"b ", "cd\""]),
            ("\"\",\"\"", &["", ""]),
        ] {
            assert_eq!(cut(line.as_bytes()).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn an_open_quote_a_return_within_and_a_line_without_end_are_odd() {
        for line in ["\"a,b", "a,\"b\"\"", "a\rb", &"a".repeat(200_000)] {
            assert_eq!(cut(line.as_bytes()), Err("odd"));
        }
        assert_eq!(cut(b"a,\xff"), Err("not text"));
    }
}
