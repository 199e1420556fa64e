//! Where a value stands: in which of the tables, and in which of its columns.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// A table's number and a column's.
#[derive(Clone, Copy)]
pub(super) struct Path {
    table: usize,
    column: usize,
}

/// One row of each table.
pub(super) type Rows<'py> = Vec<Bound<'py, PyTuple>>;

impl From<(usize, usize)> for Path {
    fn from((table, column): (usize, usize)) -> Path {
        Path { table, column }
    }
}

impl Path {
    /// What stands there.
    pub(super) fn read<'a, 'py>(self, rows: &'a Rows<'py>) -> PyResult<Borrowed<'a, 'py, PyAny>> {
        let Some(row) = rows.get(self.table) else {
            let count = rows.len();
            return Err(PyValueError::new_err(format!("expected more than {} tables, got {count}", self.table)));
        };
        row.get_borrowed_item(self.column)
    }
}
