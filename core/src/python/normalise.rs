//! Normal forms for Python.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::value::Value;
use crate::normalise::{self as core, Refusal};

impl From<Refusal> for PyErr {
    fn from(refusal: Refusal) -> PyErr {
        PyValueError::new_err(refusal.0)
    }
}

#[pyfunction]
fn normalise<'py>(py: Python<'py>, kind: &str, value: Value) -> PyResult<Bound<'py, PyBytes>> {
    let mut out = Vec::new();
    core::normalise(core::resolve_kind(kind, value.bytes())?, value.bytes(), &mut out)?;
    Ok(PyBytes::new(py, &out))
}

#[pyfunction]
fn normalise_mask<'py>(py: Python<'py>, value: Value) -> PyResult<Bound<'py, PyBytes>> {
    let mut out = Vec::new();
    core::normalise_mask(value.bytes(), &mut out)?;
    Ok(PyBytes::new(py, &out))
}

#[pyfunction]
fn guess_kind(value: Value) -> Option<&'static str> {
    core::guess_kind(value.bytes()).map(|kind| kind.name())
}

#[pyfunction]
fn refang<'py>(py: Python<'py>, value: Value) -> Bound<'py, PyBytes> {
    let mut out = Vec::new();
    core::refang(value.bytes(), &mut out);
    PyBytes::new(py, &out)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(normalise, module)?)?;
    module.add_function(wrap_pyfunction!(normalise_mask, module)?)?;
    module.add_function(wrap_pyfunction!(guess_kind, module)?)?;
    module.add_function(wrap_pyfunction!(refang, module)?)
}
