//! External sorting: records are kept in memory up to a limit, go to disk in sorted runs, and come back merged.
//!
//! The order is that of (hash, kind of key, key), and among equals that of arrival, whatever the limit.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

use rayon::slice::ParallelSliceMut;

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

/// Takes records in any order, gives them back in theirs.
pub struct Sorter {
    arena: Vec<u8>,
    index: Vec<(u64, usize)>,
    arena_limit: usize,
    index_limit: usize,
    runs: Vec<Run>,
    folder: PathBuf,
}

impl Sorter {
    /// Runs are nameless files in `folder`: they vanish with the process.
    pub fn new(folder: PathBuf, memory_bytes: usize) -> Sorter {
        let arena_limit = memory_bytes / 4 * 3;
        let index_limit = (memory_bytes / 4 / INDEX_ENTRY_BYTES).max(1);
        Sorter { arena: Vec::new(), index: Vec::new(), arena_limit, index_limit, runs: Vec::new(), folder }
    }

    pub fn push(&mut self, hash: u64, key_kind: u8, key: &[u8], body: &[u8]) -> io::Result<()> {
        let length = HEAD_BYTES + key.len() + body.len();
        let is_full = self.arena.len() + length > self.arena_limit || self.index.len() == self.index_limit;
        if is_full && !self.index.is_empty() {
            self.spill()?;
        }
        if self.arena.capacity() == 0 {
            // All at once: growing by doubling would hold twice as much while it copies. Untouched pages cost nothing.
            self.arena.reserve_exact(self.arena_limit);
            self.index.reserve_exact(self.index_limit);
        }
        self.index.push((hash, self.arena.len()));
        put_record(&mut self.arena, hash, key_kind, key, body);
        Ok(())
    }

    fn sort(&mut self) {
        let arena = &self.arena;
        self.index.par_sort_unstable_by(|left, right| {
            let by_key = || keyed(arena, left.1).cmp(keyed(arena, right.1));
            left.0.cmp(&right.0).then_with(by_key).then(left.1.cmp(&right.1))
        });
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.runs.len() == MOST_RUNS {
            self.merge_runs()?;
        }
        self.sort();
        let mut out = self.temporary()?;
        for (_, at) in &self.index {
            out.write_all(&self.arena[*at..record_end(&self.arena, *at)])?;
        }
        self.runs.push(Run::read_back(out, self.index.len())?);
        self.arena.clear();
        self.index.clear();
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
        self.sort();
        let mut runs = self.runs;
        runs.push(Run::Memory { arena: self.arena, index: self.index, next: 0 });
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
    Memory { arena: Vec<u8>, index: Vec<(u64, usize)>, next: usize },
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
            Run::Memory { arena, index, next } => {
                let Some((_, at)) = index.get(*next) else { return Ok(false) };
                *next += 1;
                record.read(&mut &arena[*at..])?;
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
            (0..500u32).map(|n| (u64::from(n * 7919 % 31), keys[n as usize].as_slice(), n)).collect();

        let in_memory = sorted(1 << 20, &records);
        let on_disk = sorted(64, &records);

        assert_eq!(in_memory.len(), 500);
        assert!(in_memory.is_sorted_by_key(|record| (record.hash, record.key.clone(), record.body[1], record.body[0])));
        assert_eq!(on_disk, in_memory);
    }
}
