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

use super::admission::{Admitted, Row, admit};
use super::cursor::put_varint;
use super::error::IndexError;
use super::facts::{Facts, FactsWriter};
use super::file::FileWriter;
use super::grouping::Grouping;
use super::keys::KeyKind;
use super::labels::{LabelsWriter, final_label};
use super::sorting::Sorter;
use super::stats::Stats;
use crate::kind::Kind;
use crate::normalise::host_of;

/// Every URL is held against each of these; more would make lookups slow.
const MOST_FLOATING_MASKS: u64 = 4096;
const LONGEST_CONTEXT: usize = 1 << 24;

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
    last_host: Vec<u8>,
    normal_form: Vec<u8>,
    body: Vec<u8>,
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
            last_host: Vec::new(),
            normal_form: Vec::new(),
            body: Vec::new(),
        })
    }

    /// A number for what many rows share; equal facts have one number.
    pub fn facts(&mut self, facts: Facts) -> u64 {
        self.facts.number(facts)
    }

    /// Take rows. Those refused come back with their position and the reason; the others are in.
    pub fn add<'a>(&mut self, rows: impl IntoIterator<Item = Row<'a>>) -> Result<Vec<(usize, String)>, IndexError> {
        let mut refused = Vec::new();
        for (position, row) in rows.into_iter().enumerate() {
            match self.add_row(&row) {
                Ok(Ok(())) => {}
                Ok(Err(why)) => refused.push((position, why)),
                Err(error) => return Err(IndexError::Io(self.path.clone(), error)),
            }
        }
        Ok(refused)
    }

    /// The outer error is the disk's, the inner one the row's.
    fn add_row(&mut self, row: &Row) -> io::Result<Result<(), String>> {
        if !self.facts.knows(row.facts) {
            return Ok(Err(format!("no facts have the number {}", row.facts)));
        }
        if row.context.len() > LONGEST_CONTEXT {
            return Ok(Err(format!("the context is longer than {LONGEST_CONTEXT} bytes")));
        }
        let mut normal_form = std::mem::take(&mut self.normal_form);
        let outcome = match admit(row, &mut normal_form) {
            Ok(admitted) => self.keep(admitted, row.context),
            Err(why) => Ok(Err(why)),
        };
        self.normal_form = normal_form;
        outcome
    }

    fn keep(&mut self, admitted: Admitted, context: &[u8]) -> io::Result<Result<(), String>> {
        let Admitted { kind, key_kind, key, normal_form, mut stored } = admitted;
        if key_kind == KeyKind::MaskFloating {
            if self.stats.floating_masks == MOST_FLOATING_MASKS {
                return Ok(Err(format!("more than {MOST_FLOATING_MASKS} masks do not say how their host ends")));
            }
            self.stats.floating_masks += 1;
        }
        stored.context = self.put_context(context)?;
        self.body.clear();
        stored.put(&mut self.body);
        self.sorter.push(key_kind.hash(key), key_kind.number(), key, &self.body)?;
        if let Some(label) = final_label(kind, normal_form) {
            self.labels.insert(label);
        }
        if kind == Kind::Url {
            self.note_url(key_kind, key, normal_form)?;
        }
        Ok(Ok(()))
    }

    /// What the filter and the stats are to know of a URL besides its key.
    fn note_url(&mut self, key_kind: KeyKind, key: &[u8], normal_form: &[u8]) -> io::Result<()> {
        let (filter_key, host) = match key_kind {
            KeyKind::MaskFloating => return Ok(()),
            KeyKind::MaskSuffix => (KeyKind::UrlSuffix, key),
            _ => (KeyKind::UrlHost, host_of(normal_form)),
        };
        if key_kind == KeyKind::UrlPrefix {
            self.stats.longest_prefix = self.stats.longest_prefix.max(normal_form.len() as u64);
            let cuts = memchr::memchr2_iter(b'/', b'?', normal_form).count() as u64;
            self.stats.deepest_prefix = self.stats.deepest_prefix.max(cuts);
        }
        if filter_key == KeyKind::UrlHost {
            if self.last_host == host {
                return Ok(());
            }
            self.last_host.clear();
            self.last_host.extend_from_slice(host);
        }
        self.sorter.push(filter_key.hash(host), filter_key.number(), host, &[])
    }

    /// Put a context into the file, unless it is the one before; its place plus 1, or 0 for none.
    fn put_context(&mut self, context: &[u8]) -> io::Result<u64> {
        if context.is_empty() {
            return Ok(0);
        }
        let (last, place) = &mut self.last_context;
        if *place == 0 || last != context {
            *place = self.file.written() + 1;
            last.clear();
            last.extend_from_slice(context);
            self.body.clear();
            put_varint(&mut self.body, context.len() as u64);
            self.file.write_all(&self.body)?;
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
        let stats = Stats { floating_masks: 0, ..stats };
        let mut grouping = Grouping::new(file, tempfile::tempfile_in(folder)?, facts, stats)?;
        sorter.finish(|record| grouping.take(record))?;
        grouping.finish(&labels)?;
        partial.persist_noclobber(&path).map_err(|refused| refused.error)?;
        File::open(folder)?.sync_all()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
