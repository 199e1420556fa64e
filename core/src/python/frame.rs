//! `Framer` and `Frames`.

use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::frame::{self, Delimiter};

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct Frames(pub(super) Arc<frame::Frames>);

#[pymethods]
impl Frames {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[getter]
    fn block<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.block)
    }

    fn frame<'py>(&self, py: Python<'py>, position: usize) -> PyResult<Bound<'py, PyBytes>> {
        if position >= self.0.len() {
            return Err(PyIndexError::new_err(format!("there are {} frames, no number {position}", self.0.len())));
        }
        Ok(PyBytes::new(py, self.0.frame(position)))
    }

    fn spans(&self) -> Vec<(usize, usize)> {
        self.0.spans.clone()
    }
}

#[pyclass(module = "vedette._core")]
pub(super) struct Framer(frame::Framer);

#[pymethods]
impl Framer {
    #[new]
    #[pyo3(signature = (delimiter = None, limit_bytes = 65536))]
    fn new(delimiter: Option<&str>, limit_bytes: usize) -> PyResult<Framer> {
        if limit_bytes == 0 {
            return Err(PyValueError::new_err("limit_bytes: expected at least 1, got 0"));
        }
        let delimiter = delimiter.map(Delimiter::new).transpose().map_err(PyValueError::new_err)?;
        Ok(Framer(frame::Framer::new(delimiter, limit_bytes)))
    }

    fn push(&mut self, py: Python<'_>, chunk: &[u8]) -> Frames {
        let framer = &mut self.0;
        Frames(Arc::new(py.detach(|| framer.push(chunk))))
    }

    fn finish(&mut self) -> Frames {
        Frames(Arc::new(self.0.finish()))
    }

    #[getter]
    fn cut(&self) -> u64 {
        self.0.cut()
    }

    #[getter]
    fn empty(&self) -> u64 {
        self.0.empty()
    }

    #[getter]
    fn waiting_bytes(&self) -> usize {
        self.0.waiting_bytes()
    }
}
