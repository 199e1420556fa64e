//! Grouping: the second half of a build. What was sorted is grouped, part by part on all threads, and written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::entries::LEAD;
use super::facts::FactsWriter;
use super::file::FileWriter;
use super::filter::FilterWriter;
use super::groups::{Groups, NO_GROUP};
use super::labels::LabelsWriter;
use super::networks::{Network, V4, V6, put_networks};
use super::sorting::Unsorted;
use super::stats::Stats;
use super::table::{OFFSET_LIMIT, TableWriter};

const KEY_BYTES: usize = 16;
const KEYS_READ_AT_ONCE: usize = 1 << 14;
/// Parts that are put in order at once have this share of the memory each.
const PARTS_AT_ONCE: usize = 4;
/// Groups of a part that is too large to be held are written whenever they have grown to this.
const PIECE_BYTES: usize = 1 << 20;

/// Writes the file from the entries section on.
pub struct Grouping {
    file: FileWriter,
    /// Hash and group's place of every key, in order, for the filter and the table; 0 is a key of the filter alone.
    keys: BufWriter<File>,
    stats: Stats,
    feeds: Vec<u64>,
    networks4: Vec<Network>,
    networks6: Vec<Network>,
    floating: Vec<u8>,
}

impl Grouping {
    /// `file` is at the beginning of its entries section; `keys` is an empty temporary file.
    pub fn new(mut file: FileWriter, keys: File, facts: &FactsWriter, stats: Stats) -> io::Result<Grouping> {
        file.write_all(&LEAD)?;
        Ok(Grouping {
            file,
            keys: BufWriter::with_capacity(1 << 18, keys),
            stats,
            feeds: vec![0; facts.feeds()],
            networks4: Vec::new(),
            networks6: Vec::new(),
            floating: Vec::new(),
        })
    }

    /// Put the parts in order and write their entries; some are put in order while those before them are written.
    pub fn take(&mut self, parts: Vec<Unsorted>, facts: &FactsWriter) -> io::Result<()> {
        let mut parts = parts.into_iter().peekable();
        let mut ordered: Vec<Groups> = Vec::new();
        loop {
            let mut at_once = Vec::new();
            while at_once.len() < PARTS_AT_ONCE
                && let Some(part) = parts.next_if(|part| part.fits(PARTS_AT_ONCE))
            {
                at_once.push(part);
            }
            let order = || at_once.into_par_iter().map(|part| grouped(part, facts)).collect::<io::Result<Vec<_>>>();
            let write = || ordered.iter().try_for_each(|groups| self.absorb(groups));
            let (written, next) = rayon::join(write, order);
            written?;
            ordered = next?;
            if !ordered.is_empty() {
                continue;
            }
            match parts.next() {
                Some(part) => self.take_large(part, facts)?,
                None => return Ok(()),
            }
        }
    }

    fn take_large(&mut self, part: Unsorted, facts: &FactsWriter) -> io::Result<()> {
        let mut groups = Groups::new(facts);
        part.sort(false, |record| {
            groups.take(record)?;
            if groups.entries.len() > PIECE_BYTES {
                self.absorb(&groups)?;
                groups.clear();
            }
            Ok(())
        })?;
        groups.end_group()?;
        self.absorb(&groups)
    }

    /// Write the entries of these groups, and note by what they will be found.
    fn absorb(&mut self, groups: &Groups) -> io::Result<()> {
        let start = self.file.written();
        if start + groups.entries.len() as u64 >= OFFSET_LIMIT {
            return Err(io::Error::other("the entries have grown over 1 TiB: build fewer indicators into one index"));
        }
        self.file.write_all(&groups.entries)?;
        for (hash, place) in &groups.keys {
            let place = if *place == NO_GROUP { 0 } else { start + place };
            self.keys.write_all(&(u128::from(*hash) | u128::from(place) << 64).to_le_bytes())?;
        }
        let moved = |network: &Network| Network { group: start + network.group, ..*network };
        self.networks4.extend(groups.networks4.iter().map(moved));
        self.networks6.extend(groups.networks6.iter().map(moved));
        groups.floating.iter().for_each(|place| self.floating.extend_from_slice(&(start + place).to_le_bytes()));
        self.stats.add(groups.stats.clone());
        self.feeds.iter_mut().zip(&groups.feeds).for_each(|(all, entries)| *all += entries);
        Ok(())
    }

    /// Write every section behind the entries, then the header. While one thread writes the filter another makes the rest.
    pub fn finish(self, facts: &FactsWriter, labels: &LabelsWriter) -> io::Result<()> {
        let Grouping { mut file, keys, stats, feeds, networks4, networks6, floating } = self;
        let entries_end = file.written();
        file.next_section()?;
        let keys = keys.into_inner().map_err(io::IntoInnerError::into_error)?;
        let (filter, made) = rayon::join(
            || write_filter(&keys, &stats, &mut file),
            || -> io::Result<[Vec<u8>; 3]> {
                let mut sections = [table(&keys, &stats, entries_end)?, Vec::new(), Vec::new()];
                put_networks::<V4>(networks4, &mut sections[1]);
                put_networks::<V6>(networks6, &mut sections[2]);
                Ok(sections)
            },
        );
        filter?;
        for section in made? {
            write_section(&mut file, |out| *out = section)?;
        }
        write_section(&mut file, |out| facts.put(&feeds, out))?;
        write_section(&mut file, |out| *out = floating)?;
        write_section(&mut file, |out| labels.put(out))?;
        write_section(&mut file, |out| stats.put(out))?;
        file.finish()
    }
}

fn grouped(part: Unsorted, facts: &FactsWriter) -> io::Result<Groups<'_>> {
    let mut groups = Groups::new(facts);
    part.sort(true, |record| groups.take(record))?;
    groups.end_group()?;
    Ok(groups)
}

fn write_section(file: &mut FileWriter, put: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
    let mut out = Vec::new();
    put(&mut out);
    file.write_all(&out)?;
    file.next_section()
}

fn write_filter(keys: &File, stats: &Stats, file: &mut FileWriter) -> io::Result<()> {
    let mut filter = FilterWriter::new(stats.filter_keys);
    for_each_key(keys, stats.filter_keys, |hash, _| filter.insert(hash, file))?;
    filter.finish(file)?;
    file.next_section()
}

/// The table is held in memory until the filter is written: little more than a byte for a key.
fn table(keys: &File, stats: &Stats, entries_end: u64) -> io::Result<Vec<u8>> {
    let (mut table, mut out) = (TableWriter::new(stats.keys), Vec::new());
    for_each_key(keys, stats.filter_keys, |hash, offset| match offset {
        0 => Ok(()),
        offset => table.insert(hash, offset, &mut out),
    })?;
    table.finish(entries_end, &mut out)?;
    Ok(out)
}

fn for_each_key(keys: &File, count: u64, mut take: impl FnMut(u64, u64) -> io::Result<()>) -> io::Result<()> {
    let mut bytes = vec![0; KEYS_READ_AT_ONCE * KEY_BYTES];
    for first in (0..count).step_by(KEYS_READ_AT_ONCE) {
        let some = (count - first).min(KEYS_READ_AT_ONCE as u64) as usize;
        let bytes = &mut bytes[..some * KEY_BYTES];
        keys.read_exact_at(bytes, first * KEY_BYTES as u64)?;
        for pair in bytes.as_chunks::<KEY_BYTES>().0 {
            let both = u128::from_le_bytes(*pair);
            take(both as u64, (both >> 64) as u64)?;
        }
    }
    Ok(())
}
