//! External sorting: records are kept in memory up to a limit, go to disk in sorted runs, and come back merged.
//!
//! The order is that of (hash, kind of key, key), and among equals that of arrival, whatever the limit.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

/// Records are kept apart by the upper bits of their hash: a part fits the processor's cache while it is sorted and read.
const PARTS: usize = 64;
const PART_SHIFT: u32 = u64::BITS - PARTS.ilog2();
/// More runs than this are merged into one before the next is written: files open at once are bounded, too.
const MOST_RUNS: usize = 64;
const HEAD_BYTES: usize = 17;
const INDEX_ENTRY_BYTES: usize = 16;

/// A record: a key and what the file will hold under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub hash: u64,
    pub key_kind: u8,
    pub key: Vec<u8>,
    pub body: Vec<u8>,
}

impl Record {
    pub fn has_key_of(&self, other: &Record) -> bool {
        self.hash == other.hash && self.key_kind == other.key_kind && self.key == other.key
    }

    fn read(&mut self, from: &mut impl Read) -> io::Result<()> {
        let mut head = [0; HEAD_BYTES];
        from.read_exact(&mut head)?;
        let lengths = self.set_head(&head);
        self.key.resize(lengths.0, 0);
        from.read_exact(&mut self.key)?;
        self.body.resize(lengths.1, 0);
        from.read_exact(&mut self.body)
    }

    fn set_head(&mut self, head: &[u8; HEAD_BYTES]) -> (usize, usize) {
        let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        self.hash = u64::from(number(0)) | u64::from(number(4)) << 32;
        self.key_kind = head[16];
        (number(8) as usize, number(12) as usize)
    }
}

/// Records in memory of one stretch of hashes, and where each begins.
#[derive(Default)]
struct Part {
    arena: Vec<u8>,
    index: Vec<(u64, usize)>,
}

impl Part {
    fn sort(&mut self) {
        let arena = &self.arena;
        self.index.sort_unstable_by(|left, right| {
            let by_key = || keyed(arena, left.1).cmp(keyed(arena, right.1));
            left.0.cmp(&right.0).then_with(by_key).then(left.1.cmp(&right.1))
        });
    }
}

/// Takes records in any order, gives them back in theirs.
pub struct Sorter {
    parts: Vec<Part>,
    held_bytes: usize,
    memory_bytes: usize,
    runs: Vec<Run>,
    folder: PathBuf,
}

impl Sorter {
    /// Runs are nameless files in `folder`: they vanish with the process.
    pub fn new(folder: PathBuf, memory_bytes: usize) -> Sorter {
        let parts = (0..PARTS).map(|_| Part::default()).collect();
        Sorter { parts, held_bytes: 0, memory_bytes, runs: Vec::new(), folder }
    }

    pub fn push(&mut self, hash: u64, key_kind: u8, key: &[u8], body: &[u8]) -> io::Result<()> {
        let length = HEAD_BYTES + key.len() + body.len() + INDEX_ENTRY_BYTES;
        if self.held_bytes + length > self.memory_bytes && self.held_bytes > 0 {
            self.spill()?;
        }
        self.held_bytes += length;
        let part = &mut self.parts[(hash >> PART_SHIFT) as usize];
        part.index.push((hash, part.arena.len()));
        put_record(&mut part.arena, hash, key_kind, key, body);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.runs.len() == MOST_RUNS {
            self.merge_runs()?;
        }
        self.parts.par_iter_mut().for_each(Part::sort);
        let mut out = self.temporary()?;
        let mut count = 0;
        for Part { arena, index } in &mut self.parts {
            for (_, at) in index.iter() {
                out.write_all(&arena[*at..record_end(arena, *at)])?;
            }
            count += index.len();
            arena.clear();
            index.clear();
        }
        self.held_bytes = 0;
        self.runs.push(Run::read_back(out, count)?);
        Ok(())
    }

    fn merge_runs(&mut self) -> io::Result<()> {
        let runs = std::mem::take(&mut self.runs);
        let mut out = self.temporary()?;
        let mut scratch = Vec::new();
        let mut count = 0;
        merge(runs, |record| {
            scratch.clear();
            put_record(&mut scratch, record.hash, record.key_kind, &record.key, &record.body);
            count += 1;
            out.write_all(&scratch)
        })?;
        self.runs.push(Run::read_back(out, count)?);
        Ok(())
    }

    fn temporary(&self) -> io::Result<BufWriter<File>> {
        Ok(BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(&self.folder)?))
    }

    /// Give every record to `sink`, in order.
    pub fn finish(mut self, sink: impl FnMut(&Record) -> io::Result<()>) -> io::Result<()> {
        self.parts.par_iter_mut().for_each(Part::sort);
        let mut runs = self.runs;
        runs.push(Run::Memory { parts: self.parts.into_iter(), part: Part::default(), next: 0 });
        merge(runs, sink)
    }
}

fn put_record(out: &mut Vec<u8>, hash: u64, key_kind: u8, key: &[u8], body: &[u8]) {
    out.extend_from_slice(&hash.to_le_bytes());
    out.extend_from_slice(&(key.len() as u32).to_le_bytes());
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.push(key_kind);
    out.extend_from_slice(key);
    out.extend_from_slice(body);
}

fn u32_of(arena: &[u8], at: usize) -> usize {
    u32::from_le_bytes([arena[at], arena[at + 1], arena[at + 2], arena[at + 3]]) as usize
}

fn record_end(arena: &[u8], at: usize) -> usize {
    at + HEAD_BYTES + u32_of(arena, at + 8) + u32_of(arena, at + 12)
}

/// The kind of key and the key of the record at this place.
fn keyed(arena: &[u8], at: usize) -> &[u8] {
    &arena[at + 16..at + HEAD_BYTES + u32_of(arena, at + 8)]
}

/// Sorted records, in memory or on disk.
enum Run {
    Memory { parts: std::vec::IntoIter<Part>, part: Part, next: usize },
    Disk { file: BufReader<File>, left: usize },
}

impl Run {
    fn read_back(out: BufWriter<File>, records: usize) -> io::Result<Run> {
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Run::Disk { file: BufReader::with_capacity(1 << 16, file), left: records })
    }

    /// Read the next record into `record`; false at the end.
    fn next_into(&mut self, record: &mut Record) -> io::Result<bool> {
        match self {
            Run::Memory { parts, part, next } => {
                while *next == part.index.len() {
                    let Some(following) = parts.next() else { return Ok(false) };
                    (*part, *next) = (following, 0);
                }
                let (_, at) = part.index[*next];
                *next += 1;
                record.read(&mut &part.arena[at..])?;
            }
            Run::Disk { left: 0, .. } => return Ok(false),
            Run::Disk { file, left } => {
                *left -= 1;
                record.read(file)?;
            }
        }
        Ok(true)
    }
}

/// The record that a run offers next. Earlier runs hold what arrived earlier.
struct Head {
    record: Record,
    run: usize,
}

impl Head {
    fn order(&self) -> (u64, u8, &[u8], usize) {
        (self.record.hash, self.record.key_kind, &self.record.key, self.run)
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

fn merge(mut runs: Vec<Run>, mut sink: impl FnMut(&Record) -> io::Result<()>) -> io::Result<()> {
    let mut heads = BinaryHeap::with_capacity(runs.len());
    for (run, source) in runs.iter_mut().enumerate() {
        let mut record = Record::default();
        if source.next_into(&mut record)? {
            heads.push(Reverse(Head { record, run }));
        }
    }
    while let Some(mut head) = heads.peek_mut() {
        sink(&head.0.record)?;
        let run = head.0.run;
        if !runs[run].next_into(&mut head.0.record)? {
            PeekMut::pop(head);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(memory_bytes: usize, records: &[(u64, &[u8], u32)]) -> Vec<Record> {
        let mut sorter = Sorter::new(std::env::temp_dir(), memory_bytes);
        for (hash, key, body) in records {
            sorter.push(*hash, 4, key, &body.to_le_bytes()).unwrap();
        }
        let mut out = Vec::new();
        sorter
            .finish(|record| {
                out.push(record.clone());
                Ok(())
            })
            .unwrap();
        out
    }

    #[test]
    fn the_order_is_the_same_whatever_the_memory() {
        let keys: Vec<Vec<u8>> = (0..500u32).map(|n| (n % 7).to_string().into_bytes()).collect();
        let records: Vec<(u64, &[u8], u32)> =
            (0..500u32).map(|n| (u64::from(n * 7919 % 31) << 59, keys[n as usize].as_slice(), n)).collect();

        let in_memory = sorted(1 << 20, &records);
        let on_disk = sorted(64, &records);

        assert_eq!(in_memory.len(), 500);
        assert!(in_memory.is_sorted_by_key(|record| (record.hash, record.key.clone(), record.body[1], record.body[0])));
        assert_eq!(on_disk, in_memory);
    }
}
