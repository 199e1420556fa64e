//! Merging: several sorted sequences of records become one.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::{self, BufRead};

use super::sorting::Record;

/// A sorted sequence of records, in memory or on disk.
pub enum Source<'a> {
    Memory(Box<dyn Iterator<Item = Record<'a>> + 'a>),
    Disk(Box<dyn BufRead + 'a>),
}

impl Source<'_> {
    /// Put the next record into `bytes`; false at the end.
    fn next_into(&mut self, bytes: &mut Vec<u8>) -> io::Result<bool> {
        bytes.clear();
        match self {
            Source::Memory(records) => {
                let next = records.next();
                next.inspect(|record| record.put(bytes));
                Ok(next.is_some())
            }
            Source::Disk(reader) => {
                let has_more = !reader.fill_buf()?.is_empty();
                if has_more {
                    Record::read(reader, bytes)?;
                }
                Ok(has_more)
            }
        }
    }
}

/// The record that a source offers next. Earlier sources hold what arrived earlier.
struct Head {
    bytes: Vec<u8>,
    source: usize,
}

impl Head {
    fn order(&self) -> (u64, u8, &[u8], usize) {
        let record = Record::at(&self.bytes, 0);
        (record.hash, record.key_kind, record.key, self.source)
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Head) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Head) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Head) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

/// Give every record of every source to `sink`, in order.
pub fn merge(mut sources: Vec<Source>, mut sink: impl FnMut(Record) -> io::Result<()>) -> io::Result<()> {
    let mut heads = BinaryHeap::with_capacity(sources.len());
    for (number, source) in sources.iter_mut().enumerate() {
        let mut bytes = Vec::new();
        if source.next_into(&mut bytes)? {
            heads.push(Reverse(Head { bytes, source: number }));
        }
    }
    while let Some(mut head) = heads.peek_mut() {
        sink(Record::at(&head.0.bytes, 0))?;
        let source = head.0.source;
        if !sources[source].next_into(&mut head.0.bytes)? {
            PeekMut::pop(head);
        }
    }
    Ok(())
}
