//! Grouping: the second half of a build. What was sorted is grouped, part by part on all threads, and written.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

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

    /// Put the parts in order and write their entries.
    pub fn take(&mut self, parts: Vec<Unsorted>, facts: &FactsWriter) -> io::Result<()> {
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next() {
            if !part.fits(PARTS_AT_ONCE) {
                self.take_large(part, facts)?;
                continue;
            }
            let mut at_once = vec![part];
            while at_once.len() < PARTS_AT_ONCE
                && let Some(part) = parts.next_if(|part| part.fits(PARTS_AT_ONCE))
            {
                at_once.push(part);
            }
            let grouped = at_once.into_par_iter().map(|part| grouped(part, facts));
            for groups in grouped.collect::<io::Result<Vec<Groups>>>()? {
                self.absorb(&groups)?;
            }
        }
        Ok(())
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

    /// Write every section behind the entries, then the header.
    pub fn finish(self, facts: &FactsWriter, labels: &LabelsWriter) -> io::Result<()> {
        let Grouping { mut file, keys, stats, feeds, networks4, networks6, floating } = self;
        let entries_end = file.written();
        file.next_section()?;
        let mut keys = keys.into_inner().map_err(io::IntoInnerError::into_error)?;
        write_filter(&mut keys, &stats, &mut file)?;
        write_table(&mut keys, &stats, entries_end, &mut file)?;
        write_section(&mut file, |out| put_networks::<V4>(networks4, out))?;
        write_section(&mut file, |out| put_networks::<V6>(networks6, out))?;
        write_section(&mut file, |out| facts.put(&feeds, out))?;
        write_section(&mut file, |out| out.extend_from_slice(&floating))?;
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

fn write_filter(keys: &mut File, stats: &Stats, file: &mut FileWriter) -> io::Result<()> {
    let mut filter = FilterWriter::new(stats.filter_keys);
    for_each_key(keys, stats.filter_keys, |hash, _| filter.insert(hash, file))?;
    filter.finish(file)?;
    file.next_section()
}

fn write_table(keys: &mut File, stats: &Stats, entries_end: u64, file: &mut FileWriter) -> io::Result<()> {
    let mut table = TableWriter::new(stats.keys);
    for_each_key(keys, stats.filter_keys, |hash, offset| match offset {
        0 => Ok(()),
        offset => table.insert(hash, offset, file),
    })?;
    table.finish(entries_end, file)?;
    file.next_section()
}

fn for_each_key(keys: &mut File, count: u64, mut take: impl FnMut(u64, u64) -> io::Result<()>) -> io::Result<()> {
    keys.rewind()?;
    let mut keys = BufReader::with_capacity(1 << 18, keys);
    let mut pair = [0; KEY_BYTES];
    for _ in 0..count {
        keys.read_exact(&mut pair)?;
        let both = u128::from_le_bytes(pair);
        take(both as u64, (both >> 64) as u64)?;
    }
    Ok(())
}
