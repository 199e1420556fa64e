//! What can be wrong with an index file, said with the file's name and the part that is meant.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why an index cannot be opened, read or written.
#[derive(Debug)]
pub enum IndexError {
    /// The file system refused.
    Io(PathBuf, io::Error),
    /// The file is no index, of another version, cut short or damaged.
    Damaged {
        /// The index file.
        path: PathBuf,
        /// The section, or `header`.
        section: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// No entry has this number.
    NoEntry(u64),
}

impl IndexError {
    pub(super) fn damaged(path: &Path, section: &'static str, why: impl Into<String>) -> IndexError {
        IndexError::Damaged { path: path.to_path_buf(), section, why: why.into() }
    }

    /// A closure that adds the place to an I/O error.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> IndexError {
        let path = path.to_path_buf();
        move |error| IndexError::Io(path, error)
    }
}

impl fmt::Display for IndexError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IndexError::Io(path, error) => write!(out, "{}: {error}", path.display()),
            IndexError::Damaged { path, section: "header", why } => write!(out, "{}: header: {why}", path.display()),
            IndexError::Damaged { path, section, why } => write!(out, "{}: section {section}: {why}", path.display()),
            IndexError::NoEntry(entry) => write!(out, "there is no entry {entry} in this index"),
        }
    }
}

impl std::error::Error for IndexError {}
