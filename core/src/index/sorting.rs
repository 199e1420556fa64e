//! External sorting: records are kept in memory up to a limit, go to disk in sorted runs, and come back in order.
//!
//! The order is that of (hash, kind of key, key), and among equals that of arrival, whatever the limit. Records are kept
//! apart by the upper bits of their hash: what comes back is one part after the other, and parts can be worked on by
//! many threads.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::merging::{Source, merge};

/// A part of a few megabytes fits the processor's cache while it is sorted and read.
pub const PARTS: usize = 64;
const PART_SHIFT: u32 = u64::BITS - PARTS.ilog2();
/// More runs than this are merged into one before the next is written: files open at once are bounded, too.
const MOST_RUNS: usize = 64;
/// Hash, lengths of key and body, kind of key.
pub const HEAD_BYTES: usize = 17;
const INDEX_ENTRY_BYTES: usize = 16;
const RUN_BUFFER_BYTES: usize = 1 << 16;

/// A record: a key and what the file will hold under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub hash: u64,
    pub key_kind: u8,
    pub key: &'a [u8],
    pub body: &'a [u8],
}

impl<'a> Record<'a> {
    pub fn put(&self, out: &mut Vec<u8>) {
        Record::put_with(self.hash, self.key_kind, self.key, out, |out| out.extend_from_slice(self.body));
    }

    /// As `put` of a record whose body is yet to be written.
    #[inline]
    pub fn put_with(hash: u64, key_kind: u8, key: &[u8], out: &mut Vec<u8>, put_body: impl FnOnce(&mut Vec<u8>)) {
        let mut head = [0; HEAD_BYTES];
        head[..8].copy_from_slice(&hash.to_le_bytes());
        head[8..12].copy_from_slice(&(key.len() as u32).to_le_bytes());
        head[16] = key_kind;
        let start = out.len();
        out.extend_from_slice(&head);
        out.extend_from_slice(key);
        put_body(out);
        let body_length = (out.len() - start - HEAD_BYTES - key.len()) as u32;
        out[start + 12..start + 16].copy_from_slice(&body_length.to_le_bytes());
    }

    /// The record that `put` wrote at this place.
    pub fn at(arena: &'a [u8], at: usize) -> Record<'a> {
        let hash = u64::from(u32_of(arena, at) as u32) | (u32_of(arena, at + 4) as u64) << 32;
        let key_end = at + HEAD_BYTES + u32_of(arena, at + 8);
        let (key, body) = (&arena[at + HEAD_BYTES..key_end], &arena[key_end..record_end(arena, at)]);
        Record { hash, key_kind: arena[at + 16], key, body }
    }

    /// Read what `put` wrote into `scratch`.
    pub fn read(from: &mut impl Read, scratch: &mut Vec<u8>) -> io::Result<()> {
        scratch.resize(HEAD_BYTES, 0);
        from.read_exact(scratch)?;
        scratch.resize(record_end(scratch, 0), 0);
        from.read_exact(&mut scratch[HEAD_BYTES..])
    }
}

/// A record that is yet to be laid out in a sorter's memory.
pub trait Unlaid {
    fn hash(&self) -> u64;
    /// No fewer bytes than `put` appends.
    fn most_bytes(&self) -> usize;
    /// Append it, as `Record::put` does.
    fn put(&self, out: &mut Vec<u8>);
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

/// Records in memory of one stretch of hashes, and where each begins.
#[derive(Default)]
struct Part {
    arena: Vec<u8>,
    index: Vec<(u64, usize)>,
}

impl Part {
    fn sort(&mut self) {
        let arena = &self.arena;
        let order = |left: &(u64, usize), right: &(u64, usize)| {
            let by_key = || keyed(arena, left.1).cmp(keyed(arena, right.1));
            left.0.cmp(&right.0).then_with(by_key).then(left.1.cmp(&right.1))
        };
        self.index.sort_unstable_by(order);
    }

    /// Find the records that were read into the arena's beginning.
    fn find_records(&mut self) {
        let mut at = 0;
        self.index.clear();
        while at < self.arena.len() {
            self.index.push((Record::at(&self.arena, at).hash, at));
            at = record_end(&self.arena, at);
        }
    }

    fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.index.iter().map(|(_, at)| Record::at(&self.arena, *at))
    }

    fn held_bytes(&self) -> usize {
        self.arena.len() + self.index.len() * INDEX_ENTRY_BYTES
    }
}

/// Sorted records on disk, part behind part.
struct Run {
    file: File,
    /// Where each part begins, and the last one ends.
    starts: Vec<u64>,
}

impl Run {
    fn part_bytes(&self, part: usize) -> usize {
        (self.starts[part + 1] - self.starts[part]) as usize
    }

    fn append_part(&self, part: usize, arena: &mut Vec<u8>) -> io::Result<()> {
        let from = arena.len();
        arena.resize(from + self.part_bytes(part), 0);
        self.file.read_exact_at(&mut arena[from..], self.starts[part])
    }

    fn source(&self, part: usize) -> Source<'_> {
        let stretch = Stretch { file: &self.file, at: self.starts[part], end: self.starts[part + 1] };
        Source::Disk(Box::new(BufReader::with_capacity(RUN_BUFFER_BYTES, stretch)))
    }
}

/// A stretch of a file that many may read at once.
struct Stretch<'a> {
    file: &'a File,
    at: u64,
    end: u64,
}

impl Read for Stretch<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len().min((self.end - self.at) as usize);
        let read = self.file.read_at(&mut buffer[..wanted], self.at)?;
        self.at += read as u64;
        Ok(read)
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

    /// Take more records; their order counts among those of the same key.
    pub fn take<R: Unlaid + Sync>(&mut self, records: &[R]) -> io::Result<()> {
        let mut rest = records;
        while !rest.is_empty() {
            let mut room = self.memory_bytes.saturating_sub(self.held_bytes);
            let fits = |record: &&R| {
                let left = room.checked_sub(record.most_bytes() + INDEX_ENTRY_BYTES);
                room = left.unwrap_or(0);
                left.is_some()
            };
            let fitting = rest.iter().take_while(fits).count();
            if fitting == 0 && self.held_bytes > 0 {
                self.spill()?;
                continue;
            }
            let (now, later) = rest.split_at(fitting.max(1));
            self.lay_out(now);
            rest = later;
        }
        Ok(())
    }

    /// Each thread takes what belongs to some of the parts.
    fn lay_out<R: Unlaid + Sync>(&mut self, records: &[R]) {
        let at_once = PARTS.div_ceil(rayon::current_num_threads());
        let parts = self.parts.par_chunks_mut(at_once).enumerate();
        let grown = parts.map(|(chunk, parts)| {
            let before: usize = parts.iter().map(Part::held_bytes).sum();
            for record in records {
                let hash = record.hash();
                let part = ((hash >> PART_SHIFT) as usize).wrapping_sub(chunk * at_once);
                if let Some(part) = parts.get_mut(part) {
                    part.index.push((hash, part.arena.len()));
                    record.put(&mut part.arena);
                }
            }
            parts.iter().map(Part::held_bytes).sum::<usize>() - before
        });
        self.held_bytes += grown.sum::<usize>();
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.runs.len() == MOST_RUNS {
            self.merge_runs()?;
        }
        self.parts.par_iter_mut().for_each(Part::sort);
        let mut writer = RunWriter::new(&self.folder)?;
        for part in &mut self.parts {
            part.records().try_for_each(|record| writer.write(&record))?;
            writer.end_part();
            part.arena.clear();
            part.index.clear();
        }
        self.held_bytes = 0;
        self.runs.push(writer.finish()?);
        Ok(())
    }

    fn merge_runs(&mut self) -> io::Result<()> {
        let mut writer = RunWriter::new(&self.folder)?;
        for part in 0..PARTS {
            merge(self.runs.iter().map(|run| run.source(part)).collect(), |record| writer.write(&record))?;
            writer.end_part();
        }
        self.runs = vec![writer.finish()?];
        Ok(())
    }

    /// The records of all parts, which are yet to be put in order one by one.
    pub fn finish(self) -> Vec<Unsorted> {
        let Sorter { parts, runs, memory_bytes, .. } = self;
        let runs = Arc::new(runs);
        let parts = parts.into_iter().enumerate();
        parts.map(|(number, held)| Unsorted { number, held, runs: runs.clone(), memory_bytes }).collect()
    }
}

struct RunWriter {
    out: BufWriter<File>,
    scratch: Vec<u8>,
    written: u64,
    starts: Vec<u64>,
}

impl RunWriter {
    fn new(folder: &Path) -> io::Result<RunWriter> {
        let out = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(folder)?);
        Ok(RunWriter { out, scratch: Vec::new(), written: 0, starts: vec![0] })
    }

    fn write(&mut self, record: &Record) -> io::Result<()> {
        self.scratch.clear();
        record.put(&mut self.scratch);
        self.written += self.scratch.len() as u64;
        self.out.write_all(&self.scratch)
    }

    fn end_part(&mut self) {
        self.starts.push(self.written);
    }

    fn finish(self) -> io::Result<Run> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Run { file, starts: self.starts })
    }
}

/// The records of one part, wherever they are.
pub struct Unsorted {
    number: usize,
    held: Part,
    runs: Arc<Vec<Run>>,
    memory_bytes: usize,
}

impl Unsorted {
    /// Whether the part can be put in order in this share of the memory. One whose keys are all the same may be as
    /// large as the whole.
    pub fn fits(&self, share: usize) -> bool {
        let on_disk: usize = self.runs.iter().map(|run| run.part_bytes(self.number)).sum();
        // Keys are short: an index takes about half as much again.
        self.held.held_bytes() + on_disk + on_disk / 2 <= (self.memory_bytes / share).max(1 << 20)
    }

    /// Give every record to `sink`, in order; all that fits is sorted in memory, else runs are merged as they are read.
    pub fn sort(mut self, in_memory: bool, sink: impl FnMut(Record) -> io::Result<()>) -> io::Result<()> {
        if in_memory {
            self.load()?;
        }
        self.held.sort();
        if in_memory || self.runs.is_empty() {
            return self.held.records().try_for_each(sink);
        }
        let mut sources: Vec<Source> = self.runs.iter().map(|run| run.source(self.number)).collect();
        sources.push(Source::Memory(Box::new(self.held.records())));
        merge(sources, sink)
    }

    /// What was spilled came before what is held.
    fn load(&mut self) -> io::Result<()> {
        if self.runs.is_empty() {
            return Ok(());
        }
        let mut arena = Vec::new();
        for run in self.runs.iter() {
            run.append_part(self.number, &mut arena)?;
        }
        arena.append(&mut self.held.arena);
        self.held.arena = arena;
        self.held.find_records();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Unlaid for Record<'_> {
        fn hash(&self) -> u64 {
            self.hash
        }

        fn most_bytes(&self) -> usize {
            HEAD_BYTES + self.key.len() + self.body.len()
        }

        fn put(&self, out: &mut Vec<u8>) {
            Record::put(self, out);
        }
    }

    type Owned = (u64, Vec<u8>, Vec<u8>);

    fn sorted(memory_bytes: usize, in_memory: bool, records: &[(u64, &[u8], u32)]) -> Vec<Owned> {
        let mut sorter = Sorter::new(std::env::temp_dir(), memory_bytes);
        let bodies: Vec<_> = records.iter().map(|(_, _, body)| body.to_le_bytes()).collect();
        let laid = records.iter().zip(&bodies);
        let laid: Vec<_> = laid.map(|((hash, key, _), body)| Record { hash: *hash, key_kind: 4, key, body }).collect();
        laid.chunks(70).for_each(|some| sorter.take(some).unwrap());
        let mut out = Vec::new();
        for part in sorter.finish() {
            part.sort(in_memory, |record| {
                out.push((record.hash, record.key.to_vec(), record.body.to_vec()));
                Ok(())
            })
            .unwrap();
        }
        out
    }

    #[test]
    fn the_order_is_the_same_whatever_the_memory() {
        let keys: Vec<Vec<u8>> = (0..500u32).map(|n| (n % 7).to_string().into_bytes()).collect();
        let records: Vec<(u64, &[u8], u32)> =
            (0..500u32).map(|n| (u64::from(n * 7919 % 31) << 59, keys[n as usize].as_slice(), n)).collect();

        let all_held = sorted(1 << 20, true, &records);

        assert_eq!(all_held.len(), 500);
        assert!(all_held.is_sorted_by_key(|(hash, key, body)| (*hash, key.clone(), body[1], body[0])));
        assert_eq!(sorted(64, true, &records), all_held);
        assert_eq!(sorted(64, false, &records), all_held);
        assert_eq!(sorted(4000, false, &records), all_held);
    }
}
