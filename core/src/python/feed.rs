//! `ListReader`, `TableReader` and `PreparedRows` for Python.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::index::{kind_word, scope_word};
use crate::feed::{Columns, Fault, ListReader, ReadLines, TableReader, ValueColumn, Words};
use crate::index::{Prepared, RowKind};

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PreparedRows>()?;
    module.add_class::<PyListReader>()?;
    module.add_class::<PyTableReader>()
}

/// Rows that a builder can take.
#[pyclass(module = "vedette._core")]
pub struct PreparedRows {
    pub prepared: Vec<Prepared>,
    #[pyo3(get)]
    records: usize,
    #[pyo3(get)]
    comments: usize,
    #[pyo3(get)]
    end: usize,
}

impl From<ReadLines> for PreparedRows {
    fn from(read: ReadLines) -> PreparedRows {
        let ReadLines { prepared, records, comments, end } = read;
        PreparedRows { prepared, records, comments, end }
    }
}

/// Asks Python what words mean.
struct Callables {
    kind_of: Py<PyAny>,
    facts_of: Vec<Py<PyAny>>,
    time_of: Py<PyAny>,
}

impl Words for Callables {
    fn kind(&self, word: &str) -> Result<Result<RowKind, String>, Fault> {
        let told = Python::attach(|py| {
            let told = self.kind_of.bind(py).call1((word,)).and_then(|kind| kind_word(&kind));
            reason_or_fault(py, told)
        })?;
        Ok(told.and_then(|kind| kind))
    }

    fn facts(&self, column: usize, cells: &[&str]) -> Result<Result<u64, String>, Fault> {
        let told = Python::attach(|py| {
            let cells = PyTuple::new(py, cells)?;
            let told = self.facts_of[column].bind(py).call1((cells,)).and_then(|number| number.extract());
            reason_or_fault(py, told)
        })?;
        Ok(told)
    }

    fn time(&self, text: &str) -> Result<Option<i64>, Fault> {
        Ok(Python::attach(|py| self.time_of.bind(py).call1((text,)).and_then(|time| time.extract()))?)
    }
}

/// A `ValueError` is the reason for which a row is refused; anything else is a fault of ours.
fn reason_or_fault<T>(py: Python<'_>, told: PyResult<T>) -> PyResult<Result<T, String>> {
    match told {
        Ok(told) => Ok(Ok(told)),
        Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(Err(error.value(py).to_string())),
        Err(error) => Err(error),
    }
}

fn raised(fault: Fault) -> PyErr {
    fault.downcast::<PyErr>().map_or_else(|other| PyValueError::new_err(other.to_string()), |error| *error)
}

/// Position, kind, scope, whether it is typed, the columns of its facts, and what tells their number.
type ColumnSpec<'py> = (usize, Bound<'py, PyAny>, Bound<'py, PyAny>, bool, Vec<usize>, Py<PyAny>);

#[pyclass(name = "TableReader", module = "vedette._core")]
struct PyTableReader {
    reader: TableReader,
    words: Callables,
}

#[pymethods]
impl PyTableReader {
    #[new]
    #[pyo3(signature = (columns, *, delimiter, comment, types, scopes, times, names, nothing, kind_of, time_of))]
    #[allow(clippy::too_many_arguments, reason = "each is a keyword in Python")]
    fn new(
        columns: Vec<ColumnSpec<'_>>,
        delimiter: &str,
        comment: &str,
        types: Option<usize>,
        scopes: Option<usize>,
        times: [Option<usize>; 3],
        names: Option<Vec<Vec<u8>>>,
        nothing: String,
        kind_of: Py<PyAny>,
        time_of: Py<PyAny>,
    ) -> PyResult<PyTableReader> {
        let [delimiter] = *delimiter.as_bytes() else {
            return Err(PyValueError::new_err("a delimiter is one ASCII character"));
        };
        if matches!(delimiter, b'"' | b' ' | b'\r' | b'\n') {
            return Err(PyValueError::new_err("a delimiter is no quote, blank or line break"));
        }
        let (mut values, mut facts_of) = (Vec::new(), Vec::new());
        for (position, kind, scope, is_typed, facts, tells) in columns {
            let kind = kind_word(&kind)?.map_err(PyValueError::new_err)?;
            let scope = scope_word(&scope)?.map_err(PyValueError::new_err)?;
            values.push(ValueColumn { position, kind, scope, is_typed, facts });
            facts_of.push(tells);
        }
        let columns = Columns { delimiter, comment: comment.into(), values, types, scopes, times, names, nothing };
        let reader = TableReader::new(columns).map_err(PyValueError::new_err)?;
        Ok(PyTableReader { reader, words: Callables { kind_of, facts_of, time_of } })
    }

    fn read(&mut self, py: Python<'_>, lines: &[u8], first: usize) -> PyResult<PreparedRows> {
        let PyTableReader { reader, words } = self;
        let read = py.detach(|| reader.read(lines, first, words)).map_err(raised)?;
        Ok(read.into())
    }
}

#[pyclass(name = "ListReader", module = "vedette._core", frozen)]
struct PyListReader(ListReader);

#[pymethods]
impl PyListReader {
    #[new]
    #[pyo3(signature = (kind, scope, facts, *, comments, comment_behind))]
    fn new(
        kind: &Bound<'_, PyAny>,
        scope: &Bound<'_, PyAny>,
        facts: u64,
        comments: Vec<String>,
        comment_behind: String,
    ) -> PyResult<PyListReader> {
        let kind = kind_word(kind)?.map_err(PyValueError::new_err)?;
        let scope = scope_word(scope)?.map_err(PyValueError::new_err)?;
        Ok(PyListReader(ListReader { kind, scope, facts, comments, comment_behind }))
    }

    fn read(&self, py: Python<'_>, lines: &[u8], first: usize) -> PreparedRows {
        py.detach(|| self.0.read(lines, first)).into()
    }
}
