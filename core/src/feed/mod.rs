//! Feeds' lists and tables of text, read line by line into rows for the index.
//!
//! Only what is plain is read here, many times as fast as in Python: a record that takes several lines, or that is not
//! CSV, stops the reading, and whoever asked for it goes on from there.

mod cells;
mod columns;
mod context;
mod list;
mod remembered;
mod table;
mod texts;
mod times;

pub use columns::{Columns, Fault, ValueColumn, Words};
pub use list::ListReader;
pub use table::{ReadLines, TableReader};
