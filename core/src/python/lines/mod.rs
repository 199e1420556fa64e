//! Lines written of rows of values, part by part: a block's detections by a template, in one crossing.

mod json;
mod overriding;
mod part;
mod path;
mod shared;
mod taken;
mod text;

use std::ops::Range;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyList, PyTuple};

pub(super) use overriding::Overriding;
use overriding::Written;
use part::Memory;
pub(super) use part::Part;
use path::Rows;
use shared::Shared;

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct LineWriter {
    parts: Vec<Py<Part>>,
    overriding: Option<Py<Overriding>>,
}

#[pymethods]
impl LineWriter {
    #[new]
    #[pyo3(signature = (parts, overriding = None))]
    fn new(parts: Vec<Py<Part>>, overriding: Option<Py<Overriding>>) -> PyResult<LineWriter> {
        if overriding.as_ref().is_some_and(|its| its.get().count() != parts.len()) {
            return Err(PyValueError::new_err("expected a key, or none, for each part"));
        }
        Ok(LineWriter { parts, overriding })
    }

    #[pyo3(signature = (*tables))]
    fn lines<'py>(&self, tables: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyList>> {
        let py = tables.py();
        let mut tables = tables.iter().map(|table| table.try_iter()).collect::<PyResult<Vec<_>>>()?;
        let lines = PyList::empty(py);
        let mut memories: Vec<Memory<'py>> = self.parts.iter().map(|_| Memory::default()).collect();
        let (mut line, mut line_before, mut anew) = (String::new(), String::new(), String::new());
        let (mut written, mut keys) = (Vec::new(), Shared::default());
        while let Some(rows) = next_of_each(&mut tables)? {
            line.clear();
            written.clear();
            for (part, memory) in self.parts.iter().zip(&mut memories) {
                let start = line.len();
                part.get().write(&rows, memory, &line_before, &mut line)?;
                written.push(start..line.len());
            }
            let overriding = self.overriding.as_ref().map(|its| its.get());
            match overriding.map(|its| its.pairs(&rows)).transpose()?.flatten().zip(overriding) {
                None => lines.append(PyBytes::new(py, line.as_bytes()))?,
                Some((pairs, overriding)) => {
                    anew.clear();
                    let written = self.written(&rows, &written)?;
                    overriding.write(&pairs, &mut keys, &line, &written, &mut anew)?;
                    lines.append(PyBytes::new(py, anew.as_bytes()))?;
                }
            }
            std::mem::swap(&mut line, &mut line_before);
        }
        Ok(lines)
    }
}

impl LineWriter {
    fn written(&self, rows: &Rows<'_>, places: &[Range<usize>]) -> PyResult<Vec<Written>> {
        let of = |(part, place): (&Py<Part>, &Range<usize>)| {
            Ok(Written { place: place.clone(), applies: part.get().applies(rows)? })
        };
        self.parts.iter().zip(places).map(of).collect()
    }
}

/// The next row of each table, until one of them ends.
fn next_of_each<'py>(tables: &mut [Bound<'py, PyIterator>]) -> PyResult<Option<Rows<'py>>> {
    let next = |table: &mut Bound<'py, PyIterator>| Some(table.next()?.and_then(|row| Ok(row.cast_into::<PyTuple>()?)));
    tables.iter_mut().map(next).collect::<Option<PyResult<Rows<'py>>>>().transpose()
}
