//! Reads the lines of a table into prepared rows, on all threads.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::cells::{Cells, Cut, Record};
use super::columns::{Columns, Fault, Words};
use super::context::put_object;
use super::remembered::{Asking, Learned, Remembered, settled};
use super::texts::{is_nothing, stripped};
use crate::index::{Prepared, Row, RowScope};

/// What threads are given at once.
const STRETCH_BYTES: usize = 128 * 1024;
/// Feed, category, confidence, tags and TLP.
const MOST_FACTS: usize = 5;

/// What came of some lines. Places of refusals are numbers of lines.
#[derive(Default)]
pub struct ReadLines {
    /// The rows, in order.
    pub prepared: Vec<Prepared>,
    /// Lines that hold something, refused ones included.
    pub records: usize,
    /// Lines that are comments, where these are counted.
    pub comments: usize,
    /// Where reading ended: at the end, or before a line that is not one whole record.
    pub end: usize,
}

/// Reads one table.
pub struct TableReader {
    columns: Columns,
    remembered: Remembered,
    /// Where one line is odd others are near: what lies behind it is not read in vain.
    stopped: bool,
}

impl TableReader {
    /// Begin.
    pub fn new(columns: Columns) -> Result<TableReader, String> {
        if columns.values.iter().any(|column| column.facts.len() > MOST_FACTS) {
            return Err(format!("facts are told by at most {MOST_FACTS} columns"));
        }
        Ok(TableReader { columns, remembered: Remembered::default(), stopped: false })
    }

    /// Read whole lines, the first of which has this number.
    pub fn read(&mut self, lines: &[u8], first: usize, words: &dyn Words) -> Result<ReadLines, Fault> {
        let mut read = ReadLines::default();
        let at_once = if self.stopped { 1 } else { rayon::current_num_threads() * 4 };
        let (mut number, mut stretches) = (first, stretches(lines).into_iter().peekable());
        self.stopped = false;
        while !self.stopped && stretches.peek().is_some() {
            let mut numbered = Vec::new();
            for stretch in stretches.by_ref().take(at_once) {
                numbered.push((number, stretch));
                number += memchr::memchr_iter(b'\n', stretch).count();
            }
            let (columns, known) = (&self.columns, &self.remembered);
            let reading = numbered.into_par_iter().map(|(number, stretch)| {
                let mut reading = Reading::new(columns, Asking::new(words, known));
                reading.read(stretch, number).map(|end| (reading.done(), end, end == stretch.len()))
            });
            for (mut done, end, is_whole) in reading.collect::<Result<Vec<_>, Fault>>()? {
                let facts = self.remembered.learn(done.learned, words)?;
                if !facts.is_empty() {
                    done.prepared.settle_facts(|number| settled(number, &facts));
                }
                read.prepared.push(done.prepared);
                read.records += done.records;
                read.end += end;
                if !is_whole {
                    self.stopped = true;
                    break;
                }
            }
        }
        Ok(read)
    }
}

/// Whole lines each.
pub(super) fn stretches(lines: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut cut) = (lines, Vec::new());
    while !rest.is_empty() {
        let from = STRETCH_BYTES.min(rest.len());
        let end = memchr::memchr(b'\n', &rest[from..]).map_or(rest.len(), |at| from + at + 1);
        cut.push(&rest[..end]);
        rest = &rest[end..];
    }
    cut
}

/// What one thread made of a stretch.
struct Done {
    prepared: Prepared,
    records: usize,
    learned: Learned,
}

/// The reading of one stretch.
struct Reading<'a> {
    columns: &'a Columns,
    asking: Asking<'a>,
    prepared: Prepared,
    records: usize,
    context: Vec<u8>,
}

impl<'a> Reading<'a> {
    fn new(columns: &'a Columns, asking: Asking<'a>) -> Reading<'a> {
        Reading { columns, asking, prepared: Prepared::default(), records: 0, context: Vec::new() }
    }

    fn done(self) -> Done {
        Done { prepared: self.prepared, records: self.records, learned: self.asking.learned }
    }

    /// Read lines up to one that is odd; returns where it begins.
    fn read(&mut self, stretch: &[u8], first: usize) -> Result<usize, Fault> {
        let (mut at, mut number, mut cells) = (0, first, Cells::default());
        while at < stretch.len() {
            let end = memchr::memchr(b'\n', &stretch[at..]).map_or(stretch.len(), |found| at + found);
            let line = &stretch[at..end];
            if !self.is_passed_over(line) {
                let kept = line.len() - line.iter().rev().take_while(|byte| **byte == b'\r').count();
                match cells.cut(&line[..kept], self.columns.delimiter) {
                    Cut::Whole(record) => self.take(record, number)?,
                    Cut::NotText => self.prepared.refuse(number, "bytes that are no UTF-8".to_owned()),
                    Cut::Odd => return Ok(at),
                }
                self.records += 1;
            }
            at = (end + 1).min(stretch.len());
            number += 1;
        }
        Ok(at)
    }

    /// Whether a line is blank or a comment.
    fn is_passed_over(&self, line: &[u8]) -> bool {
        let comment = &self.columns.comment;
        if !comment.is_empty() && line.starts_with(comment) {
            return true;
        }
        let may_be_blank = line.first().is_none_or(|byte| !byte.is_ascii_graphic());
        may_be_blank && std::str::from_utf8(line).is_ok_and(|line| stripped(line).is_empty())
    }

    fn take(&mut self, record: Record, number: usize) -> Result<(), Fault> {
        let columns = self.columns;
        self.context.clear();
        if let Some(names) = &columns.names {
            put_object(record, names, &mut self.context);
        }
        let mut times = [None; 3];
        for (time, position) in times.iter_mut().zip(columns.times) {
            if let Some(position) = position {
                *time = self.asking.time(record.cell(position))?;
            }
        }
        let mut is_empty = true;
        for column in 0..columns.values.len() {
            let value = stripped(record.cell(columns.values[column].position));
            if !is_nothing(value) {
                is_empty = false;
                self.take_value(record, column, value, times, number)?;
            }
        }
        if is_empty {
            self.prepared.refuse(number, columns.nothing.clone());
        }
        Ok(())
    }

    fn take_value(
        &mut self,
        record: Record,
        column: usize,
        value: &str,
        times: [Option<i64>; 3],
        number: usize,
    ) -> Result<(), Fault> {
        let its = &self.columns.values[column];
        let kind = match self.columns.types {
            Some(types) if its.is_typed => self.asking.kind(record.cell(types))?,
            _ => Ok(its.kind),
        };
        let mut said = [""; MOST_FACTS];
        let said = &mut said[..its.facts.len()];
        said.iter_mut().zip(&its.facts).for_each(|(cell, position)| *cell = record.cell(*position));
        let facts = self.asking.facts(column, said);
        let scope = self.scope(record, its.scope);
        let (kind, facts, scope) = match (kind, facts, scope) {
            (Ok(kind), Ok(facts), Ok(scope)) => (kind, facts, scope),
            (Err(why), ..) | (_, Err(why), _) | (.., Err(why)) => {
                self.prepared.refuse(number, why);
                return Ok(());
            }
        };
        let [first_seen, last_seen, valid_until] = times;
        let (value, context) = (value.as_bytes(), &self.context[..]);
        let row = Row { kind, value, scope, facts, first_seen, last_seen, valid_until, context };
        self.prepared.add(&row, number);
        Ok(())
    }

    /// How far the record's values reach: as it says itself, or as its column does.
    fn scope(&self, record: Record, of_column: RowScope) -> Result<RowScope, String> {
        let word = self.columns.scopes.map_or("", |position| stripped(record.cell(position)));
        if is_nothing(word) { Ok(of_column) } else { RowScope::of_record(word) }
    }
}
