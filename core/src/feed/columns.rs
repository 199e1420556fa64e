//! Columns: what a table's cells are for, and who tells what their words mean.

use crate::index::{RowKind, RowScope};

/// Whoever tells the meaning of words failed; nothing is known of the row.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A column that holds indicators.
pub struct ValueColumn {
    /// Where it stands, from 0.
    pub position: usize,
    /// The kind of all its values, where the column of types does not say.
    pub kind: RowKind,
    /// How far they reach, where the column of scopes does not say.
    pub scope: RowScope,
    /// Whether the column of types says the kind of each.
    pub is_typed: bool,
    /// The columns by which an entry's facts are told.
    pub facts: Vec<usize>,
}

/// A table's columns.
pub struct Columns {
    /// What stands between cells.
    pub delimiter: u8,
    /// What a line begins with that is none; empty where nothing is.
    pub comment: Vec<u8>,
    /// Those that hold indicators.
    pub values: Vec<ValueColumn>,
    /// Where the kind of typed values stands.
    pub types: Option<usize>,
    /// Where the scope of each record's values stands.
    pub scopes: Option<usize>,
    /// Where first seen, last seen and valid until stand.
    pub times: [Option<usize>; 3],
    /// The names of the columns, as JSON; None where records give no context.
    pub names: Option<Vec<Vec<u8>>>,
    /// Why a record without any value is refused.
    pub nothing: String,
}

/// Tells what the words in cells mean. An inner error is the reason for which the row is refused.
pub trait Words: Sync {
    /// The kind that a cell of the column of types says.
    fn kind(&self, word: &str) -> Result<Result<RowKind, String>, Fault>;
    /// The facts that these cells say of a value in this column, which is one of `Columns::values`.
    fn facts(&self, column: usize, cells: &[&str]) -> Result<Result<u64, String>, Fault>;
    /// Milliseconds since 1970, or None where it is no time.
    fn time(&self, text: &str) -> Result<Option<i64>, Fault>;
}
