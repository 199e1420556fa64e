//! `Framer` and `Frames`.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::frame::{self, Delimiter};

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct Frames {
    pub(super) frames: Arc<frame::Frames>,
    /// The place last asked for its line, and the line breaks before it: detections come in order.
    counted: Mutex<(usize, u64)>,
}

impl Frames {
    fn span(&self, position: usize) -> PyResult<(usize, usize)> {
        let count = self.frames.len();
        self.frames
            .spans
            .get(position)
            .copied()
            .ok_or_else(|| PyIndexError::new_err(format!("there are {count} frames, no number {position}")))
    }

    fn new(frames: frame::Frames) -> Frames {
        Frames { frames: Arc::new(frames), counted: Mutex::new((0, 0)) }
    }
}

#[pymethods]
impl Frames {
    fn __len__(&self) -> usize {
        self.frames.len()
    }

    #[getter]
    fn block<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.frames.block)
    }

    fn frame<'py>(&self, py: Python<'py>, position: usize) -> PyResult<Bound<'py, PyBytes>> {
        let (start, end) = self.span(position)?;
        Ok(PyBytes::new(py, &self.frames.block[start..end]))
    }

    fn spans(&self) -> Vec<(usize, usize)> {
        self.frames.spans.clone()
    }

    fn line(&self, position: usize) -> PyResult<u64> {
        let start = self.span(position)?.0;
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, before) = if counted.0 <= start { *counted } else { (0, 0) };
        *counted = (start, before + self.frames.breaks_between(from, start));
        Ok(self.frames.lines_before + counted.1 + 1)
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
        Frames::new(py.detach(|| framer.push(chunk)))
    }

    fn finish(&mut self) -> Frames {
        Frames::new(self.0.finish())
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
