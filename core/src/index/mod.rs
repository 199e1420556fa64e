//! The indicators of all feeds, frozen into one file and looked up by mmap.
//!
//! `builder` writes the file and `opened` reads it; each other file holds one part of it, its writing beside its
//! reading. `docs/index-and-generations.md` draws the file.

mod admission;
mod builder;
mod cursor;
mod domain_keys;
mod entries;
mod error;
mod facts;
mod fetching;
mod file;
mod filter;
mod grouping;
mod groups;
mod hashing;
mod keys;
mod labels;
mod look_up;
mod masks;
mod merging;
mod networks;
mod opened;
mod prepared;
mod probing;
mod reach;
mod sorting;
mod stats;
mod table;
mod writing;

pub use admission::{Row, RowKind, RowScope};
pub use builder::IndexBuilder;
pub use error::IndexError;
pub use facts::Facts;
pub use fetching::Fetching;
pub use hashing::Name;
pub use look_up::Found;
pub use opened::{EntryView, Index};
pub use prepared::{Prepared, Refused};
pub use probing::Probe;

#[cfg(test)]
mod tests;
