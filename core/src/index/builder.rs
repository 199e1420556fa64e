//! The builder: rows in, one index file out, within a bounded memory whatever their number.
//!
//! Contexts go straight into the file as they come. Keys and entries are sorted by the key's hash, and everything that
//! is ordered by hash (entries, filter, table) is then written from front to back. The file has another name until it is
//! whole and synced, so a build that dies leaves nothing under the real one.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::admission::Row;
use super::cursor::put_varint;
use super::error::IndexError;
use super::facts::{Facts, FactsWriter};
use super::file::FileWriter;
use super::grouping::Grouping;
use super::keys::KeyKind;
use super::labels::LabelsWriter;
use super::prepared::{Prepared, PreparedRecord, Refused};
use super::sorting::Sorter;
use super::stats::Stats;

/// Every URL is held against each of these; more would make lookups slow.
const MOST_FLOATING_MASKS: u64 = 4096;

/// Takes rows, sorts them within a bounded memory, writes one index file.
pub struct IndexBuilder {
    path: PathBuf,
    partial: NamedTempFile,
    file: FileWriter,
    sorter: Sorter,
    facts: FactsWriter,
    labels: LabelsWriter,
    stats: Stats,
    last_context: (Vec<u8>, u64),
    floating_masks: u64,
}

impl IndexBuilder {
    /// Begin a file at `path`, which must not exist; temporary files go into its folder.
    pub fn new(path: &Path, memory_bytes: usize) -> Result<IndexBuilder, IndexError> {
        if path.exists() {
            return Err(IndexError::Io(path.to_path_buf(), io::ErrorKind::AlreadyExists.into()));
        }
        let folder = folder_of(path);
        let partial = tempfile::Builder::new()
            .prefix(".index-")
            .suffix(".partial")
            .permissions(Permissions::from_mode(0o644))
            .tempfile_in(folder)
            .map_err(IndexError::io(path))?;
        let file = partial.reopen().and_then(FileWriter::new).map_err(IndexError::io(path))?;
        Ok(IndexBuilder {
            path: path.to_path_buf(),
            partial,
            file,
            sorter: Sorter::new(folder.to_path_buf(), memory_bytes),
            facts: FactsWriter::default(),
            labels: LabelsWriter::default(),
            stats: Stats::default(),
            last_context: (Vec::new(), 0),
            floating_masks: 0,
        })
    }

    /// A number for what many rows share; equal facts have one number.
    pub fn facts(&mut self, facts: Facts) -> u64 {
        self.facts.number(facts)
    }

    /// Take rows. Those refused come back with their position and the reason; the others are in.
    pub fn add(&mut self, rows: &[Row]) -> Result<Vec<Refused>, IndexError> {
        self.take(Prepared::of_rows(rows))
    }

    /// Take what was prepared. What is refused comes back in the order of its places within each of `all`, what was
    /// refused before with it.
    pub fn take(&mut self, mut all: Vec<Prepared>) -> Result<Vec<Refused>, IndexError> {
        let mut refused = Vec::new();
        for prepared in &mut all {
            self.settle(prepared).map_err(IndexError::io(&self.path))?;
            refused.append(&mut prepared.refused);
        }
        let records: Vec<_> = all.iter().flat_map(Prepared::laid_by).collect();
        self.sorter.take(&records).map_err(IndexError::io(&self.path))?;
        Ok(refused)
    }

    /// Refuse what cannot be in this index, whatever it is, and put contexts into the file.
    fn settle(&mut self, prepared: &mut Prepared) -> io::Result<()> {
        let mut records = std::mem::take(&mut prepared.records);
        let mut fault = None;
        records.retain_mut(|record| match self.refusal(record) {
            Some(_) if record.key_kind.is_filter_only() => false,
            Some(why) => {
                prepared.refused.push((record.place, why));
                false
            }
            None if record.context.is_empty() => true,
            None => match self.put_context(&prepared.bytes[record.context.clone()]) {
                Ok(place) => {
                    record.context_place = place;
                    true
                }
                Err(error) => {
                    fault = Some(error);
                    false
                }
            },
        });
        prepared.records = records;
        prepared.refused.sort_by_key(|(place, _)| *place);
        prepared.labels.iter().for_each(|label| self.labels.insert(label));
        self.stats.longest_prefix = self.stats.longest_prefix.max(prepared.longest_prefix);
        self.stats.deepest_prefix = self.stats.deepest_prefix.max(prepared.deepest_prefix);
        fault.map_or(Ok(()), Err)
    }

    /// Why a record cannot be in this index, whatever it is.
    fn refusal(&mut self, record: &PreparedRecord) -> Option<String> {
        if !self.facts.knows(record.facts) {
            return Some(format!("no facts have the number {}", record.facts));
        }
        if record.key_kind == KeyKind::MaskFloating {
            if self.floating_masks == MOST_FLOATING_MASKS {
                return Some(format!("more than {MOST_FLOATING_MASKS} masks do not say how their host ends"));
            }
            self.floating_masks += 1;
        }
        None
    }

    /// Put a context into the file, unless it is the one before; its place plus 1.
    fn put_context(&mut self, context: &[u8]) -> io::Result<u64> {
        let (last, place) = &mut self.last_context;
        if *place == 0 || last != context {
            *place = self.file.written() + 1;
            last.clear();
            last.extend_from_slice(context);
            let mut length = Vec::new();
            put_varint(&mut length, context.len() as u64);
            self.file.write_all(&length)?;
            self.file.write_all(context)?;
        }
        Ok(*place)
    }

    /// Write, sync and name the file.
    pub fn finish(self) -> Result<PathBuf, IndexError> {
        let path = self.path.clone();
        self.write().map_err(IndexError::io(&path))?;
        Ok(path)
    }

    fn write(self) -> io::Result<()> {
        let IndexBuilder { path, partial, mut file, sorter, facts, labels, stats, .. } = self;
        let folder = folder_of(&path);
        file.next_section()?;
        let mut grouping = Grouping::new(file, tempfile::tempfile_in(folder)?, &facts, stats)?;
        grouping.take(sorter.finish(), &facts)?;
        grouping.finish(&facts, &labels)?;
        partial.persist_noclobber(&path).map_err(|refused| refused.error)?;
        File::open(folder)?.sync_all()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
