//! Lines written of rows of values, part by part: a block's detections by a template, in one crossing.

mod json;
mod part;
mod path;
mod shared;
mod taken;
mod text;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyList, PyTuple};

use part::Memory;
pub(super) use part::Part;
use path::Rows;

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct LineWriter(Vec<Py<Part>>);

#[pymethods]
impl LineWriter {
    #[new]
    fn new(parts: Vec<Py<Part>>) -> LineWriter {
        LineWriter(parts)
    }

    #[pyo3(signature = (*tables))]
    fn lines<'py>(&self, tables: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyList>> {
        let py = tables.py();
        let mut tables = tables.iter().map(|table| table.try_iter()).collect::<PyResult<Vec<_>>>()?;
        let lines = PyList::empty(py);
        let mut memories: Vec<Memory<'py>> = self.0.iter().map(|_| Memory::default()).collect();
        let (mut line, mut line_before) = (String::new(), String::new());
        while let Some(rows) = next_of_each(&mut tables)? {
            line.clear();
            for (part, memory) in self.0.iter().zip(&mut memories) {
                part.get().write(&rows, memory, &line_before, &mut line)?;
            }
            lines.append(PyBytes::new(py, line.as_bytes()))?;
            std::mem::swap(&mut line, &mut line_before);
        }
        Ok(lines)
    }
}

/// The next row of each table, until one of them ends.
fn next_of_each<'py>(tables: &mut [Bound<'py, PyIterator>]) -> PyResult<Option<Rows<'py>>> {
    let next = |table: &mut Bound<'py, PyIterator>| Some(table.next()?.and_then(|row| Ok(row.cast_into::<PyTuple>()?)));
    tables.iter_mut().map(next).collect::<Option<PyResult<Rows<'py>>>>().transpose()
}
