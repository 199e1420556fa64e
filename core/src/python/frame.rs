//! `Framer` and `Frames`.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::frame::{self, Delimiter};

#[pyclass(frozen, module = "vedette._core")]
pub(super) struct Frames {
    pub(super) frames: Arc<frame::Frames>,
    /// The position last asked for its line, and the lines before that: detections come in order.
    counted: Mutex<Option<(usize, u64)>>,
}

impl Frames {
    fn checked(&self, position: usize) -> PyResult<usize> {
        let count = self.frames.len();
        if position < count {
            return Ok(position);
        }
        Err(PyIndexError::new_err(format!("there are {count} frames, no number {position}")))
    }

    fn new(frames: Arc<frame::Frames>) -> Frames {
        Frames { frames, counted: Mutex::default() }
    }
}

#[pymethods]
impl Frames {
    fn __len__(&self) -> usize {
        self.frames.len()
    }

    fn frame<'py>(&self, py: Python<'py>, position: usize) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, self.frames.frame(self.checked(position)?)))
    }

    fn line(&self, position: usize) -> PyResult<u64> {
        let position = self.checked(position)?;
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let known = counted.filter(|(earlier, _)| *earlier <= position);
        let lines = self.frames.lines_before(position, known);
        *counted = Some((position, lines));
        Ok(lines + 1)
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

    fn push(&mut self, py: Python<'_>, chunk: PyBackedBytes) -> Frames {
        let framer = &mut self.0;
        Frames::new(py.detach(|| framer.push(Box::new(chunk))))
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
